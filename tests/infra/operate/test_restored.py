"""A stage uses a table that was restored, where its file names one."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from infra.deploy.deployment import Deployment, Stopped
from infra.deploy.stage import Stage
from infra.local.engine import REGION, Engine
from tests.conftest import TABLE

OUTPUTS = ("TableName", "TableStreamArn", "StaffPoolId", "StaffPoolArn", "StaffPoolIssuer", "StaffClientId", "SiteBucket")
KEYS = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture(scope="module")
def aws(engine: Engine) -> Any:
    """With a data stack whose outputs are their own names."""
    template = {
        "Resources": {"Something": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": name} for name in OUTPUTS},
    }
    engine.client("cloudformation").create_stack(StackName="terminwerk-restoring-data", TemplateBody=json.dumps(template))
    return engine.client("dynamodb")


def deployment(table: str) -> Deployment:
    stage = Stage(name="restoring", mail_from="termine@example.org", alarm_mail="technik@example.org", table=table)
    return Deployment(stage, session=boto3.Session(region_name=REGION))


def table_of(deployment: Deployment) -> tuple[str, str, str]:
    given = deployment.app_parameters()
    return deployment.table_name, given["TableName"], given["TableStreamArn"]


@pytest.mark.usefixtures("aws")
def test_without_one_the_application_uses_the_stages_own() -> None:
    assert table_of(deployment("")) == ("TableName", "TableName", "TableStreamArn")


def test_the_application_uses_it_and_its_stream(aws: Any) -> None:
    stream = aws.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
    assert table_of(deployment(TABLE)) == (TABLE, TABLE, stream)


def test_one_without_a_stream_is_refused(aws: Any) -> None:
    aws.create_table(TableName="restored-silent", **KEYS)
    with pytest.raises(Stopped, match="has no stream yet"):
        deployment("restored-silent").app_parameters()
