"""`make attack` in a short form: its scripts reach what the bounds leave them, and its tables tell all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib import wiring
from infra.local.engine import Engine
from infra.rehearse import attack
from infra.rehearse.attackers import (
    Days,
    cycles,
    invented,
    late_in_an_hour,
    made,
    midnight,
    new_practice,
    pester,
    post,
    race_for_many,
    race_for_one,
    raid,
    same_proof_twice,
    siege,
)
from tests.race import PATIENCE
from tests.site_of_tests import Site


@pytest.fixture
def url(engine: Engine, served_site: Site) -> str:
    """Nothing is sent but by the scripts' own clocks."""
    return served_site.url


@pytest.fixture
def solvers() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def test_a_script_without_proofs_takes_nothing(url: str, solvers: Executor) -> None:
    found = raid(url, new_practice(), solvers, lambda _: {}, seconds=PATIENCE, connections=2, most=6)
    assert found.answers == {"403 proof_needed": 6}
    assert found.share == 1


def test_a_script_with_proofs_takes_what_the_bounds_leave(url: str, solvers: Executor) -> None:
    practice = new_practice(most_unproved_an_hour=3)
    found = raid(url, practice, solvers, lambda client: {"proof": client.proof()}, seconds=PATIENCE, connections=2, most=6)
    assert found.answers == {"taken": 3, "confirm first": 3}
    assert len(found.before) - len(found.after) == sum(bool(each.holds) for each in made(practice, wiring.now()))


def test_a_siege_goes_on_from_hour_to_hour(url: str) -> None:
    practice = new_practice(most_unproved_an_hour=1)
    found = siege(Days(late_in_an_hour() + timedelta(minutes=25)), practice, minutes=6, attempts=5, looks=6)
    assert found.answers["taken"] == 2
    assert found.shares[0] == 1
    assert found.shares[6] < 1
    assert (found.customer, found.mail) == ("confirm first", True)


def test_a_stranger_gets_six_mails_a_day_however_the_address_is_spelt(url: str) -> None:
    days, practices, name = Days(midnight()), [new_practice(), new_practice()], invented().partition("@")[0]
    spellings = [f"{name}@gmail.com", f"{name}+a@googlemail.com"]
    acts = pester(days, spellings, practices, pause=timedelta(hours=2))
    assert acts.total() == 12
    assert sum(post(days, *practices).sent_to[each] for each in spellings) == 6


def test_booking_and_cancelling_by_turns_is_counted(url: str) -> None:
    days, practice = Days(midnight()), new_practice(most_unproved_an_hour=3)
    assert cycles(days, practice, invented, count=4) == {"taken": 3, "confirm first": 1}
    assert post(days, practice).inbox.total() <= 3


def test_one_start_is_booked_once_in_each_round(url: str, solvers: Executor) -> None:
    found = race_for_one(url, new_practice(), solvers, clients=4, rounds=2)
    assert found.answers == {"taken": 2, "409 slot_taken": 6}
    assert found.units.sound


def test_starts_of_their_own_are_all_booked(url: str, solvers: Executor) -> None:
    found = race_for_many(url, new_practice(), solvers, clients=4)
    assert found.answers == {"taken": 4}


def test_one_proof_books_once(url: str, solvers: Executor) -> None:
    found = same_proof_twice(url, new_practice(), solvers, rounds=2)
    assert found.answers == {"taken": 2, "403 proof_needed": 2}


def test_a_table_has_one_line_for_each_name_and_those_of_one_kind_together(url: str) -> None:
    shown = attack.inboxes(count=2)
    names = [re.split(r"  +", line)[0] for line in shown.splitlines()[3:]]
    assert len(names) == len(set(names))
    kinds = [name.partition(":")[0] for name in names]
    assert kinds == sorted(kinds, key=kinds.index)
