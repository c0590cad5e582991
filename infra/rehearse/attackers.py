"""Hostile scripts against a practice of their own each, over HTTP and, where hours and days pass, at the use cases.

`infra/rehearse/attack.py` runs them and prints their results. Nothing here measures time; results are counts.
"""

from __future__ import annotations

import http.client
import json
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from chalicelib import wiring
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import Refused
from chalicelib.domain.mail import Mail, Sms
from chalicelib.domain.outbox import TO_BRANCHES
from chalicelib.domain.settings import Access, Availability, Branch, Hours, Resource, Settings
from chalicelib.messages.numbers import mobile
from chalicelib.planner.customer.booking import MOST_DAYS, Booked, Booking
from chalicelib.planner.customer.manage import OwnAppointment
from chalicelib.planner.customer.taking import Manner, RequestFields
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.planner.messages.notifying import Notifying
from chalicelib.planner.messages.policy import SendingPolicy
from chalicelib.planner.schedule.sweep import Comparison, Sweep, compare_units
from chalicelib.proofs import Altcha
from infra.rehearse.proofs import answered

CABIN = Resource(id="cabin-1", name="Kabine 1", released=True)
EVERY_DAY = frozenset(range(1, 8))
OPEN = Hours(start=8 * 60, end=13 * 60, step=30)
"""Within 60 days some 590 starts, as many as one script once booked in 25 s."""
PATIENCE = 300.0
"""Seconds until an answer is given up: a busy machine is slow, and that is not what is asked here."""
Answer = tuple[int, Any]
Act = Callable[[], Any]


def new_practice(**fields: Any) -> Settings:
    """Stored, with the bounds that a new branch has."""
    name = f"practice-{secrets.token_hex(4)}"
    branch = Branch(
        id=name,
        name="Hörakustik Elbufer",
        address="Elbuferweg 12, 20457 Hamburg",
        phone="+49 40 66969 120",
        email=f"{name}@example.org",
        zone="Europe/Berlin",
        imprint_url="https://example.org/impressum",
        privacy_url="https://example.org/datenschutz",
        accessibility_url="https://example.org/barrierefreiheit",
        sender_name="Hörakustik Elbufer",
        **fields,
    )
    settings = Settings(
        branch=branch,
        resources=(CABIN,),
        availabilities=(Availability(resources=(CABIN.id,), weekdays=EVERY_DAY, hours=OPEN),),
        accesses=(Access(alias=f"{name}-homepage"),),
    )
    wiring.store().replace_settings(settings)
    return settings


def alias_of(practice: Settings) -> str:
    return practice.accesses[0].alias


def invented() -> str:
    return f"{secrets.token_hex(6)}@example.org"


def late_in_an_hour() -> datetime:
    """In the evening, when no start comes too near to be booked; three hours from then touch four by the clock."""
    return wiring.now().astimezone(UTC).replace(hour=17, minute=30, second=0, microsecond=0) + timedelta(days=1)


def midnight() -> datetime:
    """In UTC, by which mails are counted."""
    return wiring.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def made(practice: Settings, now: datetime) -> list[Appointment]:
    """All appointments of the practice."""
    since = int(now.timestamp()) // 60 - 24 * 60
    return wiring.store().appointments(practice.branch.id, CABIN.id, since, since + 100 * 24 * 60)


def units(practice: Settings, now: datetime) -> Comparison:
    first, last = now.date(), now.date() + timedelta(days=100)
    return compare_units(wiring.store(), practice.branch.id, CABIN, first.isoformat(), last.isoformat(), [])


def together(acts: list[Act]) -> list[Any]:
    """What each returned; they begin at one moment."""
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int, act: Act) -> None:
        start.wait()
        results[number] = act()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# ------------------------------------------------------------------------------------------------------------------ over HTTP


class Client:
    """Asks one practice, one thing at a time."""

    def __init__(self, url: str, practice: Settings, solvers: Executor) -> None:
        self._host = urlsplit(url).netloc
        self._path = f"/api/v1/access/{alias_of(practice)}"
        self._solvers = solvers

    def free(self, horizon: int) -> list[str]:
        """The starts that a customer can choose, from today to the end of the horizon."""
        today = date.today()
        found: list[str] = []
        for first in range(0, horizon + 1, MOST_DAYS):
            days = min(MOST_DAYS, horizon + 1 - first)
            status, week = self._ask("GET", f"/slots?resource={CABIN.id}&from={today + timedelta(days=first)}&days={days}")
            assert status == 200, week
            found += [slot["start"] for day in week["days"] for slot in day["slots"] if slot["state"] == "free"]
        return found

    def proof(self) -> str:
        """Solved honestly, in a process of its own."""
        status, challenge = self._ask("GET", "/challenge")
        assert status == 200, challenge
        return self._solvers.submit(answered, challenge).result()

    def book(self, start: str, **manner: Any) -> Answer:
        body = {"resource": CABIN.id, "start": start, "last_name": "Mustermann", "email": invented()} | manner
        headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
        return self._ask("POST", "/appointments", json.dumps(body), headers)

    def _ask(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        with closing(http.client.HTTPConnection(self._host, timeout=PATIENCE)) as connection:
            connection.request(method, self._path + path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())


def named(answer: Answer) -> str:
    """`taken`, `confirm first`, or status and code."""
    status, told = answer
    if status == 201:
        return "confirm first" if told.get("confirm_until") else "taken"
    return f"{status} {told['code']}"


@dataclass
class Raid:
    """What a script reached: its answers by name, and the starts that were free before and after."""

    practice: Settings
    answers: Counter[str] = field(default_factory=Counter)
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    @property
    def attempts(self) -> int:
        return sum(self.answers.values())

    @property
    def share(self) -> float:
        """Of the starts that were free before, those that are still free."""
        return len(set(self.before) & set(self.after)) / len(self.before)


def raid(
    url: str,
    practice: Settings,
    solvers: Executor,
    manner: Callable[[Client], Mapping[str, Any]],
    *,
    seconds: float,
    connections: int = 8,
    most: int | None = None,
) -> Raid:
    """Books whatever is free, with a new invented address each, from several connections at once, for so long or, where `most`
    is given, so many times in all."""
    horizon, found = practice.branch.horizon_days, Raid(practice)
    looking = Client(url, practice, solvers)
    found.before = looking.free(horizon)
    starts, choosing = Wishes(found.before), threading.Lock()
    deadline, left = time.monotonic() + seconds, [most]

    def may() -> bool:
        with choosing:
            if left[0] is not None:
                left[0] -= 1
            return time.monotonic() < deadline and (left[0] is None or left[0] >= 0)

    def attack() -> None:
        client = Client(url, practice, solvers)
        while may():
            how = manner(client)
            with choosing:
                start = starts.next(lambda: client.free(horizon))
            if start is None:
                return
            answer = named(client.book(start, **how))
            with choosing:
                found.answers[answer] += 1

    together([attack] * connections)
    found.after = looking.free(horizon)
    return found


class Wishes:
    """Free starts in an order that nobody foresees; when all were tried, those that are free by then."""

    def __init__(self, starts: list[str]) -> None:
        self._left = random.sample(starts, len(starts))

    def next(self, look: Callable[[], list[str]]) -> str | None:
        """None where nothing is free any more."""
        if not self._left:
            starts = look()
            self._left = random.sample(starts, len(starts))
        return self._left.pop() if self._left else None


@dataclass
class Race:
    """Answers by name, and the units of the practice afterwards."""

    answers: Counter[str]
    units: Comparison


def race_for_one(url: str, practice: Settings, solvers: Executor, *, clients: int = 32, rounds: int = 20) -> Race:
    """All want the same start, round after round. Who lost keeps the proof."""
    all_of_them = [Client(url, practice, solvers) for _ in range(clients)]
    starts = all_of_them[0].free(practice.branch.horizon_days)
    proofs = [client.proof() for client in all_of_them]
    answers: Counter[str] = Counter()
    for start in starts[:rounds]:
        told = [named(each) for each in together(_bookings(all_of_them, [start] * clients, proofs))]
        answers.update(told)
        proofs = [
            each if outcome == "409 slot_taken" else client.proof()
            for each, outcome, client in zip(proofs, told, all_of_them, strict=True)
        ]
    return Race(answers, units(practice, wiring.now()))


def race_for_many(url: str, practice: Settings, solvers: Executor, *, clients: int = 32) -> Race:
    """Each wants a start of its own, all at one moment: they can meet at the branch's counters only."""
    all_of_them = [Client(url, practice, solvers) for _ in range(clients)]
    starts = all_of_them[0].free(practice.branch.horizon_days)[:clients]
    proofs = [client.proof() for client in all_of_them]
    told = together(_bookings(all_of_them, starts, proofs))
    return Race(Counter(map(named, told)), units(practice, wiring.now()))


def same_proof_twice(url: str, practice: Settings, solvers: Executor, *, rounds: int = 10) -> Race:
    """One proof, sent at once for two starts."""
    both = [Client(url, practice, solvers) for _ in range(2)]
    starts = both[0].free(practice.branch.horizon_days)
    answers: Counter[str] = Counter()
    for number in range(rounds):
        told = together(_bookings(both, starts[2 * number : 2 * number + 2], [both[0].proof()] * 2))
        answers.update(map(named, told))
    return Race(answers, units(practice, wiring.now()))


def _bookings(clients: list[Client], starts: list[str], proofs: list[str]) -> list[Act]:
    return [partial(client.book, start, proof=proof) for client, start, proof in zip(clients, starts, proofs, strict=True)]


# ----------------------------------------------------------------------------------------------------------- at the use cases


class Days:
    """Practices with a clock of their own, and all that is sent for them. Proofs are real, of one step."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.mails: list[Mail | Sms] = []
        store, addresses, customers, secret = wiring.store(), wiring.addresses(), wiring.customers(), wiring.secret()
        self._proofs = Altcha(secret.proving)
        most = wiring.settings_of_deployment().most_unproved_mails_an_hour
        telling = Notifying(customers, mobile)
        guard = SendingPolicy(wiring.outbox(), addresses, secret, self.clock, most)
        self.booking = Booking(store, addresses, lambda: self._proofs, self.clock, secret)
        self.visit = OwnAppointment(store, addresses, customers, telling, self.booking, secret, self.clock)
        self.delivery = Delivery(store, customers, self.clock, wiring.composer(), self._send, guard)
        self.upkeep = Sweep(store, customers, telling, self.clock, self.delivery, secret)

    def clock(self) -> datetime:
        return self.now

    def asks(self, practice: Settings, email: str, start: datetime, **manner: Any) -> Booked:
        """Raises Refused."""
        alias = alias_of(practice)
        made = self._proofs.challenge(alias, 1, self.now)
        told = {"algorithm": "SHA-256", "challenge": made.digest, "salt": made.salt, "maxnumber": made.steps}
        proof = answered(told | {"signature": made.signature})
        wanted = RequestFields(resource=CABIN.id, start=start, comment=Comment(last_name="Mustermann", email=email))
        return self.booking.request(
            alias, secrets.token_hex(16), wanted, repr(wanted).encode(), Manner(**{"proof": proof} | manner)
        )

    def free(self, practice: Settings) -> list[datetime]:
        """The starts that a customer can choose over the horizon."""
        today = self.now.astimezone(practice.zone).date()
        return [
            datetime.fromtimestamp(slot.start * 60, UTC)
            for first in range(0, practice.branch.horizon_days + 1, MOST_DAYS)
            for slots in self.booking.week(
                alias_of(practice), CABIN.id, None, today + timedelta(days=first), MOST_DAYS
            ).days.values()
            for slot in slots
            if slot.free
        ]

    def schedule(self) -> None:
        """What the schedule does each minute, without the end that a function's time sets."""
        done: set[Any] = set()
        while new := [each for each in wiring.store().due(self.now).appointments if each not in done]:
            done.update(new)
            for identity in new:
                self.upkeep.attend(identity)

    def hand_over(self) -> None:
        """Everything that is owed by now goes out, or is withheld."""
        done: set[Any] = set()
        while new := [each for each in wiring.store().due(self.now).messages if each not in done]:
            done.update(new)
            for key in new:
                self.delivery.deliver(key)

    def _send(self, message: Mail | Sms) -> str:
        self.mails.append(message)
        return secrets.token_hex(8)


@dataclass
class Post:
    """What became of what practices owed: messages by reader and state, and entries of the inbox by kind."""

    to_customers: Counter[str] = field(default_factory=Counter)
    to_practice: Counter[str] = field(default_factory=Counter)
    inbox: Counter[str] = field(default_factory=Counter)
    sent_to: Counter[str] = field(default_factory=Counter)


def post(days: Days, *practices: Settings) -> Post:
    found = Post(sent_to=Counter(each.to for each in days.mails))
    for practice in practices:
        found.inbox.update(each.kind for each in wiring.store().inbox(practice.branch.id))
        for appointment in made(practice, days.now - timedelta(days=7)):
            for message in wiring.store().history(appointment.id)[1]:
                counted = found.to_practice if message.kind in TO_BRANCHES else found.to_customers
                counted[f"{message.state} ({message.failure})" if message.failure else message.state] += 1
    return found


@dataclass
class Siege:
    """Shares of the starts free at first that could still be chosen, by minute; answers by name; and whether a customer who
    came in the end got a time, and the mail that it needs."""

    shares: dict[int, float]
    answers: Counter[str]
    customer: str
    mail: bool


def siege(days: Days, practice: Settings, *, minutes: int = 180, attempts: int = 6, looks: int = 30) -> Siege:
    """A script with proofs, so many attempts a minute; the schedule goes on, and mail goes out."""
    before = days.free(practice)
    found = Siege({}, Counter(), "", False)
    wishes: list[datetime] = []
    for minute in range(minutes + 1):
        if minute % looks == 0:
            found.shares[minute] = len(set(before) & set(days.free(practice))) / len(before)
        if minute == minutes:
            break
        days.schedule()
        for _ in range(attempts):
            wishes = wishes or random.sample(free := days.free(practice), len(free))
            if wishes:
                found.answers[_outcome(days, practice, invented(), wishes.pop())] += 1
        days.hand_over()
        days.now += timedelta(minutes=1)
    email, start = invented(), days.free(practice)[0]
    found.customer = _outcome(days, practice, email, start)
    days.hand_over()
    found.mail = any(each.to == email for each in days.mails)
    return found


def _outcome(days: Days, practice: Settings, email: str, start: datetime) -> str:
    try:
        appointment = days.asks(practice, email, start).appointment
    except Refused as refusal:
        return refusal.code
    if appointment.status != "unconfirmed":
        return "taken"
    return "confirm first, held" if appointment.holds else "confirm first"


def pester(days: Days, spellings: list[str], practices: list[Settings], *, pause: timedelta, **manner: Any) -> Counter[str]:
    """Books, moves 19 times and cancels by turns through the answer's token, for a whole day, with each spelling at each
    practice. A refused act takes no time. Acts that were taken, by name."""
    end, acts = days.now + timedelta(days=1), Counter[str]()
    turns = _turns(spellings, practices)

    def passes() -> None:
        days.now += pause
        days.schedule()
        days.hand_over()

    while days.now < end:
        email, practice = next(turns)
        starts = days.free(practice)
        booked = days.asks(practice, email, starts[0], **manner)
        acts["booked"] += 1
        passes()
        for start in starts[1:20]:
            if days.now >= end or not _goes(partial(days.visit.move, booked.token, start)):
                break
            acts["moved"] += 1
            passes()
        if days.now < end and _goes(partial(days.visit.cancel, booked.token)):
            acts["cancelled"] += 1
            passes()
    days.hand_over()
    return acts


def _turns(spellings: list[str], practices: list[Settings]) -> Iterator[tuple[str, Settings]]:
    while True:
        yield from ((spelling, practice) for spelling in spellings for practice in practices)


def _goes(act: Act) -> bool:
    try:
        act()
    except Refused:
        return False
    return True


def cycles(days: Days, practice: Settings, address: Callable[[], str], *, count: int = 655) -> Counter[str]:
    """Books and cancels by turns within a minute; mail goes out meanwhile, as it does once a write stands. Answers by name."""
    answers: Counter[str] = Counter()
    starts = days.free(practice)
    for number in range(count):
        days.now += timedelta(minutes=1) / count
        try:
            booked = days.asks(practice, address(), starts[number % len(starts)])
        except Refused as refusal:
            answers[refusal.code] += 1
            continue
        answers["confirm first" if booked.appointment.status == "unconfirmed" else "taken"] += 1
        if number % 2:  # a mail goes out before the cancellation, or after it
            days.hand_over()
        days.visit.cancel(booked.token)
    days.now += timedelta(minutes=30)
    days.schedule()
    days.hand_over()
    return answers


def unanswered(days: Days, practice: Settings, email: str, *, count: int = 40) -> Counter[str]:
    """So many requests in a stranger's name, which nobody answers until they expire. Answers by name."""
    answers = Counter(_outcome(days, practice, email, start) for start in days.free(practice)[-count:])
    days.hand_over()
    for _ in range(2):  # staff are warned, and then it expires
        days.now += timedelta(hours=24)
        days.schedule()
        days.hand_over()
    return answers
