"""A month in a practice, minute by minute where anything happens: what customers and staff do, what the stream and the
schedule do, and a provider that fails as it is told. The store is real, time is simulated."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from chalicelib.api.events import deliver
from chalicelib.domain.appointment import Appointment, Change
from chalicelib.domain.comment import Comment
from chalicelib.domain.customer import Reach
from chalicelib.domain.errors import Refused
from chalicelib.domain.inbox import Entry
from chalicelib.domain.mail import Mail, SendLater, SendNever, Sms, Unanswered
from chalicelib.domain.outbox import LEASE, Message
from chalicelib.domain.settings import Settings
from chalicelib.messages.compose import Composer
from chalicelib.messages.numbers import mobile
from chalicelib.planner.customer.taking import RequestFields
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.planner.messages.notifying import Notifying, Tell
from chalicelib.planner.schedule.sweep import Sweep
from chalicelib.planner.staff.actions import Actions, Move
from chalicelib.store.customers import Customers
from chalicelib.store.table import Table
from tests.builders import (
    SECRET,
    WORKED,
    Nobody,
    availability,
    booking_of,
    new_branch_id,
    own_appointment_of,
    policy,
    seen,
    settings,
)
from tests.conftest import TABLE
from tests.planner.practice import ADVICE, CABINS, STAFF

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIRST = datetime.fromisoformat("2018-10-01T06:00+00:00")
"""Before whatever other tests owe. The clocks in Berlin go back on 28 October."""
LAST = FIRST + timedelta(days=35)
FATES = {"kept": 8, "moved": 4, "moves": 4, "cancels": 4, "cancelled": 3, "declined": 2, "expires": 3}
"""What becomes of requests, in what proportion: `moves` and `cancels` are the customer's doing."""


@dataclass
class Faults:
    """How often what goes wrong, of 1; `most` in a row. `rejected`: for good, every so manieth address."""

    throttled: float = 0
    unanswered: float = 0
    killed: float = 0
    most: int = 3
    rejected: int = 0
    lost: float = 0
    repeated: float = 0
    shuffled: bool = False


@dataclass(frozen=True)
class Arrived:
    """What a customer, or the branch, has received."""

    at: datetime
    message: Message
    content: Mail | Sms


@dataclass
class Provider:
    """Takes messages, or fails: `repeats` counts those that it took without its being written down."""

    faults: Faults
    chance: random.Random
    clock: Callable[[], datetime]
    arrived: list[Arrived] = field(default_factory=list)
    in_a_row: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    current: Message | None = None

    def __call__(self, message: Mail | Sms) -> str:
        assert self.current is not None
        identity = f"{self.current.appointment}.{self.current.event}.{self.current.kind}"
        faults = self.faults
        if faults.rejected and self._number(message.to) % faults.rejected == 1:
            raise self._saying("rejected", SendNever("MessageRejected"))
        if self.in_a_row[identity] < faults.most:
            self.in_a_row[identity] += 1
            if self.chance.random() < faults.throttled:
                raise self._saying("throttled", SendLater("TooManyRequestsException"))
            if self.chance.random() < faults.unanswered:
                self._take(message)
                raise self._saying("unanswered", Unanswered("ReadTimeoutError"))
            if self.chance.random() < faults.killed:
                self._take(message)
                raise self._saying("killed", SystemExit())
        self._take(message)
        return f"ses-{len(self.arrived)}"

    def _saying(self, what: str, error: BaseException) -> BaseException:
        self.said[what] += 1
        return error

    def _take(self, content: Mail | Sms) -> None:
        assert self.current is not None
        self.arrived.append(Arrived(self.clock(), self.current, content))

    @staticmethod
    def _number(address: str) -> int:
        """Customers' addresses are numbered."""
        return int("".join(filter(str.isdigit, address)) or 0)


class Watched(Table):
    """The store, which says what it has put into its stream, and when what is due."""

    def __init__(self, due: Callable[[object, datetime | None], None], put: Callable[[Message], None]) -> None:
        super().__init__(TABLE, sleep=lambda seconds: None)
        self._due, self._put = due, put

    def write(self, change: Change) -> None:
        super().write(change)
        self._due(change.after.id, change.after.due)
        for message in change.messages:
            self._due(key_of(message), message.due)
            self._put(message)

    def put_off(self, appointment: Appointment, due: datetime | None) -> None:
        super().put_off(appointment, due)
        self._due(appointment.id, due)

    def claim(self, message: tuple[str, str], now: datetime) -> Message | None:
        claimed = super().claim(message, now)
        if claimed:
            self._due(message, now + LEASE)
        return claimed

    def wait(self, message: tuple[str, str], until: datetime, now: datetime) -> None:
        super().wait(message, until, now)
        self._due(message, max(until, now + MINUTE))

    def settle(self, message: Message, entry: Entry | None = None) -> None:
        super().settle(message, entry)
        self._due(key_of(message), message.due if message.state == "due" else None)


class Month:
    """`asked` are the appointments, by what became of them in the end."""

    def __init__(self, faults: Faults, requests: int, seed: int) -> None:
        self.chance, self.now, self.number = random.Random(seed), FIRST, count()
        self.agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self.due: dict[object, datetime] = {}
        self.stream: list[Message] = []
        self.faults, self.asked, self.done = faults, list[str](), Counter[str]()
        self.wants_reminders = set[str]()
        self.provider = Provider(faults, self.chance, self.clock)
        self.table = Watched(self.look_at, self.stream.append)
        hours = availability("08:00-18:00", resources=tuple(each.id for each in CABINS))
        self.settings = settings(
            hours,
            id=new_branch_id(),
            resources=CABINS,
            templates=(ADVICE,),
            reminder_hours=(24, 2),
            expire_after_hours=48,
            expire_warning_hours=12,
            comment_days=14,
            most_open_requests=None,
            most_requests_a_day=None,
            cut_off_hours=24,
        )
        self.table.replace_settings(self.settings)
        self.alias = self.settings.accesses[0].alias
        notifying = Notifying(Nobody(), mobile)
        self.booking = booking_of(self.table, self.clock)
        self.actions = Actions(self.table, Nobody(), notifying, self.clock)
        self.own_appointment = own_appointment_of(self.table, Customers(), notifying, self.booking, self.clock)
        composer = Composer("https://site", SECRET, self.clock)

        def compose(
            message: Message, appointment: Appointment, settings: Settings, to: Reach | None, open_requests: int
        ) -> Mail | Sms:
            self.provider.current = message
            return composer(message, appointment, settings, to, open_requests)

        delivery = Delivery(self.table, Nobody(), self.clock, compose, self.provider, policy(self.clock))
        self.delivery, self.schedule = delivery, Sweep(self.table, Customers(), notifying, self.clock, delivery, SECRET)
        for _ in range(requests):
            self.plan(FIRST + self.chance.random() * 20 * DAY, self.ask)

    # Time.

    def clock(self) -> datetime:
        return self.now

    def plan(self, moment: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self.agenda, (moment, next(self.number), act))

    def look_at(self, key: object, moment: datetime | None) -> None:
        """The schedule runs each minute; where nothing is due it does nothing, so that we may leave that out."""
        self.due.pop(key, None)
        if moment:
            minute = moment.replace(second=0, microsecond=0)
            minute += MINUTE if minute < moment else timedelta()
            self.due[key] = minute
            self.plan(minute, self.sweep)

    def live(self, until: datetime) -> None:
        while self.agenda and self.agenda[0][0] <= until:
            moment, _, act = heapq.heappop(self.agenda)
            self.now = max(self.now, moment)
            act()
            self.flow()
        self.now = until

    def sweep(self) -> None:
        if any(moment <= self.now for moment in self.due.values()):
            with suppress(SystemExit):
                self.schedule.sweep(lambda: 60.0)
        for key in [key for key, moment in self.due.items() if moment <= self.now]:
            self.look_at(key, self.now + MINUTE)  # the next one sees to it

    def flow(self) -> None:
        """The stream hands over what was put, with its faults, and comes again where the function was killed."""
        batch, faults, chance = [*self.stream], self.faults, self.chance
        self.stream.clear()
        batch = [each for each in batch if chance.random() >= faults.lost]
        batch += [each for each in batch if chance.random() < faults.repeated]
        if faults.shuffled:
            chance.shuffle(batch)
            if batch and chance.random() < 0.3:  # some come after what happens next
                self.plan(self.now + 2 * HOUR, partial(self.stream.append, batch.pop()))
        for _ in range(3 if batch else 0):
            with suppress(SystemExit):
                assert deliver([record(each) for each in batch], self.delivery, lambda: 60.0) == {"batchItemFailures": []}
                return

    # What people do.

    def ask(self) -> None:
        number = len(self.asked)
        days = self.booking.week(self.alias, "cabin-1", "advice", (self.now + 4 * DAY).date(), 8).days
        free = [slot.start for slots in days.values() for slot in slots if slot.free]
        comment = Comment(
            last_name=f"Kundin{number}",
            email=f"kundin{number}@example.org",
            phone=f"+4917139{number:05}",
            remind=self.chance.random() < 0.8,
            channel=self.chance.choice((None, "email", "sms", "phone")),
        )
        wanted = RequestFields(
            resource="cabin-1",
            template="advice",
            start=datetime.fromtimestamp(self.chance.choice(free) * 60, FIRST.tzinfo),
            comment=comment,
            language=("de", "en")[number % 2],
        )
        appointment = self.booking.request(self.alias, f"key-of-request-{number:05}", wanted, b"", WORKED).appointment
        self.asked.append(appointment.id)
        if comment.remind:
            self.wants_reminders.add(appointment.id)
        [fate] = self.chance.choices([*FATES], [*FATES.values()])
        self.done[fate] += 1
        if fate != "expires":
            answer = "declined" if fate == "declined" else "confirmed"
            self.plan(self.some_hours(1, 30), lambda: self.answer(appointment.id, answer))
        acts = {"moved": self.is_moved, "moves": self.moves, "cancels": self.cancels, "cancelled": self.is_cancelled}
        if fate in acts:
            self.plan(self.some_hours(31, 70), lambda: acts[fate](appointment.id))

    def some_hours(self, least: int, most: int) -> datetime:
        return self.now + (least + self.chance.random() * (most - least)) * HOUR

    def answer(self, identity: str, status: Any) -> None:
        self.actions.answer(seen(self.read(identity)), status, STAFF, tell=Tell("email"))

    def is_moved(self, identity: str) -> None:
        appointment = self.read(identity)
        with suppress(Refused):  # taken by others
            self.actions.move(
                seen(appointment),
                Move(start=appointment.start + self.chance.choice((-90, 90, 1440, 2880))),
                STAFF,
                Tell("email"),
            )

    def moves(self, identity: str) -> None:
        token = self.token(identity)
        with suppress(Refused):  # past the cut-off
            days = self.own_appointment.offered(token, (self.now + 3 * DAY).date(), 8).days
            start = self.chance.choice([slot.start for slots in days.values() for slot in slots if slot.free])
            self.own_appointment.move(token, datetime.fromtimestamp(start * 60, FIRST.tzinfo))

    def cancels(self, identity: str) -> None:
        self.own_appointment.cancel(self.token(identity))

    def is_cancelled(self, identity: str) -> None:
        self.actions.answer(seen(self.read(identity)), "cancelled", STAFF, tell=Tell("email"))

    def token(self, identity: str) -> str:
        return SECRET.token(identity, self.read(identity).token_version)

    # How it is looked at.

    def read(self, identity: str) -> Appointment:
        appointment = self.table.appointment(identity)
        assert appointment is not None
        return appointment

    def owed(self) -> Iterator[Message]:
        """Every message of the month, each appointment's together and in order."""
        for identity in self.asked:
            yield from self.table.history(identity)[1]


def key_of(message: Message) -> tuple[str, str]:
    return f"APPOINTMENT#{message.appointment}", f"MESSAGE#{message.event:06}#{message.kind}#{message.channel}"


def record(message: Message) -> dict[str, Any]:
    """As the table's stream tells of a message that was put."""
    pk, sk = key_of(message)
    return {"dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": sk}}, "SequenceNumber": "1"}}


def same(one: Message, other: Message) -> bool:
    return (one.appointment, one.event, one.kind) == (other.appointment, other.event, other.kind)
