"""What SES says of our sender: whether it may send, how much, and how much of it came back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.trouble import SenderState

OPTIONS = Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 2, "mode": "standard"})
A_DAY = timedelta(days=1)
REFUSED = (ClientError, BotoCoreError)


class SesHealth:
    """Of one sender's address, which is verified itself or by its domain."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    def __call__(self) -> SenderState:
        account, identity = self._account(), self._identity()
        quota: Mapping[str, Any] = account.get("SendQuota", {})
        enforced = account.get("EnforcementStatus")
        return SenderState(
            address=self._sender,
            verified=identity.get("VerifiedForSendingStatus"),
            signed=_signed(identity),
            production=account.get("ProductionAccessEnabled"),
            sending=_both(account.get("SendingEnabled"), None if enforced is None else enforced != "SHUTDOWN"),
            healthy=None if enforced is None else enforced == "HEALTHY",
            quota=_whole(quota.get("Max24HourSend")),
            sent=_whole(quota.get("SentLast24Hours")),
            bounces=self._bounce_rate(),
        )

    @cached_property
    def _client(self) -> Any:
        return boto3.client("sesv2", config=OPTIONS)

    def _account(self) -> Mapping[str, Any]:
        """Empty where SES does not say."""
        try:
            found: Mapping[str, Any] = self._client.get_account()
        except REFUSED:
            return {}
        return found

    def _identity(self) -> Mapping[str, Any]:
        """Of the address, else of its domain; not verified where SES knows neither, empty where it does not say."""
        try:
            return self._verified(self._sender) or self._verified(self._sender.partition("@")[2]) or NOT_KNOWN
        except REFUSED:
            return {}

    def _verified(self, name: str) -> Mapping[str, Any] | None:
        """None where SES does not know the identity, or it is not verified."""
        try:
            found: Mapping[str, Any] = self._client.get_email_identity(EmailIdentity=name)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NotFoundException":
                return None
            raise
        return found if found.get("VerifiedForSendingStatus") else None

    def _bounce_rate(self) -> float | None:
        """SES keeps it among CloudWatch's figures; None where nothing was sent lately."""
        now = datetime.now(UTC)
        try:
            found = boto3.client("cloudwatch", config=OPTIONS).get_metric_statistics(
                Namespace="AWS/SES",
                MetricName="Reputation.BounceRate",
                StartTime=now - A_DAY,
                EndTime=now,
                Period=3600,
                Statistics=["Average"],
            )
        except REFUSED:
            return None
        points = sorted(found.get("Datapoints", ()), key=lambda point: point["Timestamp"])
        return float(points[-1]["Average"]) if points else None


NOT_KNOWN: Mapping[str, Any] = {"VerifiedForSendingStatus": False}


def _signed(identity: Mapping[str, Any]) -> bool | None:
    """Whether its mails carry a signature of the domain; None where that is not the identity's own matter."""
    if identity.get("IdentityType") != "DOMAIN":
        return None
    signing: Mapping[str, Any] = identity.get("DkimAttributes", {})
    return bool(signing.get("SigningEnabled")) and signing.get("Status") == "SUCCESS"


def _both(*parts: bool | None) -> bool | None:
    """False if one is, None if none is known."""
    known = [each for each in parts if each is not None]
    return all(known) if known else None


def _whole(value: object) -> int | None:
    """SES's quota of -1 is none at all."""
    return None if not isinstance(value, (int, float)) or value < 0 else int(value)
