"""What each function may do: the policies as they were deployed, enforced by the local AWS, every action tried by each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.deploy import policies
from infra.local.engine import LocalAws
from tests.infra.deployed import Deployed, deploy_stacks

DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException"}
KEY = {"pk": {"S": "TRIED"}, "sk": {"S": "TRIED"}}
OF_KEY: dict[str, Any] = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "TRIED"}}}
OF_THE_TABLE = {
    "api": {
        *("BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "UpdateItem"),
        *("Query", "Query gsi1", "Query gsi2"),
    },
    "deliver": {
        *("BatchGetItem", "GetItem", "PutItem", "UpdateItem", "Query", "Query gsi1"),
        *("DescribeStream", "GetShardIterator", "GetRecords"),
    },
    "sweep": {
        *("BatchGetItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "UpdateItem"),
        *("Query", "Query gsi1", "Query gsi3"),
    },
    "bounces": {"GetItem", "PutItem", "UpdateItem"},
    "users": {"GetItem", "Query", "PutItem"},
}
"""Function -> what it may do with the table and its stream. All else that DynamoDB knows to do with them is denied."""
BESIDE = {
    "api": {
        "ses:SendEmail",
        "ses:GetEmailIdentity",
        "ses:GetAccount",
        "cloudwatch:GetMetricStatistics",
        "lambda:InvokeFunction",
        "sns:Publish",
    },
    "deliver": {"ses:SendEmail", "sns:Publish", "sqs:SendMessage"},
    "sweep": {"ses:SendEmail", "sns:Publish"},
    "bounces": {"sqs:SendMessage"},
    "users": {action for action in policies.asked_by("users") if action.startswith("cognito-idp:")},
}
"""Function -> what it may do elsewhere, but for writing its own log."""
FUNCTIONS = tuple(policies.FUNCTIONS)
Try = Callable[[], Any]


def table_actions(at: Deployed, client: Callable[[str], Any]) -> dict[str, Try]:
    """Everything that can be asked of the table, in a form that does no harm where it is allowed."""
    table, name = client("dynamodb"), at.data["TableName"]
    stream, arn = client("dynamodbstreams"), at.data["TableStreamArn"]
    item = {"TableName": name, "Key": KEY}
    check = {"ConditionCheck": {**item, "ConditionExpression": "attribute_not_exists(pk)"}}
    owner = {"TableName": name}
    arn_of_table = arn.partition("/stream/")[0]
    return {
        "BatchGetItem": partial(table.batch_get_item, RequestItems={name: {"Keys": [KEY]}}),
        "BatchWriteItem": partial(table.batch_write_item, RequestItems={name: [{"DeleteRequest": {"Key": KEY}}]}),
        "ConditionCheckItem": partial(table.transact_write_items, TransactItems=[check]),
        "DeleteItem": partial(table.delete_item, **item),
        "GetItem": partial(table.get_item, **item),
        "PutItem": partial(table.put_item, TableName=name, Item=KEY),
        "UpdateItem": partial(table.update_item, **item),
        "Query": partial(table.query, TableName=name, **OF_KEY),
        **{f"Query {index}": partial(_query, table, name, index) for index in ("gsi1", "gsi2", "gsi3")},
        "Scan": partial(table.scan, TableName=name),
        "PartiQLSelect": partial(table.execute_statement, Statement=f'SELECT * FROM "{name}"'),
        "PartiQLDelete": partial(table.execute_statement, Statement=f"DELETE FROM \"{name}\" WHERE pk='A' AND sk='B'"),
        "DescribeTable": partial(table.describe_table, **owner),
        "UpdateTable": partial(table.update_table, **owner, DeletionProtectionEnabled=False),
        "DeleteTable": partial(table.delete_table, **owner),
        "UpdateTimeToLive": partial(
            table.update_time_to_live, **owner, TimeToLiveSpecification={"Enabled": False, "AttributeName": "ttl"}
        ),
        "UpdateContinuousBackups": partial(
            table.update_continuous_backups, **owner, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
        ),
        "CreateBackup": partial(table.create_backup, **owner, BackupName="tried"),
        "ExportTableToPointInTime": partial(
            table.export_table_to_point_in_time, TableArn=arn_of_table, S3Bucket=at.data["ArtifactBucket"]
        ),
        "DescribeStream": partial(stream.describe_stream, StreamArn=arn),
        "GetShardIterator": partial(
            stream.get_shard_iterator, StreamArn=arn, ShardId=at.shard, ShardIteratorType="TRIM_HORIZON"
        ),
        "GetRecords": partial(stream.get_records, ShardIterator=at.shard_iterator()),
    }


def _query(table: Any, name: str, index: str) -> Any:
    of = {"KeyConditionExpression": f"{index}pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "TRIED"}}}
    return table.query(TableName=name, IndexName=index, **of)


def other_actions(at: Deployed, client: Callable[[str], Any]) -> dict[str, Try]:
    """What is asked of the other services: allowed or not, it is refused for good reasons or does no harm."""
    mail, pool = client("sesv2"), client("cognito-idp")
    user = {"UserPoolId": at.data["StaffPoolId"], "Username": "nobody"}
    message = {"Subject": {"Data": "Probe"}, "Body": {"Text": {"Data": "Probe"}}}
    return {
        "ses:SendEmail": partial(
            mail.send_email,
            FromEmailAddress=at.mail_from,
            Destination={"ToAddresses": ["probe@example.org"]},
            Content={"Simple": message},
            ConfigurationSetName=at.configuration_set,
        ),
        "ses:GetEmailIdentity": partial(mail.get_email_identity, EmailIdentity=at.mail_from),
        "ses:GetAccount": mail.get_account,
        "ses:CreateEmailIdentity": partial(mail.create_email_identity, EmailIdentity="thief@example.org"),
        "sns:Publish": partial(client("sns").publish, PhoneNumber="+491701234567", Message="Probe"),
        "sns:Publish to a topic": partial(client("sns").publish, TopicArn=at.app["AlarmTopic"], Message="Probe"),
        "sqs:SendMessage": partial(client("sqs").send_message, QueueUrl=at.app["DeadLetters"], MessageBody="Probe"),
        "sqs:ReceiveMessage": partial(client("sqs").receive_message, QueueUrl=at.app["DeadLetters"]),
        "lambda:InvokeFunction": partial(client("lambda").invoke, FunctionName=at.app["UsersFunction"], Payload=b"{}"),
        "lambda:GetFunction": partial(client("lambda").get_function, FunctionName=at.app["ApiFunction"]),
        "cloudwatch:GetMetricStatistics": partial(client("cloudwatch").get_metric_statistics, **at.statistics),
        "ssm:GetParameter": partial(client("ssm").get_parameter, Name=at.stage.secret_name("secret"), WithDecryption=True),
        "s3:ListBucket": partial(client("s3").list_objects_v2, Bucket=at.data["SiteBucket"]),
        "cognito-idp:AdminAddUserToGroup": partial(pool.admin_add_user_to_group, **user, GroupName="staff"),
        "cognito-idp:AdminRemoveUserFromGroup": partial(pool.admin_remove_user_from_group, **user, GroupName="staff"),
        "cognito-idp:AdminCreateUser": partial(
            pool.admin_create_user, **user | {"Username": "tried"}, MessageAction="SUPPRESS"
        ),
        "cognito-idp:AdminDeleteUser": partial(pool.admin_delete_user, **user),
        "cognito-idp:AdminDisableUser": partial(pool.admin_disable_user, **user),
        "cognito-idp:AdminEnableUser": partial(pool.admin_enable_user, **user),
        "cognito-idp:AdminGetUser": partial(pool.admin_get_user, **user),
        "cognito-idp:AdminListGroupsForUser": partial(pool.admin_list_groups_for_user, **user),
        "cognito-idp:AdminSetUserPassword": partial(pool.admin_set_user_password, **user, Password="a password that is long"),
        "cognito-idp:AdminUpdateUserAttributes": partial(pool.admin_update_user_attributes, **user, UserAttributes=[]),
        "cognito-idp:AdminUserGlobalSignOut": partial(pool.admin_user_global_sign_out, **user),
        "cognito-idp:ListUsers": partial(pool.list_users, UserPoolId=at.data["StaffPoolId"]),
        "cognito-idp:DeleteUserPool": partial(pool.delete_user_pool, UserPoolId="eu-central-1_nothing00"),
    }


def allowed(actions: dict[str, Try]) -> set[str]:
    """Those that IAM let through, whatever the service said then."""
    return {name for name, act in actions.items() if not _is_denied(act)}


def _is_denied(act: Try) -> bool:
    try:
        act()
    except ClientError as error:
        return error.response["Error"]["Code"] in DENIED
    return False


@pytest.fixture(scope="module")
def deployed() -> Iterator[Deployed]:
    with LocalAws(enforce_policies=True) as aws:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("AWS_ENDPOINT_URL", aws.endpoint)
            deployed = deploy_stacks(aws)
        yield deployed


@pytest.fixture(scope="module", params=FUNCTIONS)
def acting(request: pytest.FixtureRequest, deployed: Deployed) -> tuple[str, Callable[[str], Any]]:
    """A function's name, and what makes clients with the credentials that the function gets."""
    return request.param, deployed.clients_of(request.param)


def test_a_function_does_with_the_table_what_it_needs_and_nothing_else(
    acting: tuple[str, Callable[[str], Any]], deployed: Deployed
) -> None:
    function, client = acting
    assert allowed(table_actions(deployed, client)) == OF_THE_TABLE[function]


def test_a_function_does_elsewhere_what_it_needs_and_nothing_else(
    acting: tuple[str, Callable[[str], Any]], deployed: Deployed
) -> None:
    function, client = acting
    assert allowed(other_actions(deployed, client)) == BESIDE[function]


def test_a_function_writes_its_own_log_and_no_other_one(acting: tuple[str, Callable[[str], Any]], deployed: Deployed) -> None:
    function, client = acting
    logs = client("logs")
    may = allowed({name: partial(logs.put_log_events, **deployed.line_in_log_of(name)) for name in FUNCTIONS})
    assert may == {function}


def test_no_other_table_is_reached(acting: tuple[str, Callable[[str], Any]], deployed: Deployed) -> None:
    _, client = acting
    table = client("dynamodb")
    assert not allowed({"GetItem": partial(table.get_item, TableName="another-table", Key=KEY)})


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_action_that_a_policy_names_was_tried(function: str, deployed: Deployed) -> None:
    tried = {f"dynamodb:{name.partition(' ')[0]}" for name in table_actions(deployed, deployed.as_root)}
    tried |= set(other_actions(deployed, deployed.as_root)) | {"logs:PutLogEvents"}
    not_told_apart = {"ses:SendRawEmail", "logs:CreateLogStream", "dynamodb:ListStreams"}  # by the local AWS, from their likes
    assert policies.asked_by(function) - not_told_apart <= tried


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_was_deployed_grants_what_the_file_says(function: str, deployed: Deployed) -> None:
    granted = policies.granted_to(deployed.as_root("iam"), deployed.role_of(function))
    assert granted == policies.asked_by(function)
