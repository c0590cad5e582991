"""Rounds of a race on one engine: many act at one moment, then the books are read."""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations_with_replacement

from chalicelib.api.http import STATUS
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.mail import Mail
from chalicelib.domain.tokens import appointment_id
from tests.evidence.lines import SHORT
from tests.evidence.race.acts import A_REQUEST, ACTS, PLANNED, Act, Moment
from tests.evidence.race.books import Books
from tests.evidence.race.broken import BROKEN, Breakage
from tests.evidence.race.door import Answer, Call, Clock, opened
from tests.evidence.race.practice import NOW, STAFF, Practice, made
from tests.race import together

AT_ONCE, EACH = 6, 4
"""Acts of a round, and how often each is tried in it."""
CROWD, CROWDS = 32, 140
"""Who books at one moment, and how often."""
ROUNDS_OF_CI, CROWDS_OF_CI = 12, 6
ROUNDS_OF_AN_ENGINE = 50
"""Each round makes the table anew, and AWS's own engine keeps something of each table, until its memory is used up."""
DOUBLE = "no_unit_is_held_twice"


@dataclass(frozen=True)
class Attempt:
    act: Act
    call: Call
    answer: Answer


@dataclass
class Tally:
    """What came of all rounds. `by_act`: attempts, done, refused and failed (5xx but `try_again`, no answer, or a code
    that nobody knows)."""

    engine: str
    rounds: int = 0
    attempts: int = 0
    booked: int = 0
    double: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    pairs: int = 0
    by_act: dict[str, list[int]] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def add(self, attempts: Sequence[Attempt], violations: list[str]) -> None:
        self.rounds += 1
        self.attempts += len(attempts)
        self.violations += violations
        self.double += sum(each.startswith(DOUBLE) for each in violations)
        for each in attempts:
            row = self.by_act.setdefault(each.act.name, [0, 0, 0, 0])
            is_clean = each.answer.code == TryAgain.code or 400 <= each.answer.status < 500
            is_refused = is_clean and STATUS.get(each.answer.code) == each.answer.status
            outcome = 1 if each.answer.is_done else 2 if is_refused else 3
            row[0] += 1
            row[outcome] += 1
            self.booked += outcome == 1 and each.act.of == A_REQUEST
            self.failed += outcome == 3
            if outcome == 2:
                self.refused[each.answer.code] = self.refused.get(each.answer.code, 0) + 1


def meetings(acts: Sequence[str], chance: random.Random) -> Iterator[list[str]]:
    """Groups of acts in which each meets each other one, and itself, at least once."""
    left = set(combinations_with_replacement(sorted(acts), 2))
    while left:
        group = list(chance.choice(sorted(left)))
        while len(group) < AT_ONCE:
            drawn = chance.sample(sorted(acts), min(12, len(acts)))
            group.append(max(drawn, key=lambda one: sum(pair(one, each) in left for each in group)))
        left -= {pair(one, other) for one in group for other in group}
        yield group


def pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


def play(practice: Practice, names: Sequence[str], chance: random.Random) -> tuple[list[Attempt], list[str]]:
    """All at one moment: what each was told, and what is wrong then."""
    practice.as_made()
    acts = [ACTS[each] for each in names]
    calls = [act.call(Moment(practice, chance, number)) for number, act in enumerate(acts)]
    answers = together(len(calls), lambda number: practice.door.ask(calls[number]))
    heard = [each if isinstance(each, Answer) else Answer(500, {"code": type(each).__name__}) for each in answers]
    attempts = [Attempt(*each) for each in zip(acts, calls, heard, strict=True)]
    books = Books(practice.door.stored())
    return attempts, [*books.violations(), *told_wrongly(practice, attempts, books), *sent_twice(practice)]


def told_wrongly(practice: Practice, attempts: Sequence[Attempt], books: Books, unknown: Collection[str] = ()) -> Iterator[str]:
    """Where what was answered is not what the books say. Of `unknown` ones nobody knows whether they were booked."""
    known = {each["pk"]["S"] for each in practice.items}
    made_now = {each for each in books.appointments if f"APPOINTMENT#{each}" not in known}
    booked = {each.answer.json["id"] for each in attempts if each.act.of == A_REQUEST and each.answer.is_done}
    by_staff = {each for each in made_now if books.events[each][0].what != "requested"}
    yield from (f"booked_is_there: {each}" for each in booked - made_now)
    yield from (f"refused_left_nothing: {each}" for each in made_now - booked - by_staff - set(unknown))
    by_one_proof = {each.answer.json["id"] for each in attempts if "by_one_proof" in each.act.name and each.answer.is_done}
    if len(by_one_proof) > 1:
        yield f"a_proof_is_good_for_one: {len(by_one_proof)}"
    for name, target in practice.targets.items():
        done = sum(
            each.act.of.startswith(PLANNED) and "version" in (each.call.body or {}) and target.id in each.call.path
            for each in attempts
            if each.answer.is_done and each.act.name != "send_now"  # which ends a delay and changes nothing else
        )
        after = sum(each.by == STAFF and each.version > target.version for each in books.events.get(target.id, []))
        if done > after:
            yield f"no_change_is_lost: {name}, {done} were told that it is done, {after} events"
    versions = Counter(
        each.answer.json["settings"]["version"]
        for each in attempts
        if each.act.of.startswith("PUT") and each.act.of.endswith("/settings") and each.answer.is_done
    )
    for version, count in versions.items():
        if count > 1 and version > practice.shown["version"]:
            yield f"no_change_is_lost: {count} were told that they made the version {version} of the settings"
    stored_before = Books(practice.items)
    if stored_before.settings_version == books.settings_version and stored_before.settings != books.settings:
        yield "changed_settings_have_a_new_version"
    for (_, before), (after_that, _) in zip(practice.door.pool.changes, practice.door.pool.changes[1:], strict=False):
        if before != after_that:
            yield "no_change_is_lost: of an account"
    for each in attempts:
        if each.act.of == A_REQUEST and each.answer.is_done:
            identity = appointment_id(practice.alias, each.call.headers["Idempotency-Key"])
            if each.answer.json["id"] != identity:
                yield f"one_key_one_appointment: {identity}"
    yield from (f"nothing_unexpected: {each}" for each in practice.door.failures)


def sent_twice(practice: Practice) -> Iterator[str]:
    mails = (each for each in practice.door.provider.taken if isinstance(each, Mail))
    sent = Counter(tuple(sorted(each.tags.items())) for each in mails if "appointment" in each.tags)
    yield from (f"no_mail_is_sent_twice: {tags}" for tags, count in sent.items() if count > 1)


def race(engine: str, seed: int) -> Tally:
    tally, chance, met = Tally(engine), random.Random(seed), set[tuple[str, str]]()
    groups = list(meetings([*ACTS], chance))
    crowds = [[name] * CROWD for name in booking()] * (1 + CROWDS // len(booking()))
    rounds = [[each for each in group for _ in range(EACH)] for group in groups] + crowds[:CROWDS]
    if SHORT:
        rounds = chance.sample(rounds[: len(groups)], ROUNDS_OF_CI) + chance.sample(crowds, CROWDS_OF_CI)
    for first in range(0, len(rounds), ROUNDS_OF_AN_ENGINE):
        with opened(engine, Clock(NOW)) as door:
            practice = made(door)
            for number, names in enumerate(rounds[first : first + ROUNDS_OF_AN_ENGINE], first):
                attempts, violations = play(practice, names, random.Random(f"{seed}.{number}"))
                tally.add(attempts, [f"round {number} {sorted(set(names))}: {each}" for each in violations])
                met |= {pair(one, other) for one in names for other in names}
    tally.pairs = len(met)
    return tally


def unnoticed(seed: int, rounds: int = 12) -> list[str]:
    """The breakages that no round of their acts has shown, on the local AWS."""
    with opened("local-aws", Clock(NOW)) as door:
        practice = made(door)
        return [
            each.name
            for each in BROKEN
            if each.by == "race"
            and not any(_breaks(practice, each, random.Random(f"{seed}.{number}")) for number in range(rounds))
        ]


def _breaks(practice: Practice, breakage: Breakage, chance: random.Random) -> bool:
    with breakage.broken():
        return bool(play(practice, [name for name in breakage.acts for _ in range(24 // len(breakage.acts))], chance)[1])


def booking() -> list[str]:
    return [name for name, act in ACTS.items() if act.books]


if __name__ == "__main__":
    json.dump(asdict(race(sys.argv[1], int(sys.argv[2]))), sys.stdout)
