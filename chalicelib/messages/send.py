"""Handing mails to SES, and SMS to SNS."""

from __future__ import annotations

from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.mail import Attachment, Mail, SendLater, SendNever, Sms, Unanswered

FOR_GOOD = frozenset({"BadRequestException", "MessageRejected"})
"""What SES will say of this message again. Anything else may be mended meanwhile, be it by an operator."""
UNPROVEN = "is not verified"
"""What SES says where it waits for us: for the sender's proof, or, while the account is in the sandbox, for the receiver's."""
SMS_FOR_GOOD = frozenset({"InvalidParameter", "ParameterValueInvalid", "ValidationException"})
"""What SNS will say of this number or text again."""
OPTIONS = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1, "mode": "standard"})
"""Neither provider has an idempotency token, so no client repeats by itself: our own attempts do, under the message's lease."""
TRANSACTIONAL = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
"""Rather delivered than cheap."""


HEADERS = HeaderRegistry()
# Else an id of a long domain would be encoded as if it were text. (The stubs want what the registry makes of the class itself.)
HEADERS.map_to_type("references", MessageIDHeader)  # type: ignore[arg-type]
SEVEN_BIT = SMTP.clone(cte_type="7bit", header_factory=HEADERS)
"""Passes every relay unchanged."""


class Sender:
    """Hands each message to its provider; raises what that raises."""

    def __init__(self, mail: SesSender, sms: SnsSender) -> None:
        self._mail = mail
        self._sms = sms

    def __call__(self, message: Mail | Sms) -> str:
        return self._mail(message) if isinstance(message, Mail) else self._sms(message)


class SesSender:
    """Sends from one verified address in the branch's name. What SES hears of its mails later, it tells where the
    `configuration_set` says; without one it tells nobody."""

    def __init__(self, sender: str, configuration_set: str = "") -> None:
        self._sender = sender
        self._told = {"ConfigurationSetName": configuration_set} if configuration_set else {}
        self._client = boto3.client("sesv2", config=OPTIONS)

    def __call__(self, mail: Mail) -> str:
        """SES's id of the message. Raises SendLater, also where SES may have sent it and did not say so, or SendNever."""
        try:
            answer = self._client.send_email(
                FromEmailAddress=formataddr((mail.sender_name, self._sender)),
                Destination={"ToAddresses": [mail.to]},
                Content={"Raw": {"Data": mime(mail, self._sender).as_bytes()}},
                EmailTags=[{"Name": name, "Value": value} for name, value in mail.tags.items()],
                **self._told,
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            for_good = code in FOR_GOOD and UNPROVEN not in error.response["Error"].get("Message", "")
            raise (SendNever if for_good else SendLater)(code) from None
        except BotoCoreError as error:
            raise Unanswered(type(error).__name__) from None
        return str(answer["MessageId"])


class SnsSender:
    """Sends SMS. The number stands in no reason, and in no log."""

    @cached_property
    def _client(self) -> Any:
        """Made when the first SMS goes out: most functions that send never send one."""
        return boto3.client("sns", config=OPTIONS)

    def __call__(self, sms: Sms) -> str:
        """SNS's id of the message, also where the number takes none from us any more. Raises as SesSender does."""
        try:
            answer = self._client.publish(PhoneNumber=sms.to, Message=sms.text, MessageAttributes=TRANSACTIONAL)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise (SendNever if code in SMS_FOR_GOOD else SendLater)(code) from None
        except BotoCoreError as error:
            raise Unanswered(type(error).__name__) from None
        return str(answer["MessageId"])


def mime(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it travels. SES writes a Message-ID of its own over ours, so each attempt is a mail of its own to its reader;
    what it names in References stays, and by that programs show together what belongs together."""
    message = EmailMessage(policy=SEVEN_BIT)
    message["From"] = Address(mail.sender_name, addr_spec=sender)
    message["To"] = Address(addr_spec=mail.to)
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=mail.reply_to)
    message["Subject"] = mail.subject
    domain = sender.partition("@")[2]
    message["Message-ID"] = f"<{mail.id}@{domain}>"
    if mail.thread:
        message["References"] = f"<{mail.thread}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    for attachment in mail.attachments:
        _attach(message, attachment)
    return message


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    kind, *parameters = (part.strip() for part in attachment.media_type.split(";"))
    main, _, sub = kind.partition("/")
    message.add_attachment(
        attachment.text.encode(),
        maintype=main,
        subtype=sub,
        filename=attachment.name,
        params={"charset": "utf-8", **dict(each.split("=", 1) for each in parameters)},
    )
