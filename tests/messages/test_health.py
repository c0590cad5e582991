"""What SES says of the sender, and what the staff are told of it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber

from chalicelib.domain.trouble import SenderState
from chalicelib.messages.health import SesHealth
from infra.local.engine import Engine

ACCOUNT = {
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 12.0},
}
DOMAIN = {
    "IdentityType": "DOMAIN",
    "VerifiedForSendingStatus": True,
    "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS"},
}
ADDRESS = {"IdentityType": "EMAIL_ADDRESS", "VerifiedForSendingStatus": True}


def said(account: dict[str, Any] | str, *identities: dict[str, Any] | str) -> SenderState:
    """What becomes of SES's answers; a text is the code of an error."""
    health = SesHealth("termine@example.org")
    with Stubber(health._client) as ses:
        for operation, answers in (("get_account", [account]), ("get_email_identity", identities)):
            for each in answers:
                if isinstance(each, str):
                    ses.add_client_error(operation, each)
                else:
                    ses.add_response(operation, each)
        return health()


def test_a_sender_that_may_send_has_no_problem(engine: Engine) -> None:
    state = said(ACCOUNT, ADDRESS)
    assert (state.problems, state.quota, state.sent, state.verified) == ([], 200, 12, True)


def test_an_address_may_be_verified_by_its_domain(engine: Engine) -> None:
    assert said(ACCOUNT, "NotFoundException", DOMAIN).problems == []


def test_an_address_that_waits_for_its_confirmation_counts_by_its_domain(engine: Engine) -> None:
    assert said(ACCOUNT, ADDRESS | {"VerifiedForSendingStatus": False}, DOMAIN).problems == []


def test_a_sender_that_ses_does_not_know_is_not_verified(engine: Engine) -> None:
    assert said(ACCOUNT, "NotFoundException", "NotFoundException").problems == ["not_verified"]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"ProductionAccessEnabled": False}, "sandbox"),
        ({"SendingEnabled": False}, "paused"),
        ({"SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 180.0}}, "quota"),
        ({"EnforcementStatus": "PROBATION"}, "at_risk"),
    ],
)
def test_each_thing_that_keeps_mail_from_going_out_is_told(engine: Engine, changed: dict[str, Any], problem: str) -> None:
    assert said(ACCOUNT | changed, ADDRESS).problems == [problem]


def test_an_account_that_was_shut_down_sends_nothing(engine: Engine) -> None:
    assert said(ACCOUNT | {"EnforcementStatus": "SHUTDOWN"}, ADDRESS).problems == ["paused", "at_risk"]


def test_a_domain_without_a_signature_is_told(engine: Engine) -> None:
    unsigned = DOMAIN | {"DkimAttributes": {"SigningEnabled": True, "Status": "PENDING"}}
    assert said(ACCOUNT, "NotFoundException", unsigned).problems == ["no_dkim"]


def test_a_quota_without_an_end_is_none(engine: Engine) -> None:
    endless = {"SendQuota": {"Max24HourSend": -1.0, "MaxSendRate": 1.0, "SentLast24Hours": 12.0}}
    assert (said(ACCOUNT | endless, ADDRESS).quota, said(ACCOUNT | endless, ADDRESS).problems) == (None, [])


def test_that_ses_does_not_say_is_told_and_no_error(engine: Engine) -> None:
    state = said("AccessDeniedException", "AccessDeniedException")
    assert (state.problems, state.verified) == (["unknown"], None)


def test_against_the_local_ses_a_verified_sender_has_no_problem(engine: Engine) -> None:
    engine.client("sesv2").create_email_identity(EmailIdentity="healthy@send.example.org")
    assert SesHealth("healthy@send.example.org")().problems == []
    assert SesHealth("healthy@elsewhere.example.net")().problems == ["not_verified"]
