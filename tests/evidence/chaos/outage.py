"""The provider is away for a day, while people go on."""

from __future__ import annotations

import random
from datetime import timedelta

from chalicelib import wiring
from chalicelib.domain.mail import SendLater
from tests.evidence.chaos.steps import delivered_wrongly
from tests.evidence.race.acts import ACTS, Moment
from tests.evidence.race.books import Books
from tests.evidence.race.practice import Practice

EVERY, A_DAY = timedelta(minutes=30), timedelta(days=1)
MEANWHILE = ("book", "move_by_link", "confirm_for_a_customer", "tell", "cancel_what_is_confirmed", "make_appointment")


def day_without_mail(practice: Practice, seed: int) -> tuple[int, list[str]]:
    """How many messages were owed when it came back, and what is wrong once all have gone out."""
    practice.as_made()
    door, chance = practice.door, random.Random(seed)
    door.provider.before = _away
    back = door.clock.moment + A_DAY
    for number, name in enumerate(MEANWHILE):
        door.ask(ACTS[name].call(Moment(practice, chance, number)))
    while door.clock.moment < back:
        _a_while(practice)
    owed = sum(each.state in ("due", "sending") for each in Books(door.stored()).messages)
    sent_before = len(door.provider.taken)
    door.provider.before = lambda: None
    for _ in range(6):
        _a_while(practice)
    books = Books(door.stored())
    wrong = [*books.violations(), *delivered_wrongly(practice, books, None)]
    return owed, wrong + ([f"{sent_before} messages were taken by who was away"] if sent_before else [])


def _a_while(practice: Practice) -> None:
    practice.door.clock.set(practice.door.clock.moment + EVERY)
    practice.door.forget()
    wiring.upkeep().sweep(lambda: 60.0)


def _away() -> None:
    raise SendLater("ServiceUnavailableException")
