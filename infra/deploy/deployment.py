"""What the steps of a deployment share: the stage, its stacks, its package, the clients of AWS."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import boto3

from infra.deploy.cloudformation import PAUSE, Stack
from infra.deploy.smoke import PATIENCE, Fetch, fetch
from infra.deploy.stage import EDGE_REGION, Stage
from infra.deploy.template import Package, Platform, synthesise
from infra.local.engine import ROOT
from infra.templates.app import FROM_DATA
from infra.templates.parts import Template

BUILD = ROOT / ".local" / "build"

SECRETS = ("secret", "origin-key")
"""Made by the first deployment: what links and hashes are made with, and what CloudFront shows to the API."""
EARLIER = "earlier-secret"
"""There only while a secret takes another's place (infra/operate/rotate.py)."""


class Stopped(Exception):
    """The deployment cannot go on; the message says why and what to do."""


class Unproven(Stopped):
    """All is deployed, but does not answer as it should."""


@dataclass(frozen=True)
class Wishes:
    """What is asked of a deployment beside the stage itself."""

    admin: str = ""
    admin_mail: str = ""
    branch: str = ""
    branch_name: str = ""
    replace: tuple[str, ...] = ()
    """Logical ids of what is kept and may be replaced all the same."""


class Deployment:
    """A stage on its way to AWS. Nothing is asked before it is needed, and nothing that may change is remembered."""

    def __init__(
        self,
        stage: Stage,
        wishes: Wishes = Wishes(),
        *,
        platform: Platform = "lambda",
        package: Package | None = None,
        tell: Callable[[str], object] = print,
        fetch: Fetch = fetch,
        session: boto3.Session | None = None,
        pause: float = PAUSE,
        patience: float = PATIENCE,
    ) -> None:
        self.stage, self.wishes, self.tell, self.fetch, self.patience = stage, wishes, tell, fetch, patience
        self.session = session or boto3.Session(region_name=stage.region)
        self.platform: Platform = platform
        self._package, self.pause = package, pause
        self.client = cache(self._client)

    def _client(self, service: str, region: str = "") -> Any:
        return self.session.client(service, region_name=region or self.stage.region)

    @cached_property
    def package(self) -> Package:
        """Built once, when it is first needed, unless it was given."""
        return self._package or synthesise(BUILD / self.stage.name, self.platform)

    @cached_property
    def data(self) -> Stack:
        return self._stack(self.stage.data_stack)

    @cached_property
    def app(self) -> Stack:
        return self._stack(self.stage.app_stack)

    @cached_property
    def edge(self) -> Stack:
        return self._stack(self.stage.edge_stack, EDGE_REGION)

    def _stack(self, name: str, region: str = "") -> Stack:
        return Stack(self.client("cloudformation", region), name, lambda text: self.tell(f"    {text}"), self.pause)

    def enter(self) -> None:
        """Points what reads the environment, as the table's models do, at the stage's region."""
        os.environ.update(AWS_REGION=self.stage.region, AWS_DEFAULT_REGION=self.stage.region)

    def secret(self, which: str) -> str:
        """ "" where there is none."""
        api = self.client("ssm")
        try:
            found = api.get_parameter(Name=self.stage.secret_name(which), WithDecryption=True)
        except api.exceptions.ParameterNotFound:
            return ""
        return str(found["Parameter"]["Value"])

    def data_parameters(self) -> dict[str, str]:
        stage = self.stage
        return {
            "SecondFactor": stage.second_factor,
            "MailFrom": stage.mail_from,
            "MailIdentity": stage.mail_identity,
            "MailDomain": stage.mail_domain,
            "StaffSender": self.proven_sender() if stage.staff_mail == "own" else "",
            "SignInUrl": self.sign_in_url(),
            "PlannerName": stage.planner_name,
        }

    def sign_in_url(self) -> str:
        """Where staff sign in; "" where only the application's stack will tell."""
        site = f"https://{self.stage.domain}" if self.stage.domain else self.app.outputs.get("SiteUrl", "")
        return f"{site}/staff/" if site else ""

    def proven_sender(self) -> str:
        """The identity by which SES sends from the stage's address; "" where none is proven."""
        api = self.client("sesv2")
        for identity in self.stage.identities:
            try:
                if api.get_email_identity(EmailIdentity=identity)["VerifiedForSendingStatus"]:
                    return identity
            except api.exceptions.NotFoundException:
                continue
        return ""

    def sends_to_anybody(self) -> bool:
        """Whether SES has proven the sender, and AWS has let the account out of the sandbox."""
        return bool(self.client("sesv2").get_account().get("ProductionAccessEnabled") and self.proven_sender())

    def edge_parameters(self) -> dict[str, str]:
        stage = self.stage
        domain = stage.domain if stage.makes_certificate else ""
        return {"Domain": domain, "HostedZone": stage.hosted_zone if domain else "", "WafRequests": str(stage.waf_requests)}

    def app_parameters(self) -> dict[str, str]:
        """With all secrets in their places; where one is not made yet, with one that is good for looking only. While its stack
        is made for the first time, nobody expects the schedule's figures."""
        return self._from_stacks() | self._from_stage() | {"SilenceRings": "true" if self.app.outputs else "false"}

    def template(self, bucket: str) -> Template:
        """The application's, with its code in this bucket."""
        return self.package.template(bucket, {"Stage": self.stage.name} | self._from_stacks())

    def foreseen_parameters(self) -> dict[str, str]:
        """Those of the application that are known before the stacks are there which it stands on; "..." for what they make."""
        stage = self.stage
        certificate = stage.certificate_arn or ("..." if stage.makes_certificate else "")
        return self._from_stage() | {"CertificateArn": certificate, "WebAclArn": "..." if stage.waf_requests else ""}

    def _from_stage(self) -> dict[str, str]:
        stage = self.stage
        unmade = "to be made by the deployment of it"
        return {
            "Stage": stage.name,
            "Secret": self.secret("secret") or unmade,
            "EarlierSecret": self.secret(EARLIER),
            "OriginKey": self.secret("origin-key") or unmade,
            "MailFrom": stage.mail_from,
            "MailTls": stage.mail_tls,
            "AlarmMail": stage.alarm_mail,
            "FrameAncestors": " ".join(stage.frame_ancestors),
            "Domain": stage.domain,
            "HostedZone": stage.hosted_zone,
            "LogDays": str(stage.log_days),
            "ApiRate": str(stage.api_rate),
            "ApiBurst": str(stage.api_burst),
            "Reserve": str(stage.reserve_concurrency).lower(),
            "BudgetUsd": str(stage.budget_usd),
        }

    @property
    def table_name(self) -> str:
        return self.stage.table or self.data.outputs["TableName"]

    def _restored(self) -> dict[str, str]:
        """The table that is used in place of the data stack's; nothing where the stage names none."""
        if not self.stage.table:
            return {}
        found = self.client("dynamodb").describe_table(TableName=self.stage.table)["Table"]
        if "LatestStreamArn" not in found:
            raise Stopped(f"{self.stage.table} has no stream yet: docs/operations.md, Restore, says how it gets one")
        return {"TableName": self.stage.table, "TableStreamArn": found["LatestStreamArn"]}

    def _from_stacks(self) -> dict[str, str]:
        data, edge = self.data.outputs, self.edge.outputs if self.stage.needs_edge else {}
        kept = {name: data[name] for name in FROM_DATA} | self._restored()
        return kept | {
            "CertificateArn": self.stage.certificate_arn or edge.get("CertificateArn", ""),
            "WebAclArn": edge.get("WebAclArn", "") if self.stage.waf_requests else "",
        }
