"""What came with a request stands in no log, whatever goes wrong (R24, R31)."""

from __future__ import annotations

import io
import json
import logging
import secrets
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from chalice.local import LambdaContext
from chalice.test import Client

from chalicelib.api import logs
from chalicelib.store.faults import ATTEMPTS
from infra.local.loop import scheduled_event, simulated
from tests.api.test_booking import clock
from tests.builders import body
from tests.faults import answered, cancelled, error
from tests.proofs import proof
from tests.site_of_tests import Site

NAME, EMAIL, PHONE = "Geheimrath", "geheim@example.org", "+49 40 66969 777"
MESSAGE = {"pk": {"S": "APPOINTMENT#a"}, "sk": {"S": "MESSAGE#000001#receipt#email"}}


def bodies(good: dict[str, Any]) -> Iterator[bytes]:
    """A good request and bad ones, each with the person's data in it."""
    wrong: list[dict[str, Any]] = [
        {},
        {"proof": "none"},
        {"start": clock("09:40")},
        {"email": f"{EMAIL}\r\nBcc: x@example.org"},
        {"phone": f"{PHONE}\n"},
        {"last_name": NAME * 3000},
        {"channel": NAME},
        {NAME: EMAIL},
    ]
    for each in wrong:
        yield json.dumps(good | each).encode()
    yield json.dumps(good).encode()[:-1]


@pytest.fixture
def personal() -> dict[str, Any]:
    return body(clock("09:30"), last_name=NAME, email=EMAIL, phone=PHONE, message=f"{NAME} {PHONE}")


def simulated_bounce() -> dict[str, Any]:
    tags = [{"Name": "appointment", "Value": "a"}, {"Name": "event", "Value": "1"}, {"Name": "kind", "Value": "receipt"}]
    asked = {"Destination": {"ToAddresses": ["bounce@simulator.amazonses.com"]}, "EmailTags": tags}
    event = simulated({"message_id": "ses-1", "request": asked})
    assert event is not None
    return event


@pytest.fixture
def log(app: Any) -> Iterator[io.StringIO]:
    """What the app's own handler writes, the one that Lambda's log is fed by."""
    [handler] = (each for each in app.log.handlers if type(each) is logging.StreamHandler)  # the others are pytest's
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def post(client: Client, alias: str, content: bytes) -> Any:
    headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
    return client.http.post(f"/v1/access/{alias}/appointments", headers=headers, body=content)


def test_no_log_names_a_person(
    site: Site, app: Any, personal: dict[str, Any], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    alias = site.branch(message_field=True).alias
    with Client(app) as client:
        seen = [post(client, alias, content).status_code for content in bodies(personal | {"proof": proof(alias)})]
    assert set(seen) == {201, 400, 403, 413, 422}
    logged = caplog.text + "".join(capfd.readouterr())
    assert not [secret for secret in (NAME, EMAIL, PHONE) if secret in logged]


def test_an_error_that_nobody_expected_is_logged_with_its_place_and_without_the_person(
    site: Site, app: Any, personal: dict[str, Any], log: io.StringIO
) -> None:
    alias = site.branch(message_field=True).alias
    with Client(app) as client, answered("TransactWriteItems", refused()):
        answer = post(client, alias, json.dumps(personal | {"proof": proof(alias)}).encode())
    assert (answer.status_code, answer.json_body["code"]) == (500, "internal")
    [line] = [each for each in map(json.loads, log.getvalue().splitlines()) if each["level"] == "ERROR"]
    assert line["error"][0] == "TransactWriteError"
    assert [frame for frame in line["frames"] if "table.py" in frame]
    assert not [secret for secret in (NAME, EMAIL, PHONE) if secret in log.getvalue()]


def test_a_log_tells_kinds_and_places_of_errors_and_never_what_they_say() -> None:
    written = io.StringIO()
    log = logging.Logger("tried")
    log.addHandler(logging.StreamHandler(written))
    logs.protect(log)
    try:
        try:
            raise KeyError(NAME)
        except KeyError as error:
            raise ValueError(EMAIL) from error
    except ValueError:
        log.exception("It failed")
    line = json.loads(written.getvalue())
    assert line == {
        "timestamp": line["timestamp"],
        "level": "ERROR",
        "logger": "tried",
        "message": "It failed",
        "error": ["ValueError", "KeyError"],
        "frames": line["frames"],
    }
    assert "test_privacy.py" in line["frames"][0]
    assert line["frames"][0].endswith(" test_a_log_tells_kinds_and_places_of_errors_and_never_what_they_say")
    assert not [secret for secret in (NAME, EMAIL) if secret in written.getvalue()]


def refused() -> dict[str, Any]:
    return error("ValidationException", message=f"{NAME} {EMAIL}")


@pytest.mark.parametrize(
    ("function", "event", "kind"),
    [
        ("deliver", {"Records": [{"dynamodb": {"Keys": MESSAGE, "SequenceNumber": "1"}}]}, "Query"),
        ("sweep", scheduled_event(), "Query"),
        ("bounces", simulated_bounce(), "Get"),
        ("users", {"action": NAME, "branch": EMAIL, "subject": PHONE, "access_token": PHONE}, "Validation"),
    ],
)
def test_what_a_function_raises_is_logged_without_the_person_and_reaches_lambda_without_a_word(
    app: Any, log: io.StringIO, function: str, event: dict[str, Any], kind: str
) -> None:
    with answered("Query", refused()), answered("GetItem", refused()), pytest.raises(logs.FunctionFailed) as raised:
        app.handler_map[function](event, LambdaContext(function, 256, 60_000))
    [line] = [each for each in map(json.loads, log.getvalue().splitlines()) if each["level"] == "ERROR"]
    assert line["error"][0].startswith(kind)
    assert [frame for frame in line["frames"] if frame.endswith(f" {function}")]
    told = "".join(traceback.format_exception(raised.value)) + log.getvalue()
    assert (raised.value.args, raised.value.__context__) == ((), None)
    assert not [secret for secret in (NAME, EMAIL, PHONE) if secret in told]


def test_a_line_of_the_log_is_one_object_whatever_it_says() -> None:
    written = io.StringIO()
    log = logging.Logger("tried")
    log.addHandler(logging.StreamHandler(written))
    logs.protect(log)
    log.warning("Grüße\nan %s", "alle")
    [line] = map(json.loads, written.getvalue().splitlines())
    assert (line["logger"], line["message"]) == ("tried", "Grüße\nan alle")


def test_a_database_that_conflicts_without_end_is_a_503_to_be_tried_again(
    site: Site, app: Any, personal: dict[str, Any]
) -> None:
    alias = site.branch(message_field=True).alias
    endless = [cancelled("None", "None", "None", "None", "TransactionConflict")] * ATTEMPTS
    with Client(app) as client, answered("TransactWriteItems", *endless):
        answer = post(client, alias, json.dumps(personal | {"proof": proof(alias)}).encode())
    assert (answer.status_code, answer.json_body["code"]) == (503, "try_again")
    assert answer.headers["Retry-After"] == "2"
