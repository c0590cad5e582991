"""Our client of DynamoDB beside botocore's: the same answers, errors, repeats and addresses, on an engine and on a server that
fails as it is told."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.credentials import EnvProvider, RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError, NoRegionError
from pynamodb.models import Model

from chalicelib import config
from chalicelib.store import models, tally
from chalicelib.store.models import OWN, Item, bind
from chalicelib.store.table import Table
from chalicelib.store.transport import Transport
from tests.builders import new_branch_id, settings
from tests.conftest import TABLE
from tests.store.failing import Server, checked, failed, told

BOTOCORE = "botocore"
Both = Callable[[str, dict[str, Any]], list[Any]]


def client(name: str) -> Any:
    bind(TABLE, name)
    return Item._get_connection().connection.client


@pytest.fixture(autouse=True)
def _bound_again() -> Iterator[None]:
    yield
    bind(TABLE)


def outcome(carrier: Any, operation: str, parameters: dict[str, Any]) -> Any:
    """What is answered, or the error: its kind and what it says."""
    try:
        answer = carrier._make_api_call(operation, parameters)
    except ClientError as error:
        told = dict(error.response)
        metadata = told.pop("ResponseMetadata")
        own = {name: value for name, value in told.items() if name.lower() != "message"}  # botocore says it twice
        return "ClientError", own, metadata["HTTPStatusCode"], metadata["RetryAttempts"], str(error)
    except BotoCoreError as error:
        return type(error)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


PK, SK = "TEST#transport", "ITEM#1"
KEY = {"pk": {"S": PK}, "sk": {"S": SK}}
STORED = {**KEY, "taken": {"NS": ["1", "20", "300"]}, "used": {"N": "7"}, "warned": {"BOOL": True}, "name": {"S": "Müller €"}}
MISSING = {"pk": {"S": PK}, "sk": {"S": "ITEM#none"}}
TOTAL = {"ReturnConsumedCapacity": "TOTAL"}
OF_TABLE = {"TableName": TABLE, **TOTAL}
NEVER = {"ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
ONE_MORE = {
    "UpdateExpression": "SET #u = #u + :one",
    "ExpressionAttributeNames": {"#u": "used"},
    "ExpressionAttributeValues": {":one": {"N": "1"}},
}
OF_PARTITION = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": PK}}}
PUT, UPDATE = {"Put": {"TableName": TABLE, "Item": STORED}}, {"Update": {"TableName": TABLE, "Key": KEY, **ONE_MORE}}


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("Query", {**OF_TABLE, **OF_PARTITION, "ConsistentRead": True}),
        ("Query", {**OF_TABLE, **OF_PARTITION, "ProjectionExpression": "pk,taken", "Limit": 1}),
        ("Query", {**OF_TABLE, **OF_PARTITION, "Select": "COUNT"}),
        ("GetItem", {**OF_TABLE, "Key": KEY}),
        ("GetItem", {**OF_TABLE, "Key": MISSING}),
        ("PutItem", {**OF_TABLE, "Item": STORED, "ReturnValues": "ALL_OLD"}),
        ("UpdateItem", {**OF_TABLE, "Key": KEY, **ONE_MORE, "ReturnValues": "ALL_NEW"}),
        ("DeleteItem", {**OF_TABLE, "Key": KEY, "ReturnValues": "ALL_OLD"}),
        ("BatchGetItem", {"RequestItems": {TABLE: {"Keys": [KEY, MISSING], "ConsistentRead": True}}, **TOTAL}),
        ("BatchWriteItem", {"RequestItems": {TABLE: [{"PutRequest": {"Item": STORED}}]}, **TOTAL}),
        ("TransactWriteItems", {"TransactItems": [UPDATE], **TOTAL}),
        ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": TABLE, "Key": KEY}}], **TOTAL}),
        ("Scan", {**OF_TABLE, "FilterExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": PK}}}),
        ("PutItem", {**OF_TABLE, "Item": STORED, **NEVER}),
        ("TransactWriteItems", {"TransactItems": [{"Put": {**PUT["Put"], **NEVER}}]}),
        (
            "TransactWriteItems",
            {"TransactItems": [{"Put": {**PUT["Put"], "Item": {**STORED, **MISSING}}}, {"Put": PUT["Put"] | NEVER}]},
        ),
        ("GetItem", {"TableName": TABLE, "Key": {"pk": {"S": PK}}}),
        ("UpdateItem", {"TableName": TABLE, "Key": KEY, "UpdateExpression": "SET"}),
        ("GetItem", {"TableName": "no-such-table", "Key": KEY}),
    ],
)
def test_answers_and_errors_are_those_of_botocores_client(operation: str, parameters: dict[str, Any]) -> None:
    found = []
    for name in (OWN, BOTOCORE):
        boto3.client("dynamodb").put_item(TableName=TABLE, Item=STORED)
        found.append(outcome(client(name), operation, dict(parameters)))
    assert found[0] == found[1]


OK = told(200, {"Attributes": STORED})
STORED_BEFORE = {"Attributes": STORED}
PUTTING = ("PutItem", {"TableName": TABLE, "Item": STORED})
HTML = b"<html><body><b>Http/1.1 Service Unavailable</b></body></html>"
CANCELLED = failed("TransactionCanceledException", CancellationReasons=[{"Code": "None"}, {"Code": "TransactionConflict"}])


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are asked for. None is made, and silence is heard soon."""
    pauses: list[float] = []
    for module in ("botocore.endpoint", "chalicelib.store.transport"):
        monkeypatch.setattr(f"{module}.time", SimpleNamespace(sleep=pauses.append, time=time.time))
    monkeypatch.setattr(Item.Meta, "read_timeout_seconds", 0.3)
    return pauses


@pytest.mark.parametrize(
    ("script", "requests"),
    [
        ([OK], 1),
        ([failed("ThrottlingException")] * 2, 2),
        ([failed("ProvisionedThroughputExceededException"), OK], 2),
        ([failed("RequestLimitExceeded")] * 2, 2),
        ([failed("TransactionInProgressException"), OK], 2),
        ([failed("ReplicatedWriteConflictException"), OK], 2),
        ([failed("InternalServerError", 500)] * 2, 2),
        ([failed("InternalServerError", 500), OK], 2),
        ([failed("InternalServerError", 500), failed("ValidationException")], 2),
        ([failed("ValidationException")], 1),
        ([failed("TransactionConflictException")], 1),
        ([failed("ConditionalCheckFailedException", Item=STORED)], 1),
        ([CANCELLED], 1),
        ([told(503, HTML)] * 2, 2),
        ([told(502, b""), OK], 2),
        ([told(404, HTML)], 1),
        ([told(403, b"no")], 1),
        ([told(429, b"")] * 2, 2),
        ([told(300, b"")], 1),
        ([told(302, b"", Location="http://127.0.0.1:1/")], 1),
        ([checked(b'{"Attributes":{}}', of=b"another"), checked(b'{"Attributes":{"pk":{"S":"1"}}}')], 2),
        ([Server.CLOSE] * 2, 2),
        ([Server.CLOSE, OK], 2),
        ([Server.SILENCE] * 2, 2),
        ([Server.SILENCE, OK], 2),
    ],
)
def test_faults_are_met_as_botocores_client_meets_them(
    script: list[Any], requests: int, at_once: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for name in (OWN, BOTOCORE):
        with Server(*script) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
            found.append((outcome(client(name), *PUTTING), len(server.requests), len(at_once)))
            at_once.clear()
    assert found[0] == found[1]
    assert found[0][1] == requests


def test_a_server_that_is_not_there_is_asked_twice(at_once: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert outcome(client(OWN), *PUTTING) == outcome(client(BOTOCORE), *PUTTING)
    assert len(at_once) == 2


@pytest.mark.parametrize(
    "answer",
    [
        told(200, b'{"Attributes":{"pk":{"S":"TE', **{"Content-Length": "60"}),
        told(200, HTML),
        checked(b'{"Attributes":{"pk":{"S":"2"}}}', of=b'{"Attributes":{"pk":{"S":"1"}}}'),
    ],
)
@pytest.mark.usefixtures("at_once")
def test_an_answer_that_is_not_whole_is_none(answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore's client takes what has come, or for nothing what it cannot read."""
    with Server(answer, OK, answer, answer) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        own = client(OWN)
        assert outcome(own, *PUTTING) == STORED_BEFORE
        assert outcome(own, *PUTTING) is HTTPClientError
    with Server(answer, answer) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        assert isinstance(outcome(client(BOTOCORE), *PUTTING), dict)


@pytest.mark.usefixtures("at_once")
def test_many_repeats_in_a_row_use_up_what_may_be_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore's quota: in an outage, a client soon asks once only."""
    counts = []
    for name in (OWN, BOTOCORE):
        with Server(*[told(500, b"")] * 200) as server:
            monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
            carrier = client(name)
            for _ in range(60):
                outcome(carrier, *PUTTING)
            counts.append(len(server.requests))
    assert counts[0] == counts[1] < 120


@pytest.mark.usefixtures("at_once")
def test_a_transaction_carries_one_token_over_its_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(failed("InternalServerError", 500), OK, Server.CLOSE) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        own = client(OWN)
        for parameters in ({}, {}, {"ClientRequestToken": "ours"}):
            own._make_api_call("TransactWriteItems", {"TransactItems": [], **parameters})
    tokens = [json.loads(body)["ClientRequestToken"] for _, body in server.requests]
    assert (tokens[0], tokens[2]) == (tokens[1], tokens[3])
    assert len(set(tokens)) == 3
    assert tokens[4] == "ours"


def test_a_request_is_signed_as_botocores_client_signs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: datetime(2026, 11, 23, 8, tzinfo=UTC))
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a token")
    with Server(OK, OK) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        for name in (OWN, BOTOCORE):
            client(name)._make_api_call("ListTables", {})
    (ours, _), (theirs, _) = server.requests
    for name in ("authorization", "x-amz-date", "x-amz-security-token", "x-amz-target", "content-type", "accept-encoding"):
        assert ours[name] == theirs[name]


def test_a_connection_that_was_closed_meanwhile_is_made_anew(at_once: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(OK, OK, Server.CLOSE, OK) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        own = client(OWN)
        assert [outcome(own, *PUTTING) for _ in range(3)] == [STORED_BEFORE] * 3
    assert (len(server.requests), server.connections, len(at_once)) == (4, 2, 1)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("name", [OWN, BOTOCORE])
def test_a_body_does_not_wait_for_the_acknowledgement_of_its_head(name: str) -> None:
    carrier = client(name)
    carrier._make_api_call("GetItem", {"TableName": TABLE, "Key": MISSING})
    http = carrier._http if name == OWN else carrier._endpoint.http_session
    pool = http._manager.connection_from_url(carrier.meta.endpoint_url)
    connection = pool._get_conn()
    undelayed = connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    pool._put_conn(connection)
    assert undelayed


def test_connections_are_trusted_waited_for_and_kept_as_those_of_botocores_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/a/bundle.pem")
    own, theirs = client(OWN)._http, client(BOTOCORE)._endpoint.http_session
    for name in ("_verify", "_timeout", "_max_pool_connections"):
        assert str(getattr(own, name)) == str(getattr(theirs, name))


def test_several_threads_share_it() -> None:
    items = [{"pk": {"S": PK}, "sk": {"S": f"THREAD#{number}"}} for number in range(100)]
    own = client(OWN)

    def written_and_read(item: dict[str, Any]) -> Any:
        own._make_api_call("PutItem", {"TableName": TABLE, "Item": item})
        return own._make_api_call("GetItem", {"TableName": TABLE, "Key": item, "ConsistentRead": True})["Item"]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(written_and_read, items)) == items


def key_of(request: tuple[dict[str, str], bytes]) -> str:
    return request[0]["authorization"].partition("Credential=")[2].partition("/")[0]


def test_credentials_that_end_are_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    given = iter(range(1, 9))

    def fresh() -> dict[str, str]:
        number, ends = next(given), datetime.now(UTC) + timedelta(seconds=1)
        return {"access_key": f"key-{number}", "secret_key": "s", "token": "t", "expiry_time": ends.isoformat()}

    ending = RefreshableCredentials.create_from_metadata(fresh(), fresh, "tests")
    monkeypatch.setattr(EnvProvider, "load", lambda _: None)
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _: ending)
    with Server() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        own = client(OWN)
        for _ in range(2):
            own._make_api_call(*PUTTING)
    assert [key_of(request) for request in server.requests] == ["key-2", "key-3"]


def test_credentials_are_sought_before_threads_may_share_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    sought: list[None] = []
    monkeypatch.setattr(EnvProvider, "load", lambda _: None)
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda _: sought.append(None))
    client(OWN)
    assert len(sought) == 1


def test_what_the_environment_does_not_give_is_sought_as_botocore_seeks_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """A profile's credentials; and without any, each call looks again."""
    credentials = tmp_path / "credentials"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with Server() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        own = client(OWN)
        assert outcome(own, *PUTTING) is NoCredentialsError
        credentials.write_text("[default]\naws_access_key_id = of-the-profile\naws_secret_access_key = s\n")
        client(OWN)._make_api_call(*PUTTING)
    assert key_of(server.requests[0]) == "of-the-profile"


REGIONS = ["eu-central-1", "us-east-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1"]


@pytest.mark.parametrize(
    "told",
    [
        *({"AWS_DEFAULT_REGION": region} for region in REGIONS),
        {"AWS_ENDPOINT_URL": "http://all.invalid:1"},
        {"AWS_ENDPOINT_URL": "http://all.invalid:1/below/"},
        {"AWS_ENDPOINT_URL": "http://all.invalid", "AWS_ENDPOINT_URL_DYNAMODB": "https://own.invalid"},
        {"AWS_ENDPOINT_URL": "http://all.invalid", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
        {"AWS_PROFILE": "named"},
    ],
)
def test_the_address_is_the_one_that_botocores_client_asks(
    told: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    profile = (
        "[profile named]\nregion = eu-west-1\nservices = of\n[services of]\ndynamodb =\n  endpoint_url = http://own.invalid\n"
    )
    (tmp_path / "config").write_text(profile)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    asked: list[str] = []

    def hear(request: Any, **_: Any) -> AWSResponse:
        asked.append(request.url)
        return AWSResponse(request.url, 200, {}, SimpleNamespace(stream=lambda **_: iter([b"{}"])))

    for name in (OWN, BOTOCORE):
        carrier = client(name)
        carrier.meta.events.register("before-send.dynamodb", hear)
        carrier._make_api_call(*PUTTING)
    assert asked[0] == asked[1]


def test_without_a_region_there_is_no_client(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(NoRegionError):
        client(OWN)
    monkeypatch.undo()


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("name", [OWN, BOTOCORE])
def test_what_is_asked_is_counted(name: str) -> None:
    table = Table(TABLE, client=name)
    tally.asked()
    table.replace_settings(settings(id=new_branch_id()))
    saved, since = tally.asked(), tally.asked()
    assert (saved.attempts, saved.capacity > 0) == (1, True)
    assert since == tally.DatabaseUse(0, 0)


def test_a_setting_of_the_deployment_brings_botocores_client_back(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (config.read().store_client, type(client(OWN))) == (OWN, Transport)
    monkeypatch.setenv("STORE_CLIENT", BOTOCORE)
    assert config.read().store_client == BOTOCORE
    assert client(BOTOCORE).meta.service_model.service_name == "dynamodb"
    monkeypatch.setenv("STORE_CLIENT", "boto")
    with pytest.raises(ValueError, match="STORE_CLIENT"):
        config.read()


def test_no_model_has_a_binary_attribute() -> None:
    """Their values would come as base64: see the client's first comment."""
    own = [each for each in vars(models).values() if isinstance(each, type) and issubclass(each, Model) and each is not Model]
    kinds = {attribute.attr_type for model in own for attribute in model.get_attributes().values()}
    assert len(own) > 20
    assert kinds == {"S", "N", "NS", "SS", "BOOL"}
