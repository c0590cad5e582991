"""`make doctor` finds what is wrong with a deployed stage."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import boto3
import pytest

from chalicelib.domain.outbox import Duty
from chalicelib.domain.settings import Settings
from chalicelib.store.maintenance import Whole
from chalicelib.store.models import DayItem
from chalicelib.store.table import Table
from infra.deploy import policies
from infra.deploy.stage import Stage
from infra.local.engine import Engine, LocalAws
from infra.operate import doctor
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
        doctor.triggers,
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
    assert found == [f"{patient.stage.app_stack} Bounces modified /MemorySize"]


Drifts = list[dict[str, Any]]


@pytest.fixture
def drifts(patient: doctor.Patient, monkeypatch: pytest.MonkeyPatch) -> Drifts:
    """What CloudFormation is made to say beside what it finds: the local AWS compares few properties, and these not at all."""
    said: Drifts = []
    session = boto3.Session()
    asking, asked = (
        "provide-client-params.cloudformation.DescribeStackResourceDrifts",
        "after-call.cloudformation.DescribeStackResourceDrifts",
    )
    session.events.register(asking, lambda params, context, **_: context.update(asked=params))
    session.events.register(asked, partial(_add, patient.stage.data_stack, said))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    return said


def _add(stack: str, said: Drifts, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    """To the answer about a stack."""
    if context["asked"]["StackName"] == stack:
        parsed["StackResourceDrifts"] += said


def _drift(kind: str, name: str, physical: str, expected: Any, actual: Any, *paths: str) -> dict[str, Any]:
    """One resource whose property of this name differs."""
    return {
        "LogicalResourceId": name,
        "PhysicalResourceId": physical,
        "ResourceType": kind,
        "StackResourceDriftStatus": "MODIFIED",
        "ExpectedProperties": json.dumps(expected),
        "ActualProperties": json.dumps(actual),
        "PropertyDifferences": [{"PropertyPath": path} for path in paths],
    }


ENCRYPTION = {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
OWNERSHIP = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


def _bucket(patient: doctor.Patient) -> dict[str, Any]:
    """As CloudFormation tells of a bucket that nobody has touched."""
    set_up = {"BucketEncryption": ENCRYPTION, "OwnershipControls": OWNERSHIP}
    name = patient.data["SiteBucket"]
    return _drift("AWS::S3::Bucket", "SiteBucket", name, set_up, {}, "/BucketEncryption", "/OwnershipControls")


def _account(role: str) -> dict[str, Any]:
    """As it tells where API Gateway writes access logs by another role than this stage's."""
    own, other = ({"CloudWatchRoleArn": f"arn:aws:iam::000000000000:role/{name}"} for name in ("its-own", role))
    return _drift("AWS::ApiGateway::Account", "AccessLogAccount", "account", own, other, "/CloudWatchRoleArn")


def _log_role() -> str:
    """One that API Gateway can write logs by, as another stage has it."""
    iam = boto3.client("iam")
    names: list[str] = [role["RoleName"] for role in iam.list_roles()["Roles"]]
    return next(name for name in names if "AccessLogRole" in name)


def test_known_echoes_of_drift_are_notes_and_no_faults(
    patient: doctor.Patient, drifts: Drifts, capsys: pytest.CaptureFixture[str]
) -> None:
    client, tags = {"ExplicitAuthFlows": FLOWS}, [{"Key": "stack", "Value": "its"}]
    drifts += [
        _bucket(patient),
        _drift("AWS::CloudFront::Distribution", "Distribution", "E1", {"Tags": tags}, {}, "/Tags/0", "/Tags/1"),
        _drift(
            "AWS::Cognito::UserPoolClient",
            "StaffClient",
            "c1",
            client,
            {"ExplicitAuthFlows": FLOWS[::-1]},
            "/ExplicitAuthFlows/0",
            "/ExplicitAuthFlows/1",
        ),
        _account(_log_role()),
    ]
    assert faults(patient) == []
    told = capsys.readouterr().out
    assert told.startswith("drift: well\n")
    assert re.findall(r"note: \S+ (\w+) is said to differ in (\w+)", told) == [
        ("SiteBucket", "BucketEncryption"),
        ("SiteBucket", "OwnershipControls"),
        ("Distribution", "Tags"),
        ("StaffClient", "ExplicitAuthFlows"),
        ("AccessLogAccount", "CloudWatchRoleArn"),
    ]


def faults(patient: doctor.Patient) -> list[str]:
    """What the look at drift counts as wrong."""
    return doctor._told("drift", partial(doctor.drift, patient))


def test_a_bucket_that_is_no_longer_as_its_template_says_is_a_fault(patient: doctor.Patient, drifts: Drifts) -> None:
    drifts.append(_bucket(patient))
    s3, name = boto3.client("s3"), patient.data["SiteBucket"]
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    found = faults(patient)
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=OWNERSHIP)
    assert found == [f"{patient.stage.data_stack} SiteBucket modified /OwnershipControls"]


def test_a_way_of_signing_in_that_was_added_by_hand_is_a_fault(patient: doctor.Patient, drifts: Drifts) -> None:
    expected, actual = {"ExplicitAuthFlows": FLOWS}, {"ExplicitAuthFlows": [*FLOWS, "ALLOW_CUSTOM_AUTH"]}
    drifts.append(_drift("AWS::Cognito::UserPoolClient", "StaffClient", "c1", expected, actual, "/ExplicitAuthFlows/2"))
    assert faults(patient) == [f"{patient.stage.data_stack} StaffClient modified /ExplicitAuthFlows/2"]


def test_access_logs_that_nobody_can_write_are_a_fault(patient: doctor.Patient, drifts: Drifts) -> None:
    drifts.append(_account("gone"))
    assert faults(patient) == [f"{patient.stage.data_stack} AccessLogAccount modified /CloudWatchRoleArn"]


def test_a_true_change_beside_an_echo_is_a_fault(patient: doctor.Patient, drifts: Drifts) -> None:
    both = _bucket(patient)
    both["PropertyDifferences"].append({"PropertyPath": "/VersioningConfiguration/Status"})
    drifts.append(both)
    assert faults(patient) == [f"{patient.stage.data_stack} SiteBucket modified /VersioningConfiguration/Status"]


def test_what_was_deleted_by_hand_is_a_fault(patient: doctor.Patient, drifts: Drifts) -> None:
    gone = {"LogicalResourceId": "Table", "ResourceType": "AWS::DynamoDB::Table", "StackResourceDriftStatus": "DELETED"}
    drifts.append(gone)
    assert faults(patient) == [f"{patient.stage.data_stack} Table deleted"]


def held(patient: doctor.Patient, kind: str) -> dict[str, str]:
    """Logical and physical ids of what the application's stack holds of a kind."""
    found = boto3.client("cloudformation").list_stack_resources(StackName=patient.stage.app_stack)["StackResourceSummaries"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found if each["ResourceType"] == kind}


def test_a_stream_whose_mapping_is_disabled_is_told(patient: doctor.Patient) -> None:
    ((name, identity),) = held(patient, "AWS::Lambda::EventSourceMapping").items()
    api = boto3.client("lambda")
    api.update_event_source_mapping(UUID=identity, Enabled=False)
    found = [*doctor.triggers(patient)]
    api.update_event_source_mapping(UUID=identity, Enabled=True)
    (told,) = found
    assert told.startswith(f"{name} {identity} is disabled: no new message wakes its function")


def test_a_schedule_that_is_off_is_told(patient: doctor.Patient) -> None:
    rule = held(patient, "AWS::Events::Rule")["SweepSweepEvent"]
    api = boto3.client("events")
    api.disable_rule(Name=rule)
    found = [*doctor.triggers(patient)]
    api.enable_rule(Name=rule)
    (told,) = found
    assert told.startswith(f"SweepSweepEvent {rule} is disabled: nothing wakes its function")


def test_bounces_that_ses_tells_nobody_of_are_told(patient: doctor.Patient, stage: Deployed) -> None:
    api, where = boto3.client("sesv2"), {"ConfigurationSetName": stage.configuration_set, "EventDestinationName": "events"}
    (before,) = api.get_configuration_set_event_destinations(ConfigurationSetName=stage.configuration_set)["EventDestinations"]
    entries = {name: value for name, value in before.items() if name != "Name"}
    api.update_configuration_set_event_destination(**where, EventDestination=entries | {"Enabled": False})
    found = [*doctor.triggers(patient)]
    api.update_configuration_set_event_destination(**where, EventDestination=entries)
    (told,) = found
    assert told.startswith(f"ConfigurationSet {stage.configuration_set} tells nobody of bounce and complaint")
    assert [*doctor.triggers(patient)] == []


def test_a_rule_that_has_lost_its_target_is_told(patient: doctor.Patient) -> None:
    rule = held(patient, "AWS::Events::Rule")["BouncesBouncesEvent"]
    api = boto3.client("events")
    targets = api.list_targets_by_rule(Rule=rule)["Targets"]
    api.remove_targets(Rule=rule, Ids=[target["Id"] for target in targets])
    found = [*doctor.triggers(patient)]
    api.put_targets(Rule=rule, Targets=targets)
    (told,) = found
    assert told.startswith(f"BouncesBouncesEvent {rule} wakes nobody")


def test_a_stream_that_was_switched_off_and_on_again_is_told_since_nobody_reads_the_new_one(
    patient: doctor.Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook of the SDK plays the table: the stage is needed as it is afterwards."""
    table = patient.data["TableName"]
    now = patient.data["TableStreamArn"].rpartition("/")[0] + "/2027-01-01T00:00:00.000"
    session = boto3.Session()
    session.events.register(
        "after-call.dynamodb.DescribeTable", lambda parsed, **_: parsed["Table"].update(LatestStreamArn=now)
    )
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    (told,) = doctor.triggers(patient)
    assert f"reads a stream that {table} writes no more" in told


def test_an_alarm_that_rings_is_told(patient: doctor.Patient) -> None:
    watch = boto3.client("cloudwatch")
    name = watch.describe_alarms(AlarmNamePrefix=patient.stage.app_stack)["MetricAlarms"][0]["AlarmName"]
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
    cloudformation, name = boto3.client("cloudformation"), f"{patient.stage.name}-broken"
    lost = {
        "Type": "AWS::IAM::Policy",
        "Properties": {"PolicyName": "p", "Roles": ["nobody"], "PolicyDocument": {"Version": "2012-10-17", "Statement": []}},
    }
    cloudformation.create_stack(
        StackName=name, TemplateBody=json.dumps({"Resources": {"Lost": lost}}), Capabilities=["CAPABILITY_IAM"]
    )
    while cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"].endswith("IN_PROGRESS"):
        time.sleep(0.05)
    broken = doctor.Patient(Broken(patient.stage.name, "a@example.org", "b@example.org"), patient.data, patient.app)
    assert next(doctor.stacks(broken)).startswith(f"{name} is ROLLBACK_COMPLETE")


class Broken(Stage):
    """A stage whose data stack is not the one that was deployed."""

    @property
    def data_stack(self) -> str:
        return f"{self.name}-broken"


@pytest.fixture
def branch(engine: Engine) -> Settings:
    """A branch with one appointment."""
    branch_settings = settings(id=new_branch_id())
    Table(TABLE).replace_settings(branch_settings)
    take(Table(TABLE), appointment(branch=branch_settings.branch.id, **soon()))
    return branch_settings


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
    booked = appointment(branch=new_branch_id())
    Table(TABLE).replace_settings(settings(id=booked.branch))
    Table(TABLE).write(made(booked, message(booked, due=datetime.now(UTC) - timedelta(hours=1))))
    found = [*doctor.overdue(Table(TABLE))]
    assert any("messages are due for more than 15 minutes" in finding for finding in found)


def test_what_the_schedule_has_given_up_is_told_and_made_due_again_on_request(engine: Engine) -> None:
    long_ago = datetime(2016, 1, 1, tzinfo=UTC)
    booked, table = appointment(branch=new_branch_id(), due=long_ago), Table(TABLE)
    take(table, booked)
    attempt = table.take_up(Duty("appointment", booked.id), long_ago)
    assert attempt is not None
    table.put_aside(attempt, None)
    assert booked.id not in table.due(datetime.now(UTC)).appointments
    (told,) = (each for each in doctor.given_up(Whole(), mending=False) if booked.id in each)
    assert "failed 1 times" in told
    assert [*doctor.given_up(Whole(), mending=True)] == []
    assert booked.id in table.due(long_ago).appointments
    assert table.appointment(booked.id) == booked
    table.put_off(booked, None)  # leaves nothing behind that others would find
