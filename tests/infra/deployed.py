"""The stacks of a stage as `make deploy` makes them, on a local AWS that enforces policies."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import boto3

from infra.deploy import policies
from infra.deploy.command import deploy
from infra.deploy.deployment import Deployment
from infra.deploy.stage import Stage
from infra.deploy.steps import STEPS
from infra.local.engine import REGION, LocalAws
from tests.infra.packages import app_package

STACKS = ("data", "secrets", "build", "artifacts", "app")
"""The steps of a deployment that make what has policies."""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


@dataclass(frozen=True)
class Deployed:
    """`data` and `app` are what the stacks say of themselves."""

    aws: LocalAws
    stage: Stage
    data: dict[str, str]
    app: dict[str, str]

    @property
    def as_root(self) -> Callable[[str], Any]:
        return self.aws.client

    @property
    def mail_from(self) -> str:
        return self.stage.mail_from

    def configuration(self, function: str) -> Any:
        return self.as_root("lambda").get_function_configuration(FunctionName=self.app[policies.FUNCTIONS[function]])

    @property
    def configuration_set(self) -> str:
        return str(self.configuration("deliver")["Environment"]["Variables"]["CONFIGURATION_SET"])

    def role_of(self, function: str) -> str:
        return str(self.configuration(function)["Role"]).rpartition("/")[2]

    def log_of(self, function: str) -> str:
        return str(self.configuration(function)["LoggingConfig"]["LogGroup"])

    def line_in_log_of(self, function: str) -> dict[str, Any]:
        """A line for a stream of the function's log, which is there then."""
        logs, where = self.as_root("logs"), {"logGroupName": self.log_of(function), "logStreamName": "tried"}
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(**where)
        return where | {"logEvents": [{"timestamp": int(time.time() * 1000), "message": "tried"}]}

    def clients_of(self, function: str) -> Callable[[str], Any]:
        """Clients with the rights of a function: a role like its own, which we may take on."""
        iam, role = self.as_root("iam"), self.role_of(function)
        own = f"tried-as-{function}"
        arn = iam.create_role(RoleName=own, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            iam.put_role_policy(RoleName=own, PolicyName=name, PolicyDocument=json.dumps(document))
        given = self.as_root("sts").assume_role(RoleArn=arn, RoleSessionName="tried")["Credentials"]
        session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], REGION)
        return lambda service: session.client(service, endpoint_url=self.aws.endpoint)

    @cached_property
    def shard(self) -> str:
        streams = self.as_root("dynamodbstreams")
        described = streams.describe_stream(StreamArn=self.data["TableStreamArn"])["StreamDescription"]
        return str(described["Shards"][0]["ShardId"])

    def shard_iterator(self) -> str:
        asked = {"StreamArn": self.data["TableStreamArn"], "ShardId": self.shard, "ShardIteratorType": "TRIM_HORIZON"}
        return str(self.as_root("dynamodbstreams").get_shard_iterator(**asked)["ShardIterator"])

    @property
    def statistics(self) -> dict[str, Any]:
        """Of the sender's reputation, in the last hour."""
        now = datetime.now(UTC)
        asked = {"Namespace": "AWS/SES", "MetricName": "Reputation.BounceRate", "Statistics": ["Maximum"], "Period": 3600}
        return asked | {"StartTime": now - timedelta(hours=1), "EndTime": now}


def deploy_stacks(aws: LocalAws) -> Deployed:
    """The environment must point at `aws`."""
    stage = Stage(name="policies", mail_from="termine@example.org", alarm_mail="technik@example.org", mail_identity="address")
    deployment = Deployment(stage, package=app_package("host"), tell=str, pause=0.05)
    deploy(deployment, [step for step in STEPS if step.name in STACKS])
    return Deployed(aws, stage, deployment.data.outputs, deployment.app.outputs)
