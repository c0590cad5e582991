"""`make doctor` finds what is wrong with a deployed stage."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from chalicelib.domain.outbox import Duty
from chalicelib.domain.settings import Settings
from chalicelib.store.models import DayItem
from chalicelib.store.table import Table
from chalicelib.store.whole import Whole
from infra import doctor, policies
from infra.local.engine import Engine, LocalAws
from infra.stage import Stage
from tests.builders import appointment, at, made, message, new_branch_id, settings
from tests.conftest import TABLE
from tests.infra.deployed import Deployed, deploy_stacks
from tests.store.bookings import take


@pytest.fixture(scope="module")
def stage() -> Iterator[Deployed]:
    with LocalAws() as aws:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("AWS_ENDPOINT_URL", aws.endpoint)
            deployed = deploy_stacks(aws)
        yield deployed


@pytest.fixture
def patient(stage: Deployed, monkeypatch: pytest.MonkeyPatch) -> doctor.Patient:
    monkeypatch.setenv("AWS_ENDPOINT_URL", stage.aws.endpoint)
    return doctor.Patient(stage.stage, stage.data, stage.app)


def test_a_stage_that_was_just_deployed_has_nothing_wrong_with_it(patient: doctor.Patient) -> None:
    looks: list[Callable[[doctor.Patient], Iterator[str]]] = [
        doctor.stacks,
        doctor.drift,
        doctor.alarms,
        doctor.permissions,
        doctor.dead_letters,
    ]
    assert [finding for look in looks for finding in look(patient)] == []


def test_what_was_changed_by_hand_is_told(patient: doctor.Patient) -> None:
    functions, name = boto3.client("lambda"), patient.app["BouncesFunction"]
    size = functions.get_function_configuration(FunctionName=name)["MemorySize"]
    functions.update_function_configuration(FunctionName=name, MemorySize=size + 1)
    found = [*doctor.drift(patient)]
    functions.update_function_configuration(FunctionName=name, MemorySize=size)
    assert found == [f"{patient.its.app_stack} Bounces modified /MemorySize"]


def test_an_alarm_that_rings_is_told(patient: doctor.Patient) -> None:
    watch = boto3.client("cloudwatch")
    name = watch.describe_alarms(AlarmNamePrefix=patient.its.app_stack)["MetricAlarms"][0]["AlarmName"]
    watch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="tried")
    found = [*doctor.alarms(patient)]
    watch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="tried")
    assert found == [f"{name} rings: tried"]


def test_a_permission_that_was_taken_or_given_by_hand_is_told(patient: doctor.Patient, stage: Deployed) -> None:
    iam, role = boto3.client("iam"), stage.role_of("bounces")
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    other = policies.without(document, "dynamodb:PutItem")
    other["Statement"].append({"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": "*"})
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(other))
    found = [*doctor.permissions(patient)]
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
    assert found == ["bounces has lost dynamodb:PutItem", "bounces may also do dynamodb:Scan"]


def test_dead_letters_are_counted(patient: doctor.Patient) -> None:
    queue = boto3.client("sqs")
    queue.send_message(QueueUrl=patient.app["DeadLetters"], MessageBody="tried")
    found = [*doctor.dead_letters(patient)]
    queue.purge_queue(QueueUrl=patient.app["DeadLetters"])
    assert found == ["1 in the queue of dead letters"]


def test_a_stack_that_was_rolled_back_is_told(patient: doctor.Patient) -> None:
    cloudformation, name = boto3.client("cloudformation"), f"{patient.its.name}-broken"
    lost = {
        "Type": "AWS::IAM::Policy",
        "Properties": {"PolicyName": "p", "Roles": ["nobody"], "PolicyDocument": {"Version": "2012-10-17", "Statement": []}},
    }
    cloudformation.create_stack(
        StackName=name, TemplateBody=json.dumps({"Resources": {"Lost": lost}}), Capabilities=["CAPABILITY_IAM"]
    )
    while cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"].endswith("IN_PROGRESS"):
        time.sleep(0.05)
    broken = doctor.Patient(Broken(patient.its.name, "a@example.org", "b@example.org"), patient.data, patient.app)
    assert next(doctor.stacks(broken)).startswith(f"{name} is ROLLBACK_COMPLETE")


class Broken(Stage):
    """A stage whose data stack is not the one that was deployed."""

    @property
    def data_stack(self) -> str:
        return f"{self.name}-broken"


@pytest.fixture
def branch(engine: Engine) -> Settings:
    """A branch with one appointment."""
    its = settings(id=new_branch_id())
    Table(TABLE).replace_settings(its)
    take(Table(TABLE), appointment(branch=its.branch.id, **soon()))
    return its


def soon() -> dict[str, int]:
    """Tomorrow at noon, for half an hour."""
    start = at(f"{datetime.now(UTC).date() + timedelta(days=1)}T12:00")
    return {"start": start, "end": start + 30}


def test_units_that_nobody_holds_are_told_and_mended_on_request(branch: Settings) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    DayItem(f"AGENDA#{branch.branch.id}#cabin-1", f"{tomorrow}#0").update([DayItem.taken.add({7, 8})])
    (told,) = doctor.units(Table(TABLE), [branch], mending=False)
    assert told.startswith(f"{branch.branch.id} cabin-1: 2 unowned units")
    assert [*doctor.units(Table(TABLE), [branch], mending=True)] == []


def test_a_message_that_should_have_gone_out_is_told(engine: Engine) -> None:
    its = appointment(branch=new_branch_id())
    Table(TABLE).replace_settings(settings(id=its.branch))
    Table(TABLE).write(made(its, message(its, due=datetime.now(UTC) - timedelta(hours=1))))
    found = [*doctor.overdue(Table(TABLE))]
    assert any("messages are due for more than 15 minutes" in finding for finding in found)


def test_what_the_schedule_has_given_up_is_told_and_made_due_again_on_request(engine: Engine) -> None:
    long_ago = datetime(2016, 1, 1, tzinfo=UTC)
    its, table = appointment(branch=new_branch_id(), due=long_ago), Table(TABLE)
    take(table, its)
    attempt = table.take_up(Duty("appointment", its.id), long_ago)
    assert attempt is not None
    table.put_aside(attempt, None)
    assert its.id not in table.due(datetime.now(UTC)).appointments
    (told,) = (each for each in doctor.given_up(Whole(), mending=False) if its.id in each)
    assert "failed 1 times" in told
    assert [*doctor.given_up(Whole(), mending=True)] == []
    assert its.id in table.due(long_ago).appointments
    assert table.appointment(its.id) == its
    table.put_off(its, None)  # leaves nothing behind that others would find
