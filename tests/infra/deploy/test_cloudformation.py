"""A stack is made, changed, and brought back from whatever a run that broke off or failed has left."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from infra.deploy import cloudformation
from infra.deploy.cloudformation import Change, Stack, StackError, Template
from infra.local.engine import Engine

QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": {"Ref": "Seconds"}}}
BROKEN = {"Type": "AWS::Cognito::UserPoolGroup", "Properties": {"UserPoolId": "eu-central-1_nobodys", "GroupName": "staff"}}


def template(**resources: Any) -> Template:
    parameters = {"Seconds": {"Type": "Number", "Default": 30}}
    return Template(body=json.dumps({"Parameters": parameters, "Resources": resources}))


def table(key: str) -> dict[str, Any]:
    return {
        "Type": "AWS::DynamoDB::Table",
        "UpdateReplacePolicy": "Retain",
        "DeletionPolicy": "Retain",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        },
    }


@pytest.fixture
def api(engine: Engine) -> Any:
    return engine.client("cloudformation")


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def stack(api: Any, told: list[str]) -> Stack:
    return Stack(api, f"stack-{secrets.token_hex(4)}", told.append, pause=0.02)


def test_it_is_made_changed_and_left_alone_when_nothing_is_to_change(stack: Stack, told: list[str]) -> None:
    assert stack.state == ""
    assert stack.apply(template(Queue=QUEUE), {"Seconds": "30"}) == 1
    assert told == [str(Change("Add", "Queue", "AWS::SQS::Queue"))]
    assert stack.apply(template(Queue=QUEUE), {"Seconds": "30"}) == 0
    assert stack.apply(template(Queue=QUEUE), {"Seconds": "60"}) == 1
    assert (stack.state, stack.parameters) == ("UPDATE_COMPLETE", {"Seconds": "60"})


def test_a_plan_that_was_never_carried_out_is_dropped_by_the_next_run(stack: Stack, api: Any) -> None:
    stack.plan(template(Queue=QUEUE), {})
    stack.plan(template(Queue=QUEUE), {"Seconds": "31"})
    assert stack.state == "REVIEW_IN_PROGRESS"
    stack.apply(template(Queue=QUEUE), {"Seconds": "32"})
    assert (stack.state, stack.parameters) == ("CREATE_COMPLETE", {"Seconds": "32"})
    left = api.list_change_sets(StackName=stack.name)["Summaries"]
    assert [each for each in left if each["ExecutionStatus"] == "AVAILABLE"] == []


def test_what_others_planned_is_not_dropped(stack: Stack, api: Any) -> None:
    stack.apply(template(Queue=QUEUE), {})
    parameters = [{"ParameterKey": "Seconds", "ParameterValue": "99"}]
    api.create_change_set(StackName=stack.name, ChangeSetName="somebodys", UsePreviousTemplate=True, Parameters=parameters)
    stack.settle()
    assert "somebodys" in [each["ChangeSetName"] for each in api.list_change_sets(StackName=stack.name)["Summaries"]]


def test_a_stack_that_could_not_be_made_says_why_and_is_made_anew(stack: Stack, told: list[str]) -> None:
    with pytest.raises(StackError, match="Broken CREATE_FAILED"):
        stack.apply(template(Queue=QUEUE, Broken=BROKEN), {})
    assert stack.state == "ROLLBACK_COMPLETE"
    stack.apply(template(Queue=QUEUE), {})
    assert stack.state == "CREATE_COMPLETE"
    assert f"{stack.name} is ROLLBACK_COMPLETE: deletes it and makes it anew" in told


def test_a_change_that_failed_is_taken_back_and_the_next_one_goes_on(stack: Stack) -> None:
    stack.apply(template(Queue=QUEUE), {"Seconds": "30"})
    with pytest.raises(StackError, match=r"Broken (CREATE|UPDATE)_FAILED: .*nobodys"):
        stack.apply(template(Queue=QUEUE, Broken=BROKEN), {"Seconds": "60"})
    assert (stack.state, stack.parameters) == ("UPDATE_ROLLBACK_COMPLETE", {"Seconds": "30"})
    stack.apply(template(Queue=QUEUE), {"Seconds": "60"})
    assert stack.parameters == {"Seconds": "60"}


def test_a_table_is_not_given_up_unless_that_is_said(stack: Stack) -> None:
    stack.apply(template(Table=table("pk")), {})
    (first,) = stack.resources()
    with pytest.raises(StackError, match="REPLACE=Table"):
        stack.apply(template(Table=table("id")), {})
    with pytest.raises(StackError, match="REPLACE=Table"):
        stack.apply(template(Queue=QUEUE), {})
    assert stack.resources() == [first]
    assert stack.apply(template(Table=table("id")), {}, replace=["Table"]) == 1


def denied(api: Any, stack: Stack) -> set[str]:
    """What no update may replace or remove, as AWS reads the stack's policy: what is denied is not allowed. Without a policy
    nothing is. The local AWS keeps policies and does not ask them."""
    policy = json.loads(api.get_stack_policy(StackName=stack.name).get("StackPolicyBody", '{"Statement": []}'))
    names: set[str] = set()
    for each in policy["Statement"]:
        assert each["Principal"] == "*"
        if each["Effect"] == "Deny":
            assert each["Action"] == ["Update:Replace", "Update:Delete"]
            names.update(name.removeprefix("LogicalResourceId/") for name in each["Resource"])
        else:
            assert (each["Effect"], each["Action"], each["Resource"]) == ("Allow", "Update:*", "*")
    return names


def test_nobody_replaces_or_removes_what_is_kept_in_the_console_either(stack: Stack, api: Any) -> None:
    stack.apply(template(Table=table("pk"), Other=table("pk"), Queue=QUEUE), {})
    assert denied(api, stack) == {"Table", "Other"}
    assert stack.is_protected()


def test_a_stack_that_keeps_nothing_has_no_policy(stack: Stack, api: Any) -> None:
    stack.apply(template(Queue=QUEUE), {})
    assert "StackPolicyBody" not in api.get_stack_policy(StackName=stack.name)
    assert stack.is_protected()


def test_a_stack_whose_policy_was_opened_is_protected_again_though_nothing_is_to_change(stack: Stack, api: Any) -> None:
    stack.apply(template(Table=table("pk")), {})
    everything = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"}]}
    api.set_stack_policy(StackName=stack.name, StackPolicyBody=json.dumps(everything))
    assert not stack.is_protected()
    assert stack.apply(template(Table=table("pk")), {}) == 0
    assert denied(api, stack) == {"Table"}


def test_what_may_be_replaced_is_open_while_that_is_done_and_nothing_else_is(stack: Stack, api: Any) -> None:
    stack.apply(template(Table=table("pk"), Other=table("pk")), {})
    meanwhile: list[set[str]] = []
    api.meta.events.register("before-call.cloudformation.ExecuteChangeSet", lambda **_: meanwhile.append(denied(api, stack)))
    stack.apply(template(Table=table("id"), Other=table("pk")), {}, replace=["Table"])
    assert meanwhile == [{"Other"}]
    assert denied(api, stack) == {"Table", "Other"}


def test_naming_what_may_be_replaced_opens_nothing_that_stays(stack: Stack, api: Any) -> None:
    stack.apply(template(Table=table("pk")), {})
    meanwhile: list[set[str]] = []
    api.meta.events.register("before-call.cloudformation.ExecuteChangeSet", lambda **_: meanwhile.append(denied(api, stack)))
    stack.apply(template(Table=table("pk"), Queue=QUEUE), {}, replace=["Table"])
    assert meanwhile == [{"Table"}]


def test_a_replacement_that_failed_leaves_nothing_open(stack: Stack, api: Any) -> None:
    stack.apply(template(Table=table("pk")), {})
    with pytest.raises(StackError, match="Broken"):
        stack.apply(template(Table=table("id"), Broken=BROKEN), {}, replace=["Table"])
    assert denied(api, stack) == {"Table"}


def test_what_is_removed_for_good_is_named_by_no_policy(stack: Stack, api: Any) -> None:
    stack.apply(template(Table=table("pk"), Other=table("pk")), {})
    stack.apply(template(Other=table("pk")), {}, replace=["Table"])
    assert denied(api, stack) == {"Other"}


def test_a_stack_that_could_not_be_deleted_is_made_anew_unless_it_holds_what_is_kept(stack: Stack, engine: Engine) -> None:
    kind = template(Network={"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}})
    stack.apply(kind, {})
    (network,) = stack.resources()
    api = engine.client("ec2")
    within = api.create_subnet(VpcId=network["PhysicalResourceId"], CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    with pytest.raises(StackError, match="DELETE_FAILED"):
        stack.delete()
    api.delete_subnet(SubnetId=within)
    keeping = Stack(engine.client("cloudformation"), stack.name, str, kept=["AWS::EC2::VPC"])
    with pytest.raises(StackError, match=r"holds Network .* Nothing was deleted"):
        keeping.apply(kind, {})
    stack.apply(kind, {})
    assert stack.state == "CREATE_COMPLETE"


def test_a_new_stack_that_was_only_looked_at_is_withdrawn_and_others_are_not(stack: Stack) -> None:
    stack.plan(template(Queue=QUEUE), {})
    stack.withdraw()
    assert stack.state == ""
    stack.apply(template(Queue=QUEUE), {})
    stack.withdraw()
    assert stack.state == "CREATE_COMPLETE"


EARLY = (
    "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. To troubleshoot Early Validation "
    "errors, use the DescribeEvents API for detailed failure information."
)
"""What a change set says of itself; the local AWS validates later, when it is carried out."""
OBJECTION = {
    "OperationId": "1",
    "Timestamp": datetime(2026, 11, 26, tzinfo=UTC),
    "EventType": "VALIDATION_ERROR",
    "LogicalResourceId": "Queue",
    "ResourceType": "AWS::SQS::Queue",
    "ValidationPath": "/Resources/Queue/Properties/VisibilityTimeout",
    "ValidationStatusReason": "#/VisibilityTimeout: expected type: Integer",
}


def refusing(api: Any) -> Any:
    """The client, whose change sets fail CloudFormation's early validation."""

    def failed(parsed: dict[str, Any], **_: Any) -> None:
        parsed |= {"Status": "FAILED", "StatusReason": EARLY}

    api.meta.events.register("after-call.cloudformation.DescribeChangeSet", failed)
    return api


def test_a_change_set_that_fails_early_validation_says_which_resource_and_why(engine: Engine) -> None:
    api = refusing(engine.client("cloudformation"))
    asked: list[dict[str, Any]] = []
    api.meta.events.register(
        "provide-client-params.cloudformation.DescribeEvents", lambda params, **_: asked.append(dict(params))
    )
    api.meta.events.register(
        "after-call.cloudformation.DescribeEvents", lambda parsed, **_: parsed.update(OperationEvents=[OBJECTION])
    )
    stack = Stack(api, f"stack-{secrets.token_hex(4)}", str, pause=0.02)
    with pytest.raises(StackError) as refused:
        stack.plan(template(Queue=QUEUE), {})
    assert str(refused.value) == (
        f"{stack.name} cannot be changed so: Queue (AWS::SQS::Queue) /Resources/Queue/Properties/VisibilityTimeout: "
        "#/VisibilityTimeout: expected type: Integer"
    )
    (of,) = asked
    assert of["ChangeSetName"].startswith("arn:")  # by its name alone AWS does not find it
    assert of["Filters"] == {"FailedEvents": True}


def test_whoever_may_not_ask_for_events_reads_what_the_change_set_says(engine: Engine) -> None:
    def denied(**_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        return AWSResponse("", 403, {}, None), {"Error": {"Code": "AccessDenied", "Message": "no"}, "ResponseMetadata": {}}

    api = refusing(engine.client("cloudformation"))
    api.meta.events.register("before-call.cloudformation.DescribeEvents", denied)
    with pytest.raises(StackError, match="cannot be changed so: The following hook"):
        Stack(api, f"stack-{secrets.token_hex(4)}", str, pause=0.02).plan(template(Queue=QUEUE), {})


def test_a_stack_that_fails_validation_says_which_resource_and_why(stack: Stack, engine: Engine) -> None:
    taken = f"taken-{secrets.token_hex(4)}"
    engine.client("s3").create_bucket(Bucket=taken, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    with pytest.raises(StackError, match=rf"Bucket \(AWS::S3::Bucket\) /Resources/Bucket: .*{taken}"):
        stack.apply(template(Bucket={"Type": "AWS::S3::Bucket", "Properties": {"BucketName": taken}}), {})


def saying(engine: Engine, reason: str) -> Any:
    """A client that gets this as the reason of every failure: the words are AWS's own."""

    def reworded(parsed: dict[str, Any], **_: Any) -> None:
        for event in parsed["StackEvents"]:
            if event["ResourceStatus"].endswith("_FAILED"):
                event["ResourceStatusReason"] = reason

    api = engine.client("cloudformation")
    api.meta.events.register("after-call.cloudformation.DescribeStackEvents", reworded)
    return api


NOT_YET = "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway"
STILL_USED = "AWS WAF couldn\u2019t perform the operation because your resource is being used by another resource"


def test_a_stack_that_failed_by_what_passes_is_made_once_it_has_passed(engine: Engine) -> None:
    """Here a role is missing at first, and there when it is tried again."""
    iam, role, told = engine.client("iam"), f"late-{secrets.token_hex(4)}", []

    def tell(line: str) -> None:
        told.append(line)
        if "tries again" in line:
            iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))

    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    entries = {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "p", "Roles": [role], "PolicyDocument": document}}
    stack = Stack(saying(engine, NOT_YET), f"stack-{secrets.token_hex(4)}", tell, pause=0.02)
    stack.apply(template(Late=entries), {})
    assert stack.state == "CREATE_COMPLETE"
    assert len([line for line in told if "tries again" in line]) == 1


def test_what_never_passes_is_told_in_the_end(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloudformation, "TRIES", 3)
    told: list[str] = []
    stack = Stack(saying(engine, NOT_YET), f"stack-{secrets.token_hex(4)}", told.append, pause=0.01)
    with pytest.raises(StackError, match="does not have required permissions"):
        stack.apply(template(Broken=BROKEN), {})
    assert len([line for line in told if "tries again" in line]) == 2


def test_a_stack_whose_firewall_is_still_asked_is_deleted_once_it_no_longer_is(engine: Engine) -> None:
    """A network with something in it stands for the firewall, which the local AWS lets go at once."""
    ec2 = engine.client("ec2")
    within: list[str] = []

    def tell(line: str) -> None:
        if "tries again" in line:
            ec2.delete_subnet(SubnetId=within.pop())

    stack = Stack(saying(engine, STILL_USED), f"stack-{secrets.token_hex(4)}", tell, pause=0.02)
    stack.apply(template(Network={"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.8.0.0/16"}}), {})
    (network,) = stack.resources()
    subnet = ec2.create_subnet(VpcId=network["PhysicalResourceId"], CidrBlock="10.8.1.0/24")["Subnet"]
    within.append(subnet["SubnetId"])
    stack.delete()
    assert (stack.state, within) == ("", [])


@pytest.mark.parametrize(
    ("change", "loses"),
    [
        (Change("Remove", "Table", "AWS::DynamoDB::Table"), True),
        (Change("Modify", "Table", "AWS::DynamoDB::Table", "True"), True),
        (Change("Modify", "StaffPool", "AWS::Cognito::UserPool", "Conditional"), True),
        (Change("Modify", "Table", "AWS::DynamoDB::Table", "False"), False),
        (Change("Add", "Table", "AWS::DynamoDB::Table"), False),
        (Change("Remove", "Api", "AWS::Lambda::Function"), False),
    ],
)
def test_what_cannot_be_made_anew_is_known(change: Change, loses: bool) -> None:
    assert change.loses is loses


@pytest.mark.parametrize(
    ("kind", "replacement", "told"),
    [
        ("AWS::DynamoDB::Table", "Conditional", "may be replaced"),
        ("AWS::Lambda::Function", "Conditional", "AWS::Lambda::Function"),
        ("AWS::Lambda::Function", "True", "is replaced"),
    ],
)
def test_that_something_may_be_replaced_is_told_where_it_would_be_a_loss(kind: str, replacement: str, told: str) -> None:
    assert str(Change("Modify", "Its", kind, replacement)).endswith(told)
