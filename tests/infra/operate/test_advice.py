"""What the doctor advises, and where it says that more is to be read."""

from __future__ import annotations

import io
import re
import secrets
import zipfile
from typing import Any, get_args

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from chalicelib.domain.trouble import Problem, SenderState
from infra.deploy.stage import Stage
from infra.local.engine import REGION, ROOT, Engine
from infra.operate import doctor
from tests.builders import settings
from tests.infra.deploy.test_operations import anchors

STATE = SenderState(address="termine@example.org", quota=200, sent=190)
NOBODY = "arn:aws:iam::000000000000:role/nobody"


@pytest.mark.parametrize("problem", get_args(Problem))
def test_each_problem_of_the_sender_is_told_with_a_place_that_is_in_the_manual(problem: Problem) -> None:
    (document, anchor) = re.findall(r"(docs/[a-z]+\.md)#([a-z-]+)", doctor.advice(problem, STATE))[0]
    assert anchor in anchors(ROOT / document)


def test_how_much_of_the_quota_is_gone_is_told() -> None:
    assert doctor.advice("quota", STATE).startswith("190 of the 200 mails of a day are gone.")


@pytest.fixture
def functions(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Two, as the application's stack names them."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", engine.endpoint)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr("app.py", "def run(event, context): return None")
    named = {output: f"{output}-{secrets.token_hex(4)}" for output in ("DeliverFunction", "SweepFunction")}
    for name in named.values():
        code = {"ZipFile": packed.getvalue()}
        boto3.client("lambda").create_function(
            FunctionName=name, Runtime="python3.13", Role=NOBODY, Handler="app.run", Code=code
        )
    return named


def test_functions_that_were_silenced_for_a_restore_are_told(functions: dict[str, str]) -> None:
    patient = doctor.Patient(Stage("prod", "termine@example.org", "technik@example.org"), {}, functions)
    assert [*doctor.silence(patient)] == []
    name = functions["DeliverFunction"]
    boto3.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    assert [*doctor.silence(patient)] == [
        f"mail is switched off: {name} has concurrency 0, as for a restore (docs/operations.md#restore)"
    ]


@pytest.mark.parametrize(
    ("zone", "fields", "sender", "found"),
    [
        ("Europe/Vienna", {}, "", ["elbe is in AT, where SMS go out under a registered sender ID only"]),
        ("Europe/Madrid", {}, "", ["elbe is in ES, where SMS go out under a registered sender ID only"]),
        ("Europe/Dublin", {}, "", ["elbe is in IE, where SMS go out under a registered sender ID only"]),
        ("Europe/Vienna", {}, "Elbufer", []),
        ("Europe/Vienna", {"most_sms_a_month": 0}, "", []),
        ("Europe/Berlin", {}, "", []),
    ],
)
def test_a_branch_where_sms_need_a_registered_sender_is_told_until_there_is_one(
    monkeypatch: pytest.MonkeyPatch, zone: str, fields: dict[str, Any], sender: str, found: list[str]
) -> None:
    """SNS is played by a hook of the SDK: the local AWS knows no settings of SMS."""

    def answered(**_: object) -> tuple[AWSResponse, dict[str, object]]:
        return AWSResponse("", 200, {}, None), {"attributes": {"DefaultSenderID": sender} if sender else {}}

    session = boto3.Session(region_name=REGION)
    session.events.register("before-call.sns.GetSMSAttributes", answered)
    monkeypatch.setattr(boto3, "client", session.client)
    told = [*doctor.texts([settings(id="elbe", zone=zone, **fields)])]
    assert [each.partition(" (")[0] for each in told] == found
    assert all(each.endswith("(docs/operations.md#sms-elsewhere)") for each in told)


def test_what_the_doctor_and_a_deployment_send_to_the_manual_for_is_there() -> None:
    named = {
        anchor
        for file in sorted((ROOT / "infra").rglob("*.py"))
        for anchor in re.findall(r"(?:\{MANUAL\}|docs/operations\.md)#([a-z-]+)", file.read_text())
    }
    assert {"mail-to-staff", "sms-elsewhere"} <= named
    assert named <= anchors(ROOT / "docs" / "operations.md")
