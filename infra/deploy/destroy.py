"""`make destroy`: takes a stage away. The application alone, which can come again; what is kept only when told twice.

Like a deployment, it can be repeated at any point after any failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from infra.deploy.deployment import EARLIER, SECRETS, Deployment, Stopped


def destroy(d: Deployment, data: str = "", sure: str = "") -> None:
    """`data` is the stage's name where what is kept shall go too, `sure` the name of its table."""
    table = d.data.outputs.get("TableName", "")
    if sure and not data:
        raise Stopped(f"DATA is missing, and nothing was deleted. SURE stands beside it only: DATA={d.stage.name} SURE=...")
    if data and (data != d.stage.name or not table or sure != table):
        raise Stopped(_asked(d, table))
    for stack in (d.app, d.edge):
        _gone(d, stack.name, stack.delete if stack.state else None)
    if data:
        _destroy_data(d)
    elif table:
        d.tell(_kept(d, table))


def _asked(d: Deployment, table: str) -> str:
    if not table:
        return f"{d.stage.data_stack} is not there."
    return (
        f"This deletes all branches, appointments, customers and users of {d.stage.name} for good; nothing was deleted yet. "
        f"Export what is still needed (make export). Then: make destroy STAGE={d.stage.name} DATA={d.stage.name} SURE={table}"
    )


def _kept(d: Deployment, table: str) -> str:
    other = f" The table {d.stage.table}, which the stage's file names, stays in any case." if d.stage.table else ""
    return (
        f"Kept: {d.data.name} with the table {table}, the users, the site's files, the sender's proof and the secrets "
        f"of the links. A deployment goes on from there. It costs what is stored (about 0.6 dollars a GB and month with its "
        f"backups).{other} To delete that too: make destroy STAGE={d.stage.name} DATA={d.stage.name} SURE={table}"
    )


def _gone(d: Deployment, name: str, delete: Callable[[], None] | None) -> None:
    if delete is None:
        d.tell(f"{name} is not there")
    else:
        d.tell(f"{name} is being deleted ...")
        delete()
        d.tell(f"{name} is gone")


def _destroy_data(d: Deployment) -> None:
    """First what the stack holds: its template keeps all of that, and without the stack nobody would know of it."""
    held = d.data.resources()
    for each in held:
        remove = REMOVALS.get(each["ResourceType"])
        if remove and each.get("PhysicalResourceId"):
            remove(d, each["PhysicalResourceId"])
            d.tell(f"{each['LogicalResourceId']} {each['PhysicalResourceId']} is gone")
    for which in (*SECRETS, EARLIER):
        api = d.client("ssm")
        with suppress(api.exceptions.ParameterNotFound):
            api.delete_parameter(Name=d.stage.secret_name(which))
    _gone(d, d.data.name, d.data.delete)
    d.tell("AWS keeps the table's last backup for 35 days, without cost. What is left beside it:")
    for line in _left(d, held):
        d.tell(f"  {line}")


def _left(d: Deployment, held: list[dict[str, str]]) -> Iterator[str]:
    """What is the account's or was made by hand, so that it is not ours to delete."""
    roles = [each.get("PhysicalResourceId", "") for each in held if each["ResourceType"] == "AWS::IAM::Role"]
    for role in filter(None, roles):
        where = f"of all stages in {d.stage.region}"
        yield f"the role {role}, and API Gateway's setting that it writes the access logs {where} by it: both cost nothing"
    if d.stage.sms_limit_usd:
        yield "the account's limit for SMS"
    pages = d.client("dynamodb").get_paginator("list_tables").paginate()
    for name in (name for page in pages for name in page["TableNames"]):
        if name == d.stage.table:
            yield f"the table {name}, which the stage's file names, with all that it holds: delete it by hand"
        elif _is_named_alike(d, name):
            yield f"the table {name}: if it is a restored or former one of this stage, delete it by hand"


def _is_named_alike(d: Deployment, table: str) -> bool:
    """As the stack names its tables, or as the manual names a restored one; not as other stages' stacks name theirs."""
    return table.startswith(f"{d.data.name}-") or (table.startswith(f"terminwerk-{d.stage.name}-") and "-data-" not in table)


def _remove_table(d: Deployment, name: str) -> None:
    api = d.client("dynamodb")
    with suppress(api.exceptions.ResourceNotFoundException):
        api.update_table(TableName=name, DeletionProtectionEnabled=False)
        api.get_waiter("table_exists").wait(TableName=name)
        api.delete_table(TableName=name)
        api.get_waiter("table_not_exists").wait(TableName=name)


def _remove_pool(d: Deployment, identity: str) -> None:
    api = d.client("cognito-idp")
    with suppress(api.exceptions.ResourceNotFoundException):
        # What an update does not name goes back to its default: of no interest for a pool that is deleted next.
        api.update_user_pool(UserPoolId=identity, DeletionProtection="INACTIVE")
        api.delete_user_pool(UserPoolId=identity)


def _remove_bucket(d: Deployment, name: str) -> None:
    """With all that lies in it, former versions too."""
    api = d.client("s3")
    with suppress(api.exceptions.NoSuchBucket):
        for page in api.get_paginator("list_object_versions").paginate(Bucket=name):
            for each in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                api.delete_object(Bucket=name, Key=each["Key"], VersionId=each["VersionId"])
        api.delete_bucket(Bucket=name)


def _remove_identity(d: Deployment, name: str) -> None:
    api = d.client("sesv2")
    with suppress(api.exceptions.NotFoundException):
        api.delete_email_identity(EmailIdentity=name)


def _remove_key(d: Deployment, identity: str) -> None:
    api = d.client("apigateway")
    with suppress(api.exceptions.NotFoundException):
        api.delete_api_key(apiKey=identity)


REMOVALS: dict[str, Callable[[Deployment, Any], None]] = {
    "AWS::DynamoDB::Table": _remove_table,
    "AWS::Cognito::UserPool": _remove_pool,
    "AWS::S3::Bucket": _remove_bucket,
    "AWS::SES::EmailIdentity": _remove_identity,
    "AWS::ApiGateway::ApiKey": _remove_key,
}
"""What is deleted by itself, before its stack is. What else the stack holds goes with these or costs nothing."""
