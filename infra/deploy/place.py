"""Where a command works: STAGE names a deployed stage, and TABLE another table than its own, as one that was restored. TABLE
alone names a table in the account and region of the environment, USER_POOL_ISSUER its user pool. Else: the local run on PORT.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from infra.deploy import access, stage
from infra.local import users
from infra.local.engine import CREDENTIALS, REGION, endpoint_file
from infra.local.pool import find_pool

LOCAL_TABLE = "terminwerk"


@dataclass(frozen=True)
class Place:
    """`used` is the table that the stage's application works with; "" where there is no saying."""

    table: str
    _pool: str = ""
    used: str = ""

    @property
    def pool(self) -> str:
        """The user pool's id. Ends the command where a table was named without its pool."""
        if not self._pool:
            sys.exit("Name the user pool too: USER_POOL_ISSUER=https://cognito-idp.<region>.amazonaws.com/<pool>")
        return self._pool


def is_local() -> bool:
    """Whether commands work on the local run: the demo is what they mean there, and nowhere else."""
    return not (os.environ.get("STAGE") or os.environ.get("TABLE"))


def find(folder: Path = stage.FOLDER) -> Place:
    """Points the environment at the place, so that clients made from now on are there. Ends the command where it is nowhere, is
    another account's than the stage's, or cannot be reached. `folder` has the files of stages."""
    try:
        place = _wherever(folder)
        _look_at(place.table)
    except (BotoCoreError, ClientError) as error:
        sys.exit(access.sentence(error))
    return place


def _wherever(folder: Path) -> Place:
    if name := os.environ.get("STAGE"):
        return _deployed(name, folder)
    if table := os.environ.get("TABLE"):
        return Place(table, os.environ.get("USER_POOL_ISSUER", "").rpartition("/")[2])
    return _local()


def _look_at(table: str) -> None:
    api = boto3.client("dynamodb")
    try:
        api.describe_table(TableName=table)
    except api.exceptions.ResourceNotFoundException:
        sys.exit(f"There is no table {table} in {api.meta.region_name}.")


def outputs(api: Any, stack: str) -> dict[str, str]:
    """What a stack says of itself; nothing where there is no such stack. `api` is CloudFormation's client."""
    return {each["OutputKey"]: each["OutputValue"] for each in _described(api, stack).get("Outputs", ())}


def _described(api: Any, stack: str) -> dict[str, Any]:
    """Empty where there is no such stack."""
    try:
        (found,) = api.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return {}
        raise
    return dict(found)


def _deployed(name: str, folder: Path) -> Place:
    try:
        described = stage.read(name, folder)
    except stage.Mistakes as mistakes:
        sys.exit(str(mistakes))
    os.environ.update(AWS_REGION=described.region, AWS_DEFAULT_REGION=described.region)
    _refuse_another_account(described)
    api = boto3.client("cloudformation")
    said = outputs(api, described.data_stack)
    if "TableName" not in said:
        sys.exit(f"The stage {name} is not deployed in {described.region}. Begin with: make plan STAGE={name}")
    given = {
        each["ParameterKey"]: each["ParameterValue"] for each in _described(api, described.app_stack).get("Parameters", ())
    }
    wanted = os.environ.get("TABLE") or described.table or said["TableName"]
    return Place(wanted, said["StaffPoolId"], given.get("TableName", said["TableName"]))


def _refuse_another_account(described: stage.Stage) -> None:
    """Stages have the same names in every account: without a look, a command would find the other account's."""
    account = boto3.client("sts").get_caller_identity()["Account"]
    if described.account and account != described.account:
        sys.exit(f"These are credentials of account {account}; the stage {described.name} belongs to {described.account}.")


def _local() -> Place:
    endpoint = endpoint_file(int(os.environ.get("PORT") or 8000))
    if not endpoint.exists():
        sys.exit("Nothing runs here. Start it by: make run")
    os.environ.update({key.upper(): value for key, value in CREDENTIALS.items()})
    os.environ.update(AWS_ENDPOINT_URL=endpoint.read_text(), AWS_REGION=REGION, AWS_DEFAULT_REGION=REGION)
    try:
        local = find_pool(boto3.client("cognito-idp"), users.POOL)
    except EndpointConnectionError:
        sys.exit("Nothing answers here any more. Start it by: make run")
    return Place(LOCAL_TABLE, local.id if local else "")
