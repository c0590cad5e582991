"""The local AWS as a process: what it keeps over a restart and over a crash."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from infra.local.engine import ROOT, EngineError, LocalAws
from infra.local.outbox import Outbox
from infra.local.table import create_table
from tests.race import PATIENCE

TABLE = "terminwerk"


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[LocalAws]:
    with LocalAws(tmp_path / "aws", tmp_path / "outbox") as engine:
        yield engine


def put(client: Any, sk: str) -> None:
    client.put_item(TableName=TABLE, Item={"pk": {"S": "a"}, "sk": {"S": sk}})


def kept(client: Any) -> set[str]:
    return {item["sk"]["S"] for item in client.scan(TableName=TABLE)["Items"]}


def send_mail(aws: LocalAws) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Reply-To"] = "a@example.org", "b@example.org", "c@example.org"
    message["Subject"] = "Hörtest"
    message.set_content("Guten Tag")
    message.add_alternative("<p>Guten Tag</p>", subtype="html")
    message.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="termin.ics")
    mailer = aws.client("sesv2")
    mailer.create_email_identity(EmailIdentity="a@example.org")
    mailer.send_email(
        FromEmailAddress="a@example.org",
        Destination={"ToAddresses": ["b@example.org"]},
        Content={"Raw": {"Data": message.as_bytes()}},
    )


def test_the_table_can_be_made_twice_and_has_its_stream(aws: LocalAws) -> None:
    client = aws.client("dynamodb")
    create_table(client, TABLE)
    create_table(client, TABLE)
    shape = client.describe_table(TableName=TABLE)["Table"]
    assert shape["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert len(shape["GlobalSecondaryIndexes"]) == 3


def test_a_restart_keeps_everything_and_the_port(aws: LocalAws) -> None:
    client = aws.client("dynamodb")
    create_table(client, TABLE)
    put(client, "written")
    port = aws.port
    aws.stop()
    aws.start()
    assert (kept(client), aws.port) == ({"written"}, port)


def test_it_saves_as_it_goes_so_that_a_crash_costs_what_came_last(aws: LocalAws, tmp_path: Path) -> None:
    client = aws.client("dynamodb")
    create_table(client, TABLE)
    put(client, "early")
    until(lambda: saved(tmp_path, "early"))
    put(client, "late")
    aws.kill()
    aws.start()
    assert "early" in kept(client)


def test_a_crash_while_saving_leaves_the_earlier_state(aws: LocalAws, tmp_path: Path) -> None:
    client = aws.client("dynamodb")
    create_table(client, TABLE)
    put(client, "early")
    aws.stop()
    (tmp_path / "aws" / "dynamodb.json.tmp").write_text('{"half')
    aws.start()
    assert kept(client) == {"early"}


def test_a_mail_is_kept_whole_even_if_the_local_aws_crashes_at_once(aws: LocalAws, tmp_path: Path) -> None:
    send_mail(aws)
    aws.kill()
    (mail,) = Outbox(tmp_path / "outbox").mails()
    assert mail.summary() | {"id": "", "received": ""} == {
        "id": "",
        "channel": "email",
        "received": "",
        "from": "a@example.org",
        "to": "b@example.org",
        "reply_to": "c@example.org",
        "subject": "Hörtest",
        "text": "Guten Tag\n",
        "html": "<p>Guten Tag</p>\n",
        "attachments": ["termin.ics"],
    }
    assert mail.attachments[0].text is not None


def test_a_text_is_kept_even_if_the_local_aws_crashes_at_once(aws: LocalAws, tmp_path: Path) -> None:
    aws.client("sns").publish(PhoneNumber="+491713920077", Message="Grüße & mehr:\n100 %")
    aws.kill()
    (text,) = Outbox(tmp_path / "outbox").texts()
    assert (text.to, text.text) == ("+491713920077", "Grüße & mehr:\n100 %")


def test_what_sns_does_beside_is_no_text(aws: LocalAws, tmp_path: Path) -> None:
    client = aws.client("sns")
    topic = client.create_topic(Name="alarms")["TopicArn"]
    client.publish(TopicArn=topic, Message="Guten Tag")
    assert Outbox(tmp_path / "outbox").messages() == []


def test_a_refused_mail_is_not_kept(aws: LocalAws, tmp_path: Path) -> None:
    mailer = aws.client("sesv2")
    with pytest.raises(mailer.exceptions.MessageRejected):
        mailer.send_email(
            FromEmailAddress="unverified@example.org",
            Destination={"ToAddresses": ["b@example.org"]},
            Content={"Raw": {"Data": b"From: unverified@example.org\r\n\r\n"}},
        )
    assert Outbox(tmp_path / "outbox").mails() == []


def test_it_listens_on_the_loopback_alone(aws: LocalAws) -> None:
    with socket.socket() as other:
        other.settimeout(2)
        assert other.connect_ex(("127.0.0.2", aws.port)) != 0


def test_it_ends_when_whoever_started_it_is_gone() -> None:
    code = (
        "import time; from infra.local.engine import LocalAws; aws = LocalAws(); aws.start(); "
        "print(aws.process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    until(lambda: not is_running(child))


class WithoutItsEnvironment(LocalAws):
    def _environment(self) -> dict[str, str]:
        return {}


@pytest.mark.parametrize("kept", [True, False])
def test_what_it_said_is_told_when_it_cannot_start(tmp_path: Path, kept: bool) -> None:
    with pytest.raises(EngineError, match=r"ended at once:(.|\n)*KeyError: 'MAILS_DIR'"):
        WithoutItsEnvironment(tmp_path if kept else None).start()


def saved(folder: Path, sk: str) -> bool:
    """Whether an item stands in the file that the local AWS starts from."""
    file = folder / "aws" / "dynamodb.json"
    return file.exists() and f'"{sk}"' in file.read_text()


def until(is_so: Callable[[], bool]) -> None:
    """Another process cannot tell us: we look."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, f"was not so within {PATIENCE:.0f} s"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """Also False for one that ended and was not collected, as nobody may do that in a container."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
