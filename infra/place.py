"""Where a command works: STAGE names a deployed stage, and TABLE another table than its own, as one that was restored. TABLE
alone names a table in the account and region of the environment, USER_POOL_ISSUER its user pool. Else: the local run on PORT.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra import stage
from infra.local import users
from infra.local.engine import CREDENTIALS, REGION, endpoint_file
from infra.local.pool import find_pool

LOCAL_TABLE = "terminwerk"


@dataclass(frozen=True)
class Place:
    table: str
    _pool: str = ""

    @property
    def pool(self) -> str:
        """The user pool's id. Ends the command where a table was named without its pool."""
        if not self._pool:
            sys.exit("Name the user pool too: USER_POOL_ISSUER=https://cognito-idp.<region>.amazonaws.com/<pool>")
        return self._pool


def find() -> Place:
    """Points the environment at the place, so that clients made from now on are there. Ends the command if it is nowhere."""
    if name := os.environ.get("STAGE"):
        return _deployed(name)
    if table := os.environ.get("TABLE"):
        return Place(table, os.environ.get("USER_POOL_ISSUER", "").rpartition("/")[2])
    return _local()


def outputs(api: Any, stack: str) -> dict[str, str]:
    """What a stack says of itself; nothing where there is no such stack. `api` is CloudFormation's client."""
    try:
        (found,) = api.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return {}
        raise
    return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}


def _deployed(name: str) -> Place:
    try:
        its = stage.read(name)
    except stage.Mistakes as mistakes:
        sys.exit(str(mistakes))
    os.environ.update(AWS_REGION=its.region, AWS_DEFAULT_REGION=its.region)
    said = outputs(boto3.client("cloudformation"), its.data_stack)
    if "TableName" not in said:
        sys.exit(f"The stage {name} is not deployed in {its.region}. Begin with: make plan STAGE={name}")
    return Place(os.environ.get("TABLE") or its.table or said["TableName"], said["StaffPoolId"])


def _local() -> Place:
    endpoint = endpoint_file(int(os.environ.get("PORT") or 8000))
    if not endpoint.exists():
        sys.exit("Nothing runs here. Start it by: make run")
    os.environ.update({key.upper(): value for key, value in CREDENTIALS.items()})
    os.environ.update(AWS_ENDPOINT_URL=endpoint.read_text(), AWS_REGION=REGION, AWS_DEFAULT_REGION=REGION)
    local = find_pool(boto3.client("cognito-idp"), users.POOL)
    return Place(LOCAL_TABLE, local.id if local else "")
