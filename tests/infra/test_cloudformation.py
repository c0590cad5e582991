"""A stack is made, changed, and brought back from whatever a run that broke off or failed has left."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest

from infra.cloudformation import Change, Stack, StackError, Template
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


def test_a_stack_that_could_not_be_deleted_is_made_anew_unless_it_holds_what_is_kept(stack: Stack, engine: Engine) -> None:
    its = template(Network={"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}})
    stack.apply(its, {})
    (network,) = stack.resources()
    api = engine.client("ec2")
    within = api.create_subnet(VpcId=network["PhysicalResourceId"], CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    with pytest.raises(StackError, match="DELETE_FAILED"):
        stack.delete()
    api.delete_subnet(SubnetId=within)
    keeping = Stack(engine.client("cloudformation"), stack.name, str, kept=["AWS::EC2::VPC"])
    with pytest.raises(StackError, match=r"holds Network .* Nothing was deleted"):
        keeping.apply(its, {})
    stack.apply(its, {})
    assert stack.state == "CREATE_COMPLETE"


def test_a_new_stack_that_was_only_looked_at_is_withdrawn_and_others_are_not(stack: Stack) -> None:
    stack.plan(template(Queue=QUEUE), {})
    stack.withdraw()
    assert stack.state == ""
    stack.apply(template(Queue=QUEUE), {})
    stack.withdraw()
    assert stack.state == "CREATE_COMPLETE"


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
