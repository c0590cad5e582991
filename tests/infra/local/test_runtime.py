"""The functions as Lambda's own runtime for Python starts them: handlers, answers, errors and logs, from the bundle alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from infra.local.engine import Engine
from infra.local.loop import scheduled_event
from tests.bundle import unpacked_bundle
from tests.infra.packages import app_package
from tests.runtime import Runtime, is_here

pytestmark = pytest.mark.skipif(not is_here(), reason="Lambda's runtime for Python is for Linux and Python 3.13")

NAME, EMAIL = "Geheimrath", "geheim@example.org"
BOUNCE = {
    "eventType": "Bounce",
    "mail": {
        "messageId": "ses-1",
        "destination": [EMAIL],
        "tags": {"appointment": ["a"], "event": ["1"], "kind": ["receipt"]},
    },
    "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": EMAIL}]},
}


def asked(path: str) -> dict[str, Any]:
    """As API Gateway asks."""
    return {
        "resource": path,
        "path": path,
        "httpMethod": "GET",
        "headers": {},
        "multiValueHeaders": {},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"httpMethod": "GET", "resourcePath": path, "identity": {"sourceIp": "127.0.0.1"}},
        "body": None,
        "isBase64Encoded": False,
    }


@pytest.fixture(scope="module")
def started(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Runtime]:
    """A function by its logical id, by handler and logging of the template."""

    def start(function: str) -> Runtime:
        found = app_package().app["Resources"][function]["Properties"]
        given = {name: os.environ[name] for name in found["Environment"]["Variables"] if name in os.environ}
        sdk = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        return Runtime(
            unpacked_bundle(), tmp_path_factory.mktemp(function), found["Handler"], found["LoggingConfig"], given | sdk
        )

    return start


EVENTS: dict[str, Any] = {
    "APIHandler": asked("/v1/health"),
    "Deliver": {"Records": []},
    "Sweep": scheduled_event(),
    "Bounces": {**scheduled_event(), "source": "aws.ses", "detail-type": "Email Bounced", "detail": BOUNCE},
    "Users": {"action": "list", "branch": "elbe", "subject": "nobody", "access_token": "none"},
}
ANSWERS: dict[str, Callable[[Any], bool]] = {
    "APIHandler": lambda answer: (answer["statusCode"], answer["body"]) == (200, '{"status":"ok"}'),
    "Deliver": lambda answer: answer == {"batchItemFailures": []},
    "Sweep": lambda answer: answer is None,
    "Bounces": lambda answer: answer is None,
    "Users": lambda answer: answer["refused"]["code"] == "unauthorized",
}


class Answered(NamedTuple):
    """What a new process of a function answers to its first event, and what it logs."""

    function: str
    kind: str
    answer: Any
    log: list[dict[str, Any]]


@pytest.fixture(scope="module", params=EVENTS)
def answered(started: Callable[[str], Runtime], request: pytest.FixtureRequest) -> Answered:
    with started(request.param) as runtime:
        kind, answer = runtime.run(EVENTS[request.param])
    return Answered(request.param, kind, answer, runtime.log)


def test_lambda_finds_each_function_and_gets_its_answer(answered: Answered) -> None:
    assert answered.kind == "response", answered
    assert ANSWERS[answered.function](answered.answer), answered.answer


def test_a_new_process_logs_nothing_but_lines_of_ours_in_lambda_s_form(answered: Answered) -> None:
    assert {line["logger"] for line in answered.log} <= {"terminwerk"}
    assert all(line["timestamp"].endswith("Z") and line["level"] == "INFO" for line in answered.log)


def test_the_first_request_of_a_process_is_cold_and_the_next_one_is_not(started: Callable[[str], Runtime]) -> None:
    with started("APIHandler") as runtime:
        for _ in range(2):
            runtime.run(asked("/v1/health"))
    assert [(line["message"], line["route"], line["cold"]) for line in runtime.log] == [
        ("request", "/v1/health", True),
        ("request", "/v1/health", False),
    ]


@pytest.mark.parametrize(
    ("function", "event"),
    [
        ("Deliver", {"Records": [{"dynamodb": {"Keys": {"pk": {NAME: EMAIL}, "sk": {"S": "x"}}, "SequenceNumber": "1"}}]}),
        ("Users", {"action": NAME, "branch": EMAIL}),
    ],
)
def test_what_a_function_raises_reaches_lambda_without_a_word_and_its_log_by_kind_and_place(
    started: Callable[[str], Runtime], function: str, event: Any
) -> None:
    with started(function) as runtime:
        kind, told = runtime.run(event)
    assert (kind, told["errorType"], told["errorMessage"]) == ("error", "FunctionFailed", "")
    (ours,) = [line for line in runtime.log if line.get("logger") == "terminwerk"]
    assert (ours["level"], bool(ours["error"]), bool(ours["frames"])) == ("ERROR", True, True)
    assert not [secret for secret in (NAME, EMAIL) if secret in f"{told}{runtime.log}"]
