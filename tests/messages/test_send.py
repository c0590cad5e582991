"""What SES says, and what becomes of it; against the local AWS's SES, with answers that it never gives put in."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes
from email.errors import MessageDefect
from email.policy import default
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.stub import Stubber

from chalicelib.domain.outbox import Mail, SendLater, SendNever
from chalicelib.messages.send import SesSender, mime
from infra.local.engine import Engine, LocalAws
from infra.local.outbox import Outbox

MAIL = Mail(
    id="a.1.receipt",
    to="erika@example.org",
    sender_name="Hörakustik, Elbufer",
    reply_to="praxis@example.org",
    subject="Ihre Terminanfrage für Di., 24. November, 09:00 Uhr",
    text="Guten Tag",
    html="<p>Guten Tag</p>",
)


def test_a_mail_reaches_ses_as_it_was_composed(engine: Engine) -> None:
    assert isinstance(engine, LocalAws)
    assert engine.mails is not None
    engine.client("sesv2").create_email_identity(EmailIdentity="sender@send.example.org")
    SesSender("sender@send.example.org")(MAIL)
    [kept] = [mail for mail in Outbox(engine.mails).mails() if mail.sender.endswith("<sender@send.example.org>")]
    assert kept.sender == '"Hörakustik, Elbufer" <sender@send.example.org>'
    assert (kept.to, kept.subject, (kept.text or "").strip()) == (MAIL.to, MAIL.subject, "Guten Tag")


def test_a_sender_that_is_not_verified_is_refused_for_good(engine: Engine) -> None:
    with pytest.raises(SendNever) as refusal:
        SesSender("nobody@elsewhere.example.net")(MAIL)
    assert refusal.value.reason == "MessageRejected"


def receivers(address: str) -> list[str]:
    """Who reads the mail after its journey."""
    read = message_from_bytes(mime(replace(MAIL, to=address), "termine@example.org").as_bytes(), policy=default)
    assert "Bcc" not in read
    return [each.addr_spec for each in read["To"].addresses]


@pytest.mark.parametrize(
    "address",
    [
        "erika.mustermann+termin@example.org",
        "o'neil_%&=?*@example.org",
        f"{'a.b' * 21}@{'.'.join(['b-c' * 19] * 3)}.example.org",
        "erika@xn--bcher-kva.example",
    ],
)
def test_an_address_travels_as_it_was_given(address: str) -> None:
    assert receivers(address) == [address]


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?a=40evil.net=2c?=@example.org",
        "=?utf-8?q?a=40evil.net?= <erika@example.org>",
        "erika@example.org, eva@evil.net",
        "Eva <eva@evil.net>",
        "erika@example.org\r\nBcc: eva@evil.net",
    ],
)
def test_no_address_becomes_another_one_on_its_way(address: str) -> None:
    """Rather no mail than one to somebody else."""
    with suppress(ValueError, MessageDefect):
        assert receivers(address) == [address]


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("MessageRejected", SendNever),
        ("BadRequestException", SendNever),
        ("TooManyRequestsException", SendLater),
        ("LimitExceededException", SendLater),
        ("SendingPausedException", SendLater),
        ("AccountSuspendedException", SendLater),
        ("InternalFailure", SendLater),
    ],
)
def test_refusals_for_good_and_for_now_are_told_apart(engine: Engine, code: str, outcome: type[Exception]) -> None:
    sender = SesSender("termine@example.org")
    with Stubber(sender._client) as ses:
        ses.add_client_error("send_email", code)
        with pytest.raises(outcome):
            sender(MAIL)


def test_silence_is_tried_later_by_us_and_never_by_the_client_itself(engine: Engine) -> None:
    sender, calls = SesSender("termine@example.org"), []

    def silent(request: Any, **_: Any) -> None:
        calls.append(request)
        raise ReadTimeoutError(endpoint_url=request.url)

    sender._client.meta.events.register("before-send.sesv2", silent)
    with pytest.raises(SendLater) as delay:
        sender(MAIL)
    assert (delay.value.reason, len(calls)) == ("ReadTimeoutError", 1)


def test_no_reason_names_a_person(engine: Engine) -> None:
    sender = SesSender("termine@example.org")
    with Stubber(sender._client) as ses:
        ses.add_client_error("send_email", "MessageRejected", "Address erika@example.org is on the suppression list")
        with pytest.raises(SendNever) as refusal:
            sender(MAIL)
    assert "erika" not in str(refusal.value)
    assert not isinstance(refusal.value.__cause__, ClientError)
