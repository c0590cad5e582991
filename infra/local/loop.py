"""What Lambda's triggers do on AWS: hands new messages from the table's stream to `deliver`, calls `sweep` each minute, and
tells `bounces` of mails to the addresses that SES keeps for trying that out.

Errors are printed by kind alone, since their text may name a person, and never end the loop.
"""

import base64
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from chalice.local import LambdaContext

from infra.local.engine import REGION
from infra.local.outbox import Outbox

IDLE_SECONDS = 0.3
RETRY_SECONDS = 1.0
ATTEMPTS = 10  # then the record is left to the sweep, as a failure destination would leave it to a person
SWEEP_SECONDS = 60.0
END_SECONDS = 3.0
BATCH = 100
SIMULATOR = "simulator.amazonses.com"
SIMULATED: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "bounce": ("Bounce", "Email Bounced", "bounce", {"bounceType": "Permanent", "bounceSubType": "General"}),
    "ooto": ("Bounce", "Email Bounced", "bounce", {"bounceType": "Transient", "bounceSubType": "General"}),
    "complaint": ("Complaint", "Email Complaint Received", "complaint", {"complaintFeedbackType": "abuse"}),
}
"""SES's addresses for trying out what becomes of a mail: type and title of the event, and what it says."""
FAILED: dict[str, Any] = {}  # told apart by identity from whatever a handler returns


class Loop:
    """Threads around the Chalice app's event handlers. `streams` is boto3's client for DynamoDB Streams, `outbox` what the
    local AWS has sent: nothing bounces without."""

    def __init__(self, app: Any, streams: Any, table: str, outbox: Outbox | None = None) -> None:
        self._app = app
        self._outbox = outbox
        self._deliver = app.handler_map["deliver"]
        self._sweep = app.handler_map["sweep"]
        self._streams = streams
        self._table = table
        self._ending = threading.Event()
        self._known: set[str] = set()  # what went out before this run has bounced before, or never will
        targets = (self._follow, self._schedule, *([self._bounce] if outbox else []))
        self._threads = [threading.Thread(target=target, daemon=True) for target in targets]

    @contextmanager
    def running(self, patience: float = END_SECONDS) -> Iterator[None]:
        """In the end it waits so long, in seconds, for what is being handed over."""
        if self._outbox:
            self._known.update(self._outbox.names())
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._ending.set()
            for thread in self._threads:
                thread.join(patience)

    def _follow(self) -> None:
        while not self._ending.is_set():
            self._guarded("stream", self._follow_stream)
            self._ending.wait(RETRY_SECONDS)

    def _follow_stream(self) -> None:
        """From the oldest record of this run on; what was owed before it, the sweep finds."""
        arn = self._streams.list_streams(TableName=self._table)["Streams"][-1]["StreamArn"]
        shard = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][-1]["ShardId"]
        iterator = self._streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        position = iterator["ShardIterator"]
        while not self._ending.is_set():
            page = self._streams.get_records(ShardIterator=position, Limit=BATCH)
            self._hand_over([lambda_record(record, arn) for record in page["Records"] if wanted(record)])
            position = page["NextShardIterator"]
            if not page["Records"]:
                self._ending.wait(IDLE_SECONDS)

    def _hand_over(self, records: list[dict[str, Any]]) -> None:
        """Until all are taken: after a failure everything from the first failed record on comes again."""
        for _ in range(ATTEMPTS):
            if not records or self._ending.is_set():
                return
            answer = self._guarded("deliver", partial(self._deliver, {"Records": records}, _context("deliver")))
            failed = {each["itemIdentifier"] for each in (answer or {}).get("batchItemFailures", [])}
            if answer is not FAILED and not failed:
                return
            records = records[first_failed(records, failed) :]
            self._ending.wait(RETRY_SECONDS)

    def _schedule(self) -> None:
        while not self._ending.is_set():
            self._guarded("sweep", partial(self._sweep, scheduled_event(), _context("sweep")))
            self._ending.wait(SWEEP_SECONDS)

    def _bounce(self) -> None:
        assert self._outbox is not None
        hear = self._app.handler_map["bounces"]
        while not self._ending.wait(IDLE_SECONDS):
            for name in sorted(set(self._outbox.names()) - self._known):
                self._known.add(name)
                if event := simulated(self._outbox.asked(name)):
                    self._guarded("bounces", partial(hear, event, _context("bounces")))

    def _guarded(self, name: str, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except Exception as error:  # noqa: BLE001 (as Lambda does: whatever it was, the next event comes)
            if not self._ending.is_set():
                print(f"{name}: {type(error).__name__}", file=sys.stderr, flush=True)
            return FAILED
        finally:
            if self._outbox:
                self._outbox.tell()


def wanted(record: dict[str, Any]) -> bool:
    """The filter of the deployed trigger: new messages."""
    return bool(record["eventName"] == "INSERT" and record["dynamodb"]["Keys"]["sk"]["S"].startswith("MESSAGE#"))


def first_failed(records: list[dict[str, Any]], failed: set[str]) -> int:
    """The position to go on from. An empty or unknown identifier fails the whole batch, as on AWS."""
    positions = (n for n, record in enumerate(records) if record["dynamodb"]["SequenceNumber"] in failed)
    return next(positions, 0)


def lambda_record(record: dict[str, Any], arn: str) -> dict[str, Any]:
    """Lambda gets JSON: times as seconds, bytes in base64, and the stream's name."""
    converted: dict[str, Any] = _plain(record)
    return {**converted, "eventSourceARN": arn}


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | set() | tuple():
            return [_plain(each) for each in value]
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            return value.timestamp()
    return value


def simulated(kept: dict[str, Any]) -> dict[str, Any] | None:
    """What EventBridge hands on of a mail to SES's mailbox simulator, whose addresses may carry a label: `bounce+1@`. None of
    any other message. `kept` is one of the outbox's files."""
    asked = kept["request"]
    to = str(next(iter(asked.get("Destination", {}).get("ToAddresses", [])), ""))
    name, _, domain = to.partition("@")
    if domain != SIMULATOR or name.partition("+")[0] not in SIMULATED:
        return None
    kind, title, field, told = SIMULATED[name.partition("+")[0]]
    who = {"bounce": "bouncedRecipients", "complaint": "complainedRecipients"}[field]
    tags = {each["Name"]: [each["Value"]] for each in asked.get("EmailTags", [])}
    mail = {"messageId": kept["message_id"], "destination": [to], "tags": tags}
    detail = {"eventType": kind, "mail": mail, field: {**told, who: [{"emailAddress": to}]}}
    return {**scheduled_event(), "source": "aws.ses", "detail-type": title, "detail": detail}


def scheduled_event() -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [],
        "detail": {},
    }


def _context(function: str) -> Any:
    return LambdaContext(function, 256, 60_000)
