"""Each act once with each fault at each of its steps; then its client asks again, as clients do, and time goes by."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from chalicelib import wiring
from chalicelib.domain.mail import Mail
from chalicelib.domain.outbox import LEASE
from chalicelib.store import customers, keys
from chalicelib.store.items import stamp
from tests.evidence.chaos.faults import AT_THE_PROVIDER, FAULTS, PROVIDERS_FAULTS, WRITES, Fault, Steps, watched
from tests.evidence.race.acts import ACTS, Act, Moment
from tests.evidence.race.books import Books
from tests.evidence.race.door import Answer, Call, Door
from tests.evidence.race.practice import BRANCH, Practice

AGAIN = 3
"""How often a client asks again that could not know."""
LATER = (LEASE + timedelta(minutes=1), timedelta(minutes=70), timedelta(minutes=70))
"""When the schedule runs after that, as long as anything is owed: dead processes' leases are over by then, and so is what waits
to be tried again."""
BY_THE_CLOCK = ("sweep", "deliver")
"""Acts that need what the practice owes; all others begin where it owes nothing."""
Outline = dict[str, Any]


@dataclass(frozen=True)
class Injection:
    """A fault at a step of an act. `hook`: on which side of the provider its steps are."""

    act: Act
    at: int
    fault: Fault
    hook: str = "before"


@dataclass
class Found:
    """What came of all of them."""

    acts: int = 0
    steps: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def __iadd__(self, other: Found) -> Found:
        self.acts, self.steps = self.acts + other.acts, self.steps + other.steps
        self.faults += other.faults
        self.told += other.told
        self.violations += other.violations
        return self


class Trial:
    """One act of a practice, undisturbed and disturbed."""

    def __init__(self, practice: Practice, act: Act, seed: int) -> None:
        self.practice, self.act, self._seed = practice, act, seed
        self.door: Door = practice.door
        self.before = outline(practice.items)
        answer, steps = self._run(Steps(), "before")
        self.answer, self.operations = answer, steps.operations
        self.after = outline(self.door.stored())

    def injections(self) -> Iterator[Injection]:
        for at, operation in enumerate(self.operations):
            if operation == AT_THE_PROVIDER:
                yield from (Injection(self.act, at, fault, hook) for fault, hook in PROVIDERS_FAULTS)
            else:
                yield from (Injection(self.act, at, fault) for fault in FAULTS if operation in WRITES or not fault.writes_only)

    def disturbed(self, injection: Injection) -> tuple[str, list[str]]:
        """What the client was told, at first and in the end, and what is wrong."""
        first, _ = self._run(Steps(injection.at, injection.fault), injection.hook)
        wrong = [f"after the fault, {each}" for each in self._wrong(first)]
        if self._is_refused(first) and outline(self.door.stored()) == self.after:
            wrong.append(f"after the fault, refused and done: {first.code}")
        last = self._asked_again(first)
        wrong += [f"asked again, {each}" for each in self._wrong(last)] if last is not first else []
        books = later(self.practice)
        wrong += [f"later, {each}" for each in (*books.violations(), *delivered_wrongly(self.practice, books, injection.fault))]
        wrong += [f"unexpected: {each}" for each in self.door.failures if first.status == 500 or last.status == 500]
        return f"{_told(first)} -> {_told(last)}", wrong

    def _call(self) -> Call:
        return self.act.call(Moment(self.practice, random.Random(self._seed), 1))

    def _run(self, steps: Steps, hook: str) -> tuple[Answer, Steps]:
        self.practice.as_made()
        self._called = self._call()
        with watched(self.door, steps, hook):
            return self.door.ask(self._called), steps

    def _asked_again(self, answer: Answer) -> Answer:
        """By a client that could not know; each time another process answers."""
        for _ in range(AGAIN if self.act.repeats else 0):
            if not answer.is_unknown:
                break
            self.door.forget()
            answer = self.door.ask(self._called)
        return answer

    def _wrong(self, answer: Answer) -> Iterator[str]:
        """It has happened once, if it was told that it is done, and otherwise once or not at all; a refusal is not heard by who
        would be served undisturbed, unless it was done by the attempt of which nothing was heard."""
        stored = self.door.stored()
        yield from Books(stored).violations()
        if answer.status >= 500 and answer.status != 503:
            yield f"answered {answer.status} {answer.code}"
        now = outline(stored)
        if answer.is_done and now != self.after and not self.act.leaves:
            yield f"told that it is done: {difference(self.after, now)}"
        if answer.is_done or not self.act.whole:
            return
        if now not in (self.before, self.after):
            yield f"half of it is done: {difference(self.after, now)}"
        elif self._is_refused(answer) and now != self.after:
            yield f"refused without need: {answer.code}"

    def _is_refused(self, answer: Answer) -> bool:
        """What is done undisturbed."""
        return self.answer.is_done and not answer.is_done and not answer.is_unknown


def later(practice: Practice) -> Books:
    """The schedule runs some times, as it does each minute; what is stored then."""
    door = practice.door
    for span in LATER:
        door.clock.set(door.clock.moment + span)
        door.forget()
        wiring.upkeep().sweep(lambda: 60.0)
        stored = door.stored()
        if not any("gsi3sk" in each and each["gsi3sk"]["S"] <= stamp(door.clock.moment + max(LATER)) for each in stored):
            break
    return Books(stored)


def quiet(practice: Practice) -> Practice:
    """The same practice where every message has been sent, and the schedule has nothing to look at."""
    items = [dict(each) for each in practice.items]
    for each in items:
        if each.pop("gsi3pk", None):
            del each["gsi3sk"]
            if "MESSAGE#" in each["sk"]["S"]:
                each["state"] = {"S": "sent"}
    return replace(practice, items=items)


def delivered_wrongly(practice: Practice, books: Books, fault: Fault | None) -> Iterator[str]:
    """Each message is sent once it is due; twice only where somebody died or heard nothing in between."""
    mails = (each for each in practice.door.provider.taken if isinstance(each, Mail))
    taken = Counter(
        (each.tags["appointment"], each.tags["event"], each.tags["kind"]) for each in mails if "appointment" in each.tags
    )
    for each in books.messages:
        name = (each.appointment, str(each.event), each.kind)
        if each.state == "sending" or (each.state == "due" and each.due <= practice.door.clock.moment):
            yield f"a message is owed for ever: {name} {each.state}"
        was_sent = name in practice.sent or each.kind == "notice"  # one of a day's speaks for all
        if each.state == "sent" and each.channel == "email" and not taken[name] and not was_sent:
            yield f"a message counts as sent that was not: {name}"
        if taken[name] > 1 and not (fault and fault.repeats):
            yield f"a message was sent {taken[name]} times: {name}"


def outline(stored: list[dict[str, Any]]) -> Outline:
    """What an act changes, without times of writing, and ids of lines, new customers and accesses."""
    books = Books(stored)
    found: Outline = {}
    for identity, each in books.appointments.items():
        found[f"appointment {identity}"] = (
            each.version, each.status, each.resource, each.start, each.end, each.holds, each.second, each.write_to, each.reason,
            each.token_version, each.counts, bool(each.comment), each.comment and each.comment.email, bool(each.customer),
            each.name,
        )  # fmt: skip
        found[f"events {identity}"] = [(event.version, event.what, event.by) for event in books.events.get(identity, [])]
    for message in books.messages:
        found[f"message {message.appointment} {message.event} {message.kind} {message.channel}"] = message.state
    names: Counter[str] = Counter()
    for item in stored:
        pk, sk = item["pk"]["S"], item["sk"]["S"]
        if pk == keys.inbox(BRANCH):
            found[f"entry {sk}"] = item["kind"]["S"]
        elif pk == keys.branch(BRANCH) and sk.startswith("ACCESS"):
            names["access"] += 1
        elif pk == keys.branch(BRANCH):
            found[f"setting {sk}"] = (item["body"]["S"], item.get("version"))
        elif pk == keys.customers(BRANCH) and "body" in item:
            customer = customers.CUSTOMER.decode(item["body"]["S"])
            names[f"customer {customer.name} {customer.email} {customer.version}"] += 1
        elif keys.is_invitation(pk):
            names[f"invitation {item.get('ended')} {item.get('delivery')}"] += 1
        elif pk == keys.callbacks(BRANCH):
            found[f"callback {sk}"] = True
    return found | names


def difference(one: Outline, other: Outline) -> str:
    return "; ".join(
        f"{name}: {one.get(name)} / {other.get(name)}" for name in sorted({*one, *other}) if one.get(name) != other.get(name)
    )[:600]


def _told(answer: Answer) -> str:
    if answer.status == 0:
        return "nothing"
    return "done" if answer.is_done else answer.code or str(answer.status)


def shows(practice: Practice, name: str, seed: int) -> bool:
    """Whether any fault at a step of the act leaves something wrong, or the act itself does."""
    trial = Trial(practice if name in BY_THE_CLOCK else quiet(practice), ACTS[name], seed)
    injections = sorted(trial.injections(), key=lambda each: trial.operations[each.at] not in WRITES)
    return any(trial.disturbed(each)[1] for each in injections)


def tried(practice: Practice, acts: Sequence[str], seed: int, most: int | None = None) -> Found:
    """All injections of the acts, or `most` of each, drawn by the seed."""
    found, silent = Found(), quiet(practice)
    for name in acts:
        trial = Trial(practice if name in BY_THE_CLOCK else silent, ACTS[name], seed)
        injections = list(trial.injections())
        if most is not None and len(injections) > most:
            injections = random.Random(f"{seed}.{name}").sample(injections, most)
        found.acts += 1
        found.steps += len(trial.operations)
        for each in injections:
            told, wrong = trial.disturbed(each)
            found.faults[each.fault.name] += 1
            found.told[told] += 1
            found.violations += [f"{name}, {each.fault.name} at step {each.at}: {one}" for one in wrong]
    return found
