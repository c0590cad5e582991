"""Races of customers, staff and schedule, on a real engine: as many win as there is room for, none is lost (R14, R15, R20)."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import pytest

from chalicelib.domain.agenda import Place
from chalicelib.domain.appointment import Appointment, Change, released
from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import ChangedMeanwhile
from chalicelib.domain.moments import from_text, to_utc
from chalicelib.domain.settings import Resource, Settings, Template
from chalicelib.planner.customer.taking import RequestFields
from chalicelib.planner.messages.delivery import Delivery
from chalicelib.planner.schedule.sweep import compare_units
from chalicelib.planner.staff.actions import Move
from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.builders import (
    MONDAY,
    NOW,
    WORKED,
    Nobody,
    actions,
    appointment,
    availability,
    booking_of,
    minutes,
    new_branch_id,
    policy,
    seen,
    settings,
    sweep,
)
from tests.conftest import TABLE
from tests.race import PATIENCE, together
from tests.repeated import OFTEN, rounds
from tests.store.bookings import take

CLIENTS = 32
ROUNDS = rounds(few=30, many=200)
FROM_TO = (MONDAY.isoformat(), (MONDAY + timedelta(days=2 * ROUNDS + 1)).isoformat())
"""All UTC days that something happens on."""
JITTER = 0.006
"""Seconds: about what one write takes."""
Result = TypeVar("Result")
Results = list[Result | BaseException]


class Meeting(Table):
    """A store in which all who take part in a race have read and chosen before the first of them writes."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._barrier: threading.Barrier | None = None
        self._jitter = 0.0
        self._met = set[int]()

    def race(self, count: int, act: Callable[[int], Result], jitter: float = 0.0) -> Results[Result]:
        """As `together`; `jitter` (seconds) spreads the writes, so that now this one comes first, now that one."""
        self._barrier, self._jitter = threading.Barrier(count, timeout=PATIENCE), jitter
        self._met.clear()
        try:
            return together(count, act)
        finally:
            self._barrier = None

    def write(self, change: Change) -> None:
        me = threading.get_ident()
        if self._barrier and me not in self._met:
            self._met.add(me)
            self._barrier.wait()
            time.sleep(random.uniform(0, self._jitter))
        super().write(change)


@pytest.fixture(scope="module")
def table(engine: Engine) -> Meeting:
    return Meeting(TABLE)


def branch(table: Table, *resources: Resource, templates: tuple[Template, ...] = (), **fields: Any) -> Settings:
    """One that is open 09:00 to 12:00 every day, at all of its resources."""
    hours = availability("09:00-12:00", resources=tuple(each.id for each in resources))
    branch_settings = settings(
        hours,
        templates=templates,
        resources=resources,
        id=new_branch_id(),
        horizon_days=2 * ROUNDS,
        most_open_requests=None,
        most_requests_a_day=None,
        **fields,
    )
    table.replace_settings(branch_settings)
    return branch_settings


def cabin(number: int, **fields: Any) -> Resource:
    return Resource(id=f"cabin-{number}", name=f"Kabine {number}", released=True, **fields)


def person(number: int, **fields: Any) -> Resource:
    return Resource(id=f"person-{number}", name=f"Akustikerin {number}", kind="person", **fields)


def hearing_test(*second: str) -> Template:
    return Template(id="test", name={"de": "Hörtest"}, duration=30, resources=("cabin-1", "cabin-2"), second=second)


def instant(settings: Settings, clock: str, day: date = MONDAY) -> int:
    return to_utc(day, minutes(clock), settings.zone)


def ask_in_turn(table: Table, settings: Settings, number: int) -> Appointment:
    """One of two cabins at 09:00."""
    return ask(table, settings, instant(settings, "09:00"), f"cabin-{1 + number % 2}")


def ask(table: Table, settings: Settings, start: int, resource: str = "cabin-1") -> Appointment:
    wanted = RequestFields(
        resource=resource,
        start=datetime.fromtimestamp(start * 60, NOW.tzinfo),
        comment=Comment(last_name="Mustermann", email="erika@example.org"),
        template="test" if settings.templates else None,
    )
    key = f"{threading.get_ident():020}-{start:020}"
    return booking_of(table, lambda: NOW).request(settings.accesses[0].alias, key, wanted, b"body", WORKED).appointment


def existing(table: Table, settings: Settings, start: int, **fields: Any) -> Appointment:
    """A request for half an hour of `cabin-1`."""
    made = appointment(branch=settings.branch.id, start=start, end=start + 30, **fields)
    take(table, made)
    return made


def days_of_their_own() -> Iterator[date]:
    """Every other day, so that the day before is free as well."""
    return (MONDAY + timedelta(days=2 * number + 2) for number in range(ROUNDS))


def won(results: Iterable[object]) -> list[Appointment]:
    return [each for each in results if isinstance(each, Appointment)]


def outcomes(results: Iterable[object]) -> Counter[str]:
    return Counter("won" if isinstance(each, Appointment) else type(each).__name__ for each in results)


def assert_sound(table: Table, settings: Settings, **held: int) -> None:
    """The units are those of the appointments, at each resource as many as given."""
    for resource in settings.resources:
        others = [each for each in settings.resources if each != resource]
        comparison = compare_units(table, settings.branch.id, resource, *FROM_TO, others, settings.limited_kinds)
        assert comparison.sound
        assert comparison.held == held[resource.id.replace("-", "_")]


def assert_there_are(table: Table, settings: Settings, *expected: Appointment) -> None:
    """These are all appointments of `cabin-1`, as they are given; what is held is what they hold, and each unit once."""
    since, until = (from_text(f"{day}T00:00Z") for day in FROM_TO)
    assert table.appointments(settings.branch.id, "cabin-1", since, until) == sorted(expected, key=lambda each: each.start)
    union: dict[Place, frozenset[int]] = {}
    for each in expected:
        for place, units in each.holds.items():
            assert not units & union.get(place, frozenset())
            union[place] = union.get(place, frozenset()) | units
    assert table.agenda(settings.branch.id, settings.resources, *FROM_TO).holds == union


def test_two_cabins_and_one_acoustician_are_booked_as_often_as_the_acoustician_has_room(table: Meeting) -> None:
    """32 clients, 6 starts at either cabin: one of each start has the acoustician, whichever cabin it is in."""
    settings = branch(table, cabin(1), cabin(2), person(1), templates=(hearing_test("person-1"),))
    first = instant(settings, "09:00")
    results = table.race(CLIENTS, lambda n: ask(table, settings, first + 30 * (n % 6), f"cabin-{1 + n // 6 % 2}"))
    print(f"\ntwo cabins, one acoustician, {CLIENTS} clients, 6 starts: {dict(outcomes(results))}")
    assert outcomes(results) == {"won": 6, "SlotTaken": 26}
    assert sorted(each.start for each in won(results)) == [first + 30 * n for n in range(6)]
    assert {each.second for each in won(results)} == {"person-1"}
    cabins = Counter(each.resource for each in won(results))
    assert_sound(table, settings, cabin_1=6 * cabins["cabin-1"], cabin_2=6 * cabins["cabin-2"], person_1=36)


def test_an_acoustician_for_two_at_once_is_booked_twice(table: Meeting) -> None:
    """Where the acoustician has room for all, the cabins decide; where not, all of her lanes are used."""
    cabins = (cabin(1, capacity=2), cabin(2, capacity=2))
    settings = branch(table, *cabins, person(1, capacity=3), templates=(hearing_test("person-1"),))
    results = table.race(CLIENTS, lambda n: ask(table, settings, instant(settings, "09:00"), f"cabin-{1 + n % 2}"))
    print(f"\ntwo cabins for two, one acoustician for three, {CLIENTS} clients: {dict(outcomes(results))}")
    assert outcomes(results) == {"won": 3, "SlotTaken": 29}


def test_who_loses_one_acoustician_has_the_other_one(table: Meeting) -> None:
    """All choose the first one; none who could have had the second is refused."""
    for _ in range(3):
        settings = branch(table, cabin(1), cabin(2), person(1), person(2), templates=(hearing_test("person-1", "person-2"),))
        results = table.race(CLIENTS, partial(ask_in_turn, table, settings))
        assert outcomes(results) == {"won": 2, "SlotTaken": 30}
        assert {(each.resource, each.second) for each in won(results)} in (
            {("cabin-1", "person-1"), ("cabin-2", "person-2")},
            {("cabin-1", "person-2"), ("cabin-2", "person-1")},
        )
        assert_sound(table, settings, cabin_1=6, cabin_2=6, person_1=6, person_2=6)


def test_a_resource_of_capacity_3_is_booked_three_times(table: Meeting) -> None:
    settings = branch(table, cabin(1, capacity=3))
    starts = [instant(settings, clock) for clock in ("09:00", "10:00", "11:00")]
    for start in starts:
        results = table.race(CLIENTS, lambda _, start=start: ask(table, settings, start))  # type: ignore[misc]
        assert outcomes(results) == {"won": 3, "SlotTaken": 29}
        assert {place[2] for each in won(results) for place in each.holds} == {0, 1, 2}
    print(f"\ncapacity 3, {len(starts)} rounds of {CLIENTS} clients: {3 * len(starts)} booked")
    assert_sound(table, settings, cabin_1=3 * 6 * len(starts))


@pytest.mark.chance
def test_beside_a_standby_no_customer_has_a_regular_one_that_is_cancelled_meanwhile(table: Meeting) -> None:
    """32 customers, and 4 staff who ask for a stand-by, at a time whose only appointment is cancelled at that moment (R36). A
    customer who wins found both lanes free, so at most one of the staff comes beside; else up to two of them have the time."""
    settings, done = branch(table, cabin(1, standby=1)), Counter[str]()
    office, left = actions(table, lambda: NOW), list[Appointment]()
    for number, day in enumerate(islice(days_of_their_own(), rounds(few=4, many=20))):
        start = instant(settings, "10:00", day)
        mine = existing(table, settings, start)
        others = [existing(table, settings, start - 24 * 60 + 60 * each) for each in range(4)]
        acts: list[Callable[[], Appointment]] = [
            *[partial(ask, table, settings, start)] * CLIENTS,
            *(partial(office.move, seen(each), Move(start=start, standby=True), "staff-1") for each in others),
            partial(office.answer, seen(mine), "cancelled", "staff-2"),
        ]

        def act(n: int, acts: list[Callable[[], Appointment]] = acts, jitter: float = JITTER * (number % 4)) -> Appointment:
            time.sleep(random.uniform(0, jitter))  # customers look first, and are to look before and after the cancelling
            return acts[n]()

        results = together(len(acts), act)
        assert outcomes(results).keys() <= {"won", "SlotTaken"}
        customers, staff = won(results[:CLIENTS]), won(results[CLIENTS:-1])
        assert len(customers) <= 1 <= len(staff) <= 2 - len(customers)
        assert [each.lanes for each in customers] in ([], [{("cabin-1", 0)}])
        moved = {each.id for each in staff}
        left += [*customers, *staff, *(each for each in others if each.id not in moved)]
        done[f"{len(customers)} customers, {len(staff)} staff"] += 1
    print(f"\nstand-by, {sum(done.values())} rounds: {dict(done)}")
    assert_sound(table, settings, cabin_1=6 * len(left))


def test_a_day_s_limit_holds_in_a_race_and_is_used_up(table: Meeting) -> None:
    settings = branch(table, cabin(1), most_appointments_a_day=4)
    results = table.race(CLIENTS, lambda n: ask(table, settings, instant(settings, "09:00") + 30 * (n % 6)))
    assert len(won(results)) == 4
    assert outcomes(results).keys() <= {"won", "SlotTaken", "TooManyRequests"}
    assert_sound(table, settings, cabin_1=24)


def test_a_kind_s_limit_holds_in_a_race_and_is_used_up(table: Meeting) -> None:
    """R38: the branch's own, which is lower, does not hold for it."""
    kind = replace(hearing_test(), most_a_day=4)
    settings = branch(table, cabin(1), templates=(kind,), most_appointments_a_day=1)
    results = table.race(CLIENTS, lambda n: ask(table, settings, instant(settings, "09:00") + 30 * (n % 6)))
    assert len(won(results)) == 4
    assert outcomes(results).keys() <= {"won", "SlotTaken", "OutsideAvailability"}
    assert_sound(table, settings, cabin_1=24)


@pytest.mark.chance
def test_a_move_against_a_booking_has_one_winner_and_loses_nothing(table: Meeting) -> None:
    """The old slot is free again exactly when the move won. By turns it lies an hour away, half beneath, and the day before."""
    settings, left, done = branch(table, cabin(1)), list[Appointment](), Counter[str]()
    office = actions(table, lambda: NOW)
    for number, day in enumerate(days_of_their_own()):
        wanted = instant(settings, "10:00", day)
        mine = existing(table, settings, wanted - (60, 15, 24 * 60)[number % 3])
        both = (partial(office.move, seen(mine), Move(start=wanted), "staff-1"), partial(ask, table, settings, wanted))
        moved, booked = table.race(2, lambda n, both=both: both[n](), JITTER)  # type: ignore[misc]
        assert outcomes([moved, booked]) == {"won": 1, "SlotTaken": 1}
        left += won([moved] if isinstance(moved, Appointment) else [mine, booked])
        done["moved" if isinstance(moved, Appointment) else "booked"] += 1
    print(f"\nmove against booking, {ROUNDS} rounds: {dict(done)}")
    assert min(done["moved"], done["booked"]) > 0 or not OFTEN
    assert_there_are(table, settings, *left)


@pytest.mark.chance
def test_confirming_against_cancelling_has_one_winner(table: Meeting) -> None:
    """Whoever comes second hears ChangedMeanwhile; the time is held exactly when the confirmation won."""
    settings, left, done = branch(table, cabin(1)), list[Appointment](), Counter[str]()
    office = actions(table, lambda: NOW)
    for day in days_of_their_own():
        mine = existing(table, settings, instant(settings, "10:00", day))
        confirm = partial(office.answer, seen(mine), "confirmed", "staff-1")
        both = (confirm, partial(office.answer, seen(mine), "cancelled", "staff-2"))
        results = table.race(2, lambda n, both=both: both[n](), JITTER)  # type: ignore[misc]
        assert outcomes(results) == {"won": 1, "ChangedMeanwhile": 1}
        left += won(results)
        done[left[-1].status] += 1
    print(f"\nconfirming against cancelling, {ROUNDS} rounds: {dict(done)}")
    assert min(done["confirmed"], done["cancelled"]) > 0 or not OFTEN
    assert_there_are(table, settings, *left)


@pytest.mark.chance
def test_cancelling_against_a_move_has_one_winner(table: Meeting) -> None:
    """The days hold nothing else, so that a move finds its own day emptied."""
    settings, left, done = branch(table, cabin(1)), list[Appointment](), Counter[str]()
    office = actions(table, lambda: NOW)
    for day in days_of_their_own():
        mine = existing(table, settings, instant(settings, "10:00", day))
        cancel = partial(office.answer, seen(mine), "cancelled", "staff-1")
        both = (cancel, partial(office.move, seen(mine), Move(start=mine.start + 60), "staff-2"))
        results = table.race(2, lambda n, both=both: both[n](), JITTER)  # type: ignore[misc]
        assert outcomes(results) == {"won": 1, "ChangedMeanwhile": 1}
        left += won(results)
        done["moved" if left[-1].holds else "cancelled"] += 1
    print(f"\ncancelling against a move, {ROUNDS} rounds: {dict(done)}")
    assert min(done["moved"], done["cancelled"]) > 0 or not OFTEN
    assert_there_are(table, settings, *left)


@pytest.mark.chance
def test_expiry_against_confirming_has_one_winner(table: Meeting) -> None:
    """Who confirms too late hears so; what was confirmed in time never expires (R26)."""
    settings, left, done = branch(table, cabin(1), expire_after_hours=24), list[Appointment](), Counter[str]()
    office = actions(table, lambda: NOW)
    schedule = sweep(table, lambda: NOW, Delivery(table, Nobody(), lambda: NOW, never, never, policy(lambda: NOW)))
    week_later = NOW + timedelta(days=7)
    for day in days_of_their_own():
        mine = existing(table, settings, instant(settings, "10:00", day), due=NOW, warned=True)
        confirm = partial(office.answer, seen(mine), "confirmed", "staff-1")
        both: tuple[Callable[[], object], ...] = (confirm, partial(schedule.attend, mine.id))
        confirmed, expired = table.race(2, lambda n, both=both: both[n](), JITTER)  # type: ignore[misc]
        assert expired is None
        assert isinstance(confirmed, (Appointment, ChangedMeanwhile))
        gone = replace(released(mine, "expired"), due=week_later, version=mine.version + 1)
        left.append(confirmed if isinstance(confirmed, Appointment) else gone)
        done[left[-1].status] += 1
    print(f"\nexpiry against confirming, {ROUNDS} rounds: {dict(done)}")
    assert min(done["confirmed"], done["expired"]) > 0 or not OFTEN
    assert_there_are(table, settings, *left)


def never(*_: Any, **__: Any) -> Any:
    raise AssertionError("no mail is sent here")
