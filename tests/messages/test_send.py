"""What SES and SNS say, and what becomes of it; against the local AWS's, with answers that it never gives put in."""

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

from chalicelib.domain.mail import Mail, SendLater, SendNever, Sms, Unanswered
from chalicelib.messages.send import Sender, SesSender, SnsSender, mime
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

SMS = Sms(
    "+491713920077", "Hörakustik Elbufer: Ihr Termin am Di., 24. November, 09:00 Uhr ist bestätigt.\nFragen? +49 40 66969 123"
)


def test_a_mail_reaches_ses_as_it_was_composed(engine: Engine) -> None:
    assert isinstance(engine, LocalAws)
    assert engine.mails is not None
    engine.client("sesv2").create_email_identity(EmailIdentity="sender@send.example.org")
    SesSender("sender@send.example.org")(MAIL)
    [kept] = [mail for mail in Outbox(engine.mails).mails() if mail.sender.endswith("<sender@send.example.org>")]
    assert kept.sender == '"Hörakustik, Elbufer" <sender@send.example.org>'
    assert (kept.to, kept.subject, (kept.text or "").strip()) == (MAIL.to, MAIL.subject, "Guten Tag")


def test_what_ses_tells_of_a_mail_later_comes_back_with_its_tags(engine: Engine) -> None:
    mail, told = replace(MAIL, tags={"appointment": "a", "event": "1", "kind": "receipt"}), []
    sender = SesSender("termine@example.org", "terminwerk")
    sender._client.meta.events.register("provide-client-params.sesv2.SendEmail", lambda params, **_: told.append(params))
    with Stubber(sender._client) as ses:
        ses.add_response("send_email", {"MessageId": "ses-1"})
        sender(mail)
    [asked] = told
    assert asked["ConfigurationSetName"] == "terminwerk"
    assert {each["Name"]: each["Value"] for each in asked["EmailTags"]} == mail.tags


def test_without_a_configuration_set_none_is_named(engine: Engine) -> None:
    sender, told = SesSender("termine@example.org"), []
    sender._client.meta.events.register("provide-client-params.sesv2.SendEmail", lambda params, **_: told.append(params))
    with Stubber(sender._client) as ses:
        ses.add_response("send_email", {"MessageId": "ses-1"})
        sender(MAIL)
    assert "ConfigurationSetName" not in told[0]


def test_a_sender_that_is_not_verified_yet_is_tried_later(engine: Engine) -> None:
    with pytest.raises(SendLater) as refusal:
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


@pytest.mark.parametrize("sender", ["termine@example.org", f"termine@{'hoerakustik-' * 5}elbufer.example.org"])
def test_a_mail_names_its_thread_in_one_word_however_long_it_is(sender: str) -> None:
    raw = mime(replace(MAIL, thread="c" * 32), sender).as_bytes()
    assert f"\r\nReferences: <{'c' * 32}@{sender.partition('@')[2]}>\r\n".encode() in raw


def test_a_mail_of_no_appointment_belongs_to_no_thread() -> None:
    assert "References" not in mime(MAIL, "termine@example.org")


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
    with pytest.raises(Unanswered) as delay:
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


def test_a_text_reaches_sns_as_it_was_composed(engine: Engine) -> None:
    assert isinstance(engine, LocalAws)
    assert engine.mails is not None
    sms = Sms("+491713920078", f"{SMS.text} & 100 % = <b>")
    SnsSender()(sms)
    [kept] = [text for text in Outbox(engine.mails).texts() if text.to == sms.to]
    assert kept.text == sms.text


def test_a_text_goes_out_as_one_that_matters(engine: Engine) -> None:
    sender = SnsSender()
    asked = {
        "PhoneNumber": SMS.to,
        "Message": SMS.text,
        "MessageAttributes": {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
    }
    with Stubber(sender._client) as sns:
        sns.add_response("publish", {"MessageId": "sns-1"}, asked)
        assert sender(SMS) == "sns-1"


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("InvalidParameter", SendNever),
        ("ParameterValueInvalid", SendNever),
        ("ValidationException", SendNever),
        ("Throttling", SendLater),
        ("InternalError", SendLater),
        ("AuthorizationError", SendLater),
        ("KMSThrottling", SendLater),
    ],
)
def test_refusals_of_a_text_for_good_and_for_now_are_told_apart(engine: Engine, code: str, outcome: type[Exception]) -> None:
    sender = SnsSender()
    with Stubber(sender._client) as sns:
        sns.add_client_error("publish", code)
        with pytest.raises(outcome):
            sender(SMS)


def test_a_text_that_nobody_answered_for_is_tried_later_and_never_by_the_client_itself(engine: Engine) -> None:
    sender, calls = SnsSender(), []

    def silent(request: Any, **_: Any) -> None:
        calls.append(request)
        raise ReadTimeoutError(endpoint_url=request.url)

    sender._client.meta.events.register("before-send.sns", silent)
    with pytest.raises(Unanswered) as delay:
        sender(SMS)
    assert (delay.value.reason, len(calls)) == ("ReadTimeoutError", 1)


def test_neither_reason_nor_log_names_the_number(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    sender = SnsSender()
    with caplog.at_level("INFO"), Stubber(sender._client) as sns:
        sns.add_client_error("publish", "InvalidParameter", f"Invalid parameter: PhoneNumber Reason: {SMS.to} is not valid")
        with pytest.raises(SendNever) as refusal:
            sender(SMS)
    assert not isinstance(refusal.value.__cause__, ClientError)
    assert "171392" not in str(refusal.value) + caplog.text


def test_each_message_goes_to_its_provider(engine: Engine) -> None:
    mails, texts = SesSender("termine@example.org"), SnsSender()
    with Stubber(mails._client) as ses, Stubber(texts._client) as sns:
        ses.add_response("send_email", {"MessageId": "ses-1"})
        sns.add_response("publish", {"MessageId": "sns-1"})
        send = Sender(mails, texts)
        assert (send(MAIL), send(SMS)) == ("ses-1", "sns-1")
