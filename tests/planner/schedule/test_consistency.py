"""Taken units are made to agree with appointments again, beside those who book (R19, R20)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from chalicelib.domain.agenda import Place
from chalicelib.domain.appointment import Appointment, Change, UnitsTaken, released
from chalicelib.planner.schedule.consistency import MendResult, mend
from chalicelib.store import keys
from chalicelib.store.maintenance import Whole
from chalicelib.store.models import DayItem, starts_of
from infra.local.engine import Engine
from tests.builders import appointment as built
from tests.builders import at, event, in_lane, made
from tests.planner.practice import ADVICE, Practice
from tests.repeated import rounds

DAY = "2026-11-24"
FIRST, LAST = "2026-11-23", "2026-11-26"


@pytest.fixture
def practice(engine: Engine) -> Practice:
    return Practice()


def taken(practice: Practice, *units: int, resource: str = "cabin-1") -> None:
    """Units that no appointment holds."""
    DayItem(keys.agenda(practice.branch, resource), keys.day(DAY)).update([DayItem.taken.add(set(units))])


def lost(practice: Practice, *units: int) -> None:
    """Units that are not taken, whoever holds them."""
    DayItem(keys.agenda(practice.branch, "cabin-1"), keys.day(DAY)).update([DayItem.taken.delete(set(units))])


def mended(practice: Practice, ledger: Whole | None = None) -> MendResult:
    return mend(practice.table, ledger or Whole(sleep=lambda seconds: None), practice.settings, FIRST, LAST)


def place(*units: int, resource: str = "cabin-1") -> dict[Place, frozenset[int]]:
    return dict(in_lane(0, resource, {DAY: frozenset(units)}))


def cancel(practice: Practice, appointment: Appointment) -> None:
    after = replace(released(appointment, "cancelled"), version=appointment.version + 1)
    practice.table.write(Change(before=appointment, after=after, event=event(after), messages=()))


class Interrupted(Whole):
    """Something happens between the look at the appointments and the write, the first times."""

    def __init__(self, act: Callable[[], object], times: int = 1) -> None:
        super().__init__(sleep=lambda seconds: None)
        self._acts = [act] * times

    def put_right(
        self, branch: str, place: Place, before: frozenset[int], after: frozenset[int], owners: Iterable[Appointment]
    ) -> bool:
        if self._acts:
            self._acts.pop()()
        return super().put_right(branch, place, before, after, owners)


def test_units_that_nobody_holds_are_given_back(practice: Practice) -> None:
    appointment = practice.request()
    taken(practice, 1, 2)
    assert mended(practice) == MendResult(given_back=place(1, 2))
    assert practice.held() == appointment.holds


def test_a_day_on_which_nothing_is_left_is_free_again(practice: Practice) -> None:
    taken(practice, 1, 2)
    mended(practice)
    assert practice.held() == {}


def test_units_that_an_appointment_holds_in_vain_are_taken(practice: Practice) -> None:
    appointment = practice.request()
    lost(practice, 96, 97)
    assert mended(practice) == MendResult(taken=place(96, 97))
    assert practice.held() == appointment.holds


def test_a_day_that_was_lost_altogether_is_taken_again(practice: Practice) -> None:
    appointment = practice.request()
    DayItem(keys.agenda(practice.branch, "cabin-1"), keys.day(DAY)).delete()
    mended(practice)
    assert practice.held() == appointment.holds


def test_a_limited_kind_is_counted_anew_where_a_day_counts_others(practice: Practice) -> None:
    """R38. Others than limited kinds are not looked at: what was made before kinds were counted is not counted."""
    practice.request(template="advice")
    item = DayItem(keys.agenda(practice.branch, "cabin-1"), keys.day(DAY))
    item.update([starts_of("advice").set(7)])
    assert mended(practice) == MendResult()
    practice.settings = replace(practice.settings, templates=(replace(ADVICE, most_a_day=9),))
    found = mended(practice)
    assert found == MendResult(counted={("cabin-1", DAY, "advice"): 1})
    assert str(found).endswith(", 1 counts of kinds corrected")
    assert mended(practice) == MendResult()


def test_a_sound_branch_is_left_alone(practice: Practice) -> None:
    practice.request()
    assert mended(practice) == MendResult()


def test_a_double_booking_is_told_and_left_to_people(practice: Practice) -> None:
    appointment = practice.request()
    DayItem(keys.agenda(practice.branch, "cabin-1"), keys.day(DAY)).delete()
    practice.table.write(made(built(branch=practice.branch)))
    assert mended(practice) == MendResult(left=dict(appointment.holds))
    assert practice.held() == appointment.holds


def test_units_of_an_appointment_at_a_resource_that_is_gone_are_not_given_back(practice: Practice) -> None:
    """No list of the branch's resources leads to it: only the table itself does."""
    appointment = built(branch=practice.branch, resource="gone", holds=place(96, 97))
    practice.table.write(made(appointment))
    assert mended(practice) == MendResult()
    assert practice.held() == appointment.holds


def test_who_books_meanwhile_keeps_what_was_booked_and_the_day_is_looked_at_again(practice: Practice) -> None:
    taken(practice, 1, 2)
    ledger = Interrupted(lambda: practice.request())
    assert mended(practice, ledger) == MendResult(given_back=place(1, 2))
    assert practice.held() == place(*range(96, 102))


def test_what_is_cancelled_meanwhile_is_not_taken(practice: Practice) -> None:
    appointment = practice.request()
    lost(practice, *range(96, 102))
    ledger = Interrupted(lambda: cancel(practice, appointment))
    assert mended(practice, ledger) == MendResult()
    assert practice.held() == {}


def test_a_day_that_never_rests_is_left_for_another_time(practice: Practice) -> None:
    taken(practice, 1, 2)
    starts = iter([f"2026-11-24T{hour:02}:00" for hour in range(8, 18)])
    ledger = Interrupted(lambda: practice.request(next(starts)), times=10)
    assert mended(practice, ledger) == MendResult(left=place(1, 2))


def book_and_cancel(practice: Practice, number: int, done: threading.Event) -> None:
    """Somebody who books all the time, and cancels most of it."""
    while not done.is_set():
        number += 1
        start = at("2026-11-24T08:00") + 15 * (number % 24)
        appointment = built(branch=practice.branch, start=start, end=start + 30)
        with suppress(UnitsTaken):
            practice.table.write(made(appointment))
            if number % 3:
                cancel(practice, appointment)


@pytest.mark.chance
def test_mending_beside_people_who_book_and_cancel_leaves_everything_sound(practice: Practice) -> None:
    ledger, done = Whole(sleep=lambda seconds: None), threading.Event()
    with ThreadPoolExecutor(4) as pool:
        people = [pool.submit(book_and_cancel, practice, 7 * number, done) for number in range(4)]
        try:
            for number in range(rounds(few=8, many=25)):
                taken(practice, number, 96 + number)
                mended(practice, ledger)
        finally:
            done.set()
    for each in people:
        each.result()
    mended(practice, ledger)
    assert practice.is_sound()


def test_what_was_done_is_told_in_numbers() -> None:
    mended = MendResult(given_back=place(1, 2), left=place(7))
    assert str(mended) == "2 units given back, 0 units taken, 1 units left as they are"
