"""The loop hands the stream to the sending function as Lambda would."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from chalice.app import Chalice

from infra.local.engine import LocalAws
from infra.local.loop import Loop, first_failed, lambda_record, simulated, wanted
from infra.local.table import create_table
from tests.race import PATIENCE


class Recording:
    """A Chalice app whose sender fails the given number of times before it takes a record.

    `ended` is set once it has taken so many and was swept.
    """

    def __init__(self, expected: int = 3, failures: int = 0, raises: int = 0) -> None:
        self.taken: list[str] = []
        self.swept = 0
        self.ended = threading.Event()
        self._expected = expected
        self.failures, self.raises = failures, raises
        self.app = Chalice(app_name="tried")
        self.app.on_dynamodb_record(stream_arn="any", name="deliver")(self.deliver)
        self.app.schedule("rate(1 minute)", name="sweep")(self.sweep)

    def deliver(self, event: Any) -> dict[str, list[dict[str, str]]]:
        if self.raises:
            self.raises -= 1
            raise ValueError("Erika Mustermann")
        for record in event.to_dict()["Records"]:
            if self.failures and record["dynamodb"]["Keys"]["pk"]["S"] == "B":
                self.failures -= 1
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
            self.taken.append(record["dynamodb"]["NewImage"]["pk"]["S"])
        self._look()
        return {"batchItemFailures": []}

    def sweep(self, event: Any) -> None:
        self.swept += 1
        self._look()

    def _look(self) -> None:
        if self.swept and len(self.taken) >= self._expected:
            self.ended.set()


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with LocalAws() as engine:
        yield engine


def follow(aws: LocalAws, table: str, recording: Recording) -> list[str]:
    client = aws.client("dynamodb")
    create_table(client, table)
    for pk, sk in (("A", "MESSAGE#1"), ("A", "APPOINTMENT"), ("B", "MESSAGE#1"), ("C", "MESSAGE#1")):
        client.put_item(TableName=table, Item={"pk": {"S": pk}, "sk": {"S": sk}})
    client.put_item(TableName=table, Item={"pk": {"S": "A"}, "sk": {"S": "MESSAGE#1"}, "state": {"S": "changed"}})
    with Loop(recording.app, aws.client("dynamodbstreams"), table).running():
        assert recording.ended.wait(PATIENCE)
    return recording.taken


def test_new_messages_alone_reach_the_sender_and_the_schedule_begins_at_once(aws: LocalAws) -> None:
    recording = Recording()
    assert follow(aws, "plain", recording) == ["A", "B", "C"]
    assert recording.swept == 1


def test_after_a_reported_failure_it_goes_on_from_that_record(aws: LocalAws) -> None:
    assert follow(aws, "reported", Recording(failures=1)) == ["A", "B", "C"]


def test_after_an_exception_the_whole_batch_comes_again(aws: LocalAws, capsys: pytest.CaptureFixture[str]) -> None:
    assert follow(aws, "raised", Recording(raises=1)) == ["A", "B", "C"]
    assert capsys.readouterr().err == "deliver: ValueError\n"


def record(event: str, sk: str, number: str = "1") -> dict[str, Any]:
    return {"eventName": event, "dynamodb": {"Keys": {"pk": {"S": "a"}, "sk": {"S": sk}}, "SequenceNumber": number}}


def test_the_filter_is_the_deployed_one() -> None:
    assert wanted(record("INSERT", "MESSAGE#1#receipt#email"))
    assert not wanted(record("MODIFY", "MESSAGE#1#receipt#email"))
    assert not wanted(record("INSERT", "EVENT#1"))


def test_the_first_of_several_failures_counts_and_an_unknown_one_fails_the_batch() -> None:
    records = [record("INSERT", "MESSAGE#1", number) for number in ("1", "2", "3")]
    assert first_failed(records, {"3", "2"}) == 1
    assert first_failed(records, {"none of them"}) == 0


def test_a_record_is_plain_json_as_lambda_gets_it() -> None:
    created = datetime(2026, 11, 23, tzinfo=UTC)
    given = {"dynamodb": {"ApproximateCreationDateTime": created, "NewImage": {"b": {"B": b"\x00"}}}}
    assert lambda_record(given, "arn") == {
        "dynamodb": {"ApproximateCreationDateTime": created.timestamp(), "NewImage": {"b": {"B": "AA=="}}},
        "eventSourceARN": "arn",
    }


def kept(to: str) -> dict[str, Any]:
    tags = [{"Name": "appointment", "Value": "a"}, {"Name": "event", "Value": "1"}, {"Name": "kind", "Value": "receipt"}]
    return {"message_id": "ses-1", "request": {"Destination": {"ToAddresses": [to]}, "EmailTags": tags}}


@pytest.mark.parametrize(
    ("to", "title", "told"),
    [
        ("bounce@simulator.amazonses.com", "Email Bounced", "Permanent"),
        ("bounce+label@simulator.amazonses.com", "Email Bounced", "Permanent"),
        ("ooto@simulator.amazonses.com", "Email Bounced", "Transient"),
        ("complaint@simulator.amazonses.com", "Email Complaint Received", "abuse"),
    ],
)
def test_mail_to_ses_s_mailbox_simulator_comes_back_as_an_event(to: str, title: str, told: str) -> None:
    event = simulated(kept(to))
    assert event is not None
    assert (event["source"], event["detail-type"]) == ("aws.ses", title)
    assert event["detail"]["mail"] == {
        "messageId": "ses-1",
        "destination": [to],
        "tags": {"appointment": ["a"], "event": ["1"], "kind": ["receipt"]},
    }
    assert told in str(event["detail"])


@pytest.mark.parametrize("to", ["success@simulator.amazonses.com", "bounce@example.org", "erika@example.org", ""])
def test_no_other_mail_does(to: str) -> None:
    assert simulated(kept(to)) is None
    assert simulated({"message_id": "sns-1", "request": {"PhoneNumber": "+49", "Message": "x"}}) is None
