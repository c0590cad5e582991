"""Which starts are listed, and that exactly these are accepted (R1, R6 to R13, R17, R18)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.errors import NotOffered, OutsideAvailability, SlotTaken, TooFar, TooSoon
from chalicelib.domain.intervals import Interval, merged
from chalicelib.domain.moments import to_local, units_of
from chalicelib.domain.offer import Offer, lay, nearest, seconds
from chalicelib.domain.settings import ABSENCE, WORKING_TIME, DateException, Resource, Template
from chalicelib.domain.slots import Slot
from tests.builders import MONDAY, absence, agenda, at, availability, hours, offer, settings, shown, span

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)


def template(duration: int, **fields: int) -> Template:
    return Template(id="test", name={"de": "Hörtest"}, duration=duration, resources=("cabin-1",), **fields)  # type: ignore[arg-type]


def free(offer: Offer, *taken: Interval, day: date = TUESDAY) -> list[str]:
    """Free starts of a day in UTC."""
    return [shown(slot.start)[-5:] for slot in offer.slots(day, day, agenda(*taken)) if slot.free]


def blocked(offer: Offer, *taken: Interval, day: date = TUESDAY) -> list[str]:
    return [shown(slot.start)[-5:] for slot in offer.slots(day, day, agenda(*taken)) if not slot.free]


def utc(*availabilities: object, **fields: object) -> Offer:
    """A branch on UTC, so that the clock times of these tests are those of the list."""
    kind = fields.pop("template", None)
    return offer(settings(*availabilities, zone="UTC", **fields), kind)  # type: ignore[arg-type]


def test_starts_are_the_window_s_start_plus_steps_and_the_last_that_fits() -> None:
    """R9, R10."""
    assert free(utc(availability("09:00-11:00", step=30))) == ["09:00", "09:30", "10:00", "10:30"]


def test_without_a_template_an_appointment_is_as_long_as_the_step() -> None:
    """R8."""
    assert {slot.end - slot.start for slot in utc(availability("09:00-11:00", step=40)).slots(TUESDAY, TUESDAY, Agenda())} == {
        40
    }


def test_with_a_template_it_is_as_long_as_the_template_says() -> None:
    """R8."""
    assert free(utc(availability("09:00-11:00", step=30), template=template(45))) == ["09:00", "09:30", "10:00"]


def test_length_decides_a_clash_never_the_step() -> None:
    """R10."""
    offer = utc(availability("09:00-11:00", step=15), template=template(60))
    assert free(offer, span("2026-11-24T10:00", 15)) == ["09:00"]


def test_touching_is_not_overlapping() -> None:
    """Intervals are half-open (R1)."""
    offer = utc(availability("09:00-10:30", step=30))
    assert free(offer, span("2026-11-24T09:30", 30)) == ["09:00", "10:00"]


def test_with_a_minimum_step_the_grid_restarts_behind_what_is_taken() -> None:
    """The example of R9."""
    offer = utc(availability("09:00-12:00", step=30, minimum_step=15), template=template(45))
    assert free(offer, span("2026-11-24T09:00", 45)) == ["09:45", "10:15", "10:45", "11:15"]


def test_with_a_minimum_step_the_plain_grid_s_starts_are_shown_as_taken() -> None:
    offer = utc(availability("09:00-12:00", step=30, minimum_step=15), template=template(45))
    assert blocked(offer, span("2026-11-24T09:00", 45)) == ["09:00", "09:30"]


def test_with_a_minimum_step_the_grid_restarts_behind_an_absence_too() -> None:
    offer = utc(availability("09:00-12:00", step=30, minimum_step=10), absence("10:00-10:15"))
    assert free(offer) == ["09:00", "09:30", "10:20", "10:50", "11:20"]


def test_without_a_minimum_step_an_absence_leaves_the_grid_where_it_is() -> None:
    """R6."""
    offer = utc(availability("09:00-12:00", step=30), absence("10:00-10:15"))
    assert free(offer) == ["09:00", "09:30", "10:30", "11:00", "11:30"]
    assert blocked(offer) == []


def test_a_minimum_step_may_be_longer_than_the_step() -> None:
    offer = utc(availability("09:00-12:00", step=15, minimum_step=60), template=template(30))
    assert free(offer, span("2026-11-24T09:00", 15))[0] == "10:00"


def test_buffers_need_free_units_on_both_sides() -> None:
    """R11."""
    offer = utc(availability("09:00-12:00", step=30), template=template(30, preparation=10, follow_up=20))
    assert free(offer, span("2026-11-24T10:00", 30)) == ["09:00", "11:00", "11:30"]


def test_buffers_may_reach_outside_opening_hours_and_into_absences() -> None:
    """R11."""
    offer = utc(
        availability("09:00-10:00", step=30),
        absence("10:00-11:00"),
        template=template(30, preparation=30, follow_up=30),
    )
    assert free(offer) == ["09:00", "09:30"]


def test_buffers_shift_the_restarted_grid_to_where_they_fit() -> None:
    offer = utc(availability("09:00-12:00", step=30, minimum_step=5), template=template(30, preparation=10))
    assert free(offer, span("2026-11-24T09:00", 30))[0] == "09:40"


def test_a_start_is_free_if_any_window_offers_it_and_ends_at_the_longest_free_length() -> None:
    offer = utc(availability("09:00-10:00", step=30), availability("09:00-10:00", step=60))
    [first, _] = offer.slots(TUESDAY, TUESDAY, Agenda())
    assert (shown(first.start)[-5:], first.end - first.start) == ("09:00", 60)
    [first, second] = offer.slots(TUESDAY, TUESDAY, agenda(span("2026-11-24T09:30", 30)))
    assert (first.free, first.end - first.start, second.free) == (True, 30, False)


@pytest.mark.parametrize("spans", [("09:00-10:00", "09:00-11:00"), ("09:00-11:00", "09:00-10:00")])
def test_the_end_is_the_longest_free_one_whichever_window_comes_first(spans: tuple[str, str]) -> None:
    """Of lengths 60 and 30 the longer one while it is free; what is taken ends at the longest too (R4)."""
    offer = utc(availability(spans[0], step=60), availability(spans[1], step=30))
    assert offer.slots(TUESDAY, TUESDAY, Agenda())[0] == Slot(*span("2026-11-24T09:00", 60), True)
    assert offer.slots(TUESDAY, TUESDAY, agenda(span("2026-11-24T09:30")))[0] == Slot(*span("2026-11-24T09:00", 30), True)
    assert offer.slots(TUESDAY, TUESDAY, agenda(span("2026-11-24T09:00", 5)))[0] == Slot(*span("2026-11-24T09:00", 60), False)


def test_an_absence_after_the_zone_s_midnight_meets_a_start_before_it() -> None:
    """Monday 23:30 for an hour, away on Tuesday from 00:00 (R6)."""
    evening, morning = availability("22:30-24:00", step=60), availability("00:00-02:00", step=60)
    away = absence("00:00-00:30", weekdays=frozenset({2}))
    offered = offer(settings(evening, morning, away))
    assert free(offered, day=MONDAY) == ["21:30"]


def test_an_absence_before_the_zone_s_midnight_moves_the_grid_after_it() -> None:
    """Away on Monday until 23:20: with a minimum step Tuesday's starts are 00:20 and so on in Berlin (R6, R9)."""
    joined = availability("22:00-24:00", step=60, minimum_step=5), availability("00:00-03:00", step=60, minimum_step=5)
    away = absence("22:00-23:20", weekdays=frozenset({1}))
    assert free(offer(settings(*joined, away)))[:2] == ["23:20", "00:20"]
    assert free(offer(settings(*joined, away)), day=MONDAY)[-1] == "22:20"


def test_a_holiday_closes_the_day_unless_the_date_has_an_exception() -> None:
    """As it comes through the branch's settings (R7)."""
    holiday = frozenset({TUESDAY})
    opened = DateException(resource="cabin-1", day=TUESDAY, hours=(hours("14:00-15:00"),))
    offer = utc(availability("09:00-10:00"), holidays=holiday)
    assert (free(offer), free(offer, day=WEDNESDAY)) == ([], ["09:00", "09:30"])
    assert free(utc(availability("09:00-10:00"), holidays=holiday, exceptions=(opened,))) == ["14:00", "14:30"]
    with pytest.raises(OutsideAvailability):
        offer.choose(at("2026-11-24T09:00"), Agenda())


def test_absences_stay_on_a_day_with_an_exception() -> None:
    opened = DateException(resource="cabin-1", day=TUESDAY, hours=(hours("12:00-14:00"),))
    assert free(utc(availability("09:00-10:00"), absence("12:00-13:00"), exceptions=(opened,))) == ["13:00", "13:30"]


def test_what_is_set_for_another_resource_does_not_count() -> None:
    """Neither its hours nor its absences, its exceptions, its templates or what is taken there (R6, R7)."""
    theirs: dict[str, Any] = {"resources": ("cabin-2",)}
    closed = DateException(resource="cabin-2", day=TUESDAY)
    opened = DateException(resource="cabin-2", day=WEDNESDAY, hours=(hours("20:00-21:00"),))
    long = Template(id="long", name={}, duration=60, **theirs)
    offer = utc(
        availability("09:00-10:00"),
        availability("15:00-16:00", **theirs),
        absence("09:00-10:00", **theirs),
        exceptions=(closed, opened),
        templates=(long,),
    )
    assert offer.settings.shown_on("cabin-1") == []
    for day in (TUESDAY, WEDNESDAY):
        known = agenda(span(f"{day}T09:00"), resource="cabin-2")
        assert [shown(slot.start)[-5:] for slot in offer.slots(day, day, known) if slot.free] == ["09:00", "09:30"]


def test_what_is_set_for_both_counts_for_both() -> None:
    both = availability("09:00-10:00", resources=("cabin-1", "cabin-2"))
    assert free(utc(both)) == ["09:00", "09:30"]


def test_taken_starts_are_listed_and_others_that_cannot_be_had_are_not() -> None:
    """R17."""
    offer = utc(availability("06:00-11:00", step=60), absence("08:00-09:00"), lead_hours=1)
    listed = offer.slots(MONDAY, MONDAY, agenda(*[span("2026-11-23T07:00", 120), span("2026-11-23T09:00", 60)]))
    assert [(shown(slot.start)[-5:], slot.free) for slot in listed] == [("07:00", False), ("09:00", False), ("10:00", True)]


def test_the_lead_time_s_boundary_is_offered() -> None:
    """R12."""
    offer = utc(availability("00:00-24:00", step=30), lead_hours=24)
    assert free(offer)[0] == "06:00"


def test_nothing_past_is_offered_without_a_lead_time() -> None:
    offer = utc(availability("00:00-24:00", step=30))
    assert free(offer, day=MONDAY)[0] == "06:00"


def test_the_horizon_counts_today_as_day_0_and_moves_at_the_branch_s_midnight() -> None:
    """R13."""
    branch_settings = settings(availability("00:00-24:00"), zone="Asia/Kolkata", horizon_days=0)
    before = offer(branch_settings, now=datetime(2026, 11, 23, 18, 29, tzinfo=UTC))
    after = offer(branch_settings, now=datetime(2026, 11, 23, 18, 30, tzinfo=UTC))
    assert (before.last_day, after.last_day) == (MONDAY, TUESDAY)
    assert before.slots(TUESDAY, TUESDAY, Agenda()) == []
    assert after.slots(TUESDAY, TUESDAY, Agenda()) != []


def test_every_asked_day_is_there_in_order_empty_ones_too() -> None:
    offer = utc(availability("09:00-10:00", weekdays=frozenset({2})))
    days = offer.days(MONDAY, MONDAY + timedelta(days=2), Agenda())
    assert [(day, len(listed)) for day, listed in days.items()] == [(MONDAY, 0), (TUESDAY, 2), (date(2026, 11, 25), 0)]


def test_a_start_belongs_to_the_local_day_it_begins_on() -> None:
    offered = offer(settings(availability("22:00-24:00", step=60), availability("00:00-02:00", step=60)))
    days = offered.days(MONDAY, TUESDAY, Agenda())
    assert [shown(slot.start) for slot in days[TUESDAY]] == [
        "2026-11-23T23:00",
        "2026-11-24T00:00",
        "2026-11-24T21:00",
        "2026-11-24T22:00",
    ]


@pytest.mark.parametrize(
    ("start", "refusal"),
    [
        ("2026-11-23T05:55", TooSoon),
        ("2026-11-24T09:10", OutsideAvailability),
        ("2026-11-24T12:00", OutsideAvailability),
        ("2026-11-24T09:30", SlotTaken),
        ("2026-12-04T09:00", TooFar),
    ],
)
def test_what_is_not_listed_free_is_refused_for_its_reason(start: str, refusal: type[Exception]) -> None:
    offer = utc(availability("09:00-12:00"), horizon_days=10)
    with pytest.raises(refusal):
        offer.choose(at(start), agenda(span("2026-11-24T09:30")))


@pytest.mark.parametrize(
    ("day", "starts"),
    [
        (date(2027, 3, 28), ["01:00+01:00", "01:30+01:00", "03:00+02:00", "03:30+02:00"]),
        (
            date(2027, 10, 31),
            [
                "01:00+02:00",
                "01:30+02:00",
                "02:00+02:00",
                "02:30+02:00",
                "02:00+01:00",
                "02:30+01:00",
                "03:00+01:00",
                "03:30+01:00",
            ],
        ),
    ],
)
def test_the_nights_of_the_clock_change_in_berlin(day: date, starts: list[str]) -> None:
    """The reference of R5."""
    branch_settings = settings(availability("01:00-04:00", step=30), horizon_days=400)
    listed = offer(branch_settings).slots(day, day, Agenda())
    assert [
        to_local(slot.start, branch_settings.zone).isoformat()[11:16]
        + to_local(slot.start, branch_settings.zone).isoformat()[19:]
        for slot in listed
    ] == starts


def test_the_nearest_times_come_first_and_the_earlier_of_two_equals() -> None:
    listed = utc(availability("09:00-12:00")).slots(TUESDAY, TUESDAY, agenda(span("2026-11-24T10:00")))
    found = [shown(slot.start)[-5:] for slot in nearest(listed, at("2026-11-24T10:00"), 3)]
    assert found == ["09:30", "10:30", "09:00"]


GRID = st.integers(0, 287)


@st.composite
def offers(draw: st.DrawFn) -> tuple[Offer, list[Interval]]:
    """Any settings of one resource on a Tuesday, and anything taken on it."""
    rules = []
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, 280))
        end = draw(st.integers(start + 1, 288))
        text = f"{start // 12:02}:{start % 12 * 5:02}-{end // 12:02}:{end % 12 * 5:02}"
        type = draw(st.sampled_from([WORKING_TIME, WORKING_TIME, ABSENCE]))
        rules.append(
            availability(text, draw(st.sampled_from([5, 15, 30, 45])), draw(st.sampled_from([None, 5, 20])), type=type)
        )
    buffers = {"preparation": draw(st.sampled_from([0, 10])), "follow_up": draw(st.sampled_from([0, 15]))}
    kind = draw(st.sampled_from([None, template(25, **buffers), template(60, **buffers)]))
    zone = draw(st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns"]))
    taken = []
    for _ in range(draw(st.integers(0, 5))):
        start = at("2026-11-24T00:00") + draw(GRID) * 5
        taken.append((start, start + draw(st.integers(1, 24)) * 5))
    return offer(settings(*rules, zone=zone, lead_hours=draw(st.integers(0, 40))), kind), merged(taken)


@given(offers())
def test_every_start_that_is_offered_is_accepted_as_it_was_shown(case: tuple[Offer, list[Interval]]) -> None:
    """R18."""
    offer, taken = case
    for slot in offer.slots(TUESDAY, TUESDAY, agenda(*taken)):
        if slot.free:
            assert offer.choose(slot.start, agenda(*taken)) == slot


@given(offers(), GRID)
def test_every_start_that_is_not_offered_is_refused(case: tuple[Offer, list[Interval]], unit: int) -> None:
    """R18."""
    offer, taken = case
    start = at("2026-11-24T00:00") + unit * 5
    listed = {slot.start for slot in offer.slots(MONDAY, MONDAY + timedelta(days=2), agenda(*taken)) if slot.free}
    if start not in listed:
        with pytest.raises((NotOffered, SlotTaken)):
            offer.choose(start, agenda(*taken))


@given(offers())
def test_the_next_free_start_is_the_first_that_the_list_shows_as_free(case: tuple[Offer, list[Interval]]) -> None:
    offer, taken = case
    days = MONDAY, MONDAY + timedelta(days=3)
    listed = (slot.start for slot in offer.slots(*days, agenda(*taken)) if slot.free)
    assert offer.next_free(*days, agenda(*taken)) == next(listed, None)


def test_of_windows_that_overlap_the_later_one_may_have_the_next_free_start() -> None:
    offer = utc(availability("08:00-12:00", step=60), availability("09:30-12:00", step=45))
    assert offer.next_free(TUESDAY, TUESDAY, agenda(span("2026-11-24T08:00", 90))) == at("2026-11-24T09:30")


@given(offers())
def test_no_two_starts_that_were_both_taken_overlap(case: tuple[Offer, list[Interval]]) -> None:
    offer, taken = case
    held = list(taken)
    while open_now := [slot for slot in offer.slots(TUESDAY, TUESDAY, agenda(*held)) if slot.free]:
        chosen = open_now[0]
        wanted = (chosen.start - offer.demand.preparation, chosen.end + offer.demand.follow_up)
        assert all(wanted[1] <= start or end <= wanted[0] for start, end in held)
        held.append(wanted)


def test_a_start_that_one_of_two_windows_lost_to_an_appointment_is_taken() -> None:
    """R20: the other window holds no appointment and never offered it."""
    offer = utc(
        availability("08:30-12:00", step=60, minimum_step=15, weekdays=frozenset({2})),
        availability("09:00-13:00", step=30, minimum_step=15),
        template=template(45),
    )
    taken = agenda(span("2026-11-24T12:00", 30))
    assert "11:15" not in free(offer, span("2026-11-24T12:00", 30))
    with pytest.raises(SlotTaken):
        offer.choose(at("2026-11-24T11:15"), taken)


@pytest.mark.parametrize(
    ("start", "length", "opens"),
    [
        ("2026-11-24T09:00", 180, True),
        ("2026-11-24T08:59", 30, False),
        ("2026-11-24T11:31", 30, False),
        ("2026-11-24T13:00", 30, True),
        ("2026-11-24T14:00", 30, False),
        ("2026-11-24T23:30", 30, False),
    ],
)
def test_hours_and_absences_alone_leave_room_whatever_else_stands_there(start: str, length: int, opens: bool) -> None:
    offered = utc(availability("09:00-12:00"), availability("13:00-18:00"), absence("14:15-15:00"))
    assert offered.opens(*span(start, length)) is opens


def test_an_appointment_that_ends_at_midnight_belongs_to_its_own_day_alone() -> None:
    closed = DateException(resource="cabin-1", day=WEDNESDAY)
    assert utc(availability("22:00-24:00"), exceptions=(closed,)).opens(*span("2026-11-24T23:30"))


@pytest.mark.parametrize(
    ("fields", "look"),
    [
        ({}, False),
        ({"resources": (Resource(id="cabin-1", name="1", released=True, capacity=2),)}, True),
        ({"most_appointments_a_day": 5}, True),
    ],
)
def test_what_is_taken_is_read_where_there_is_something_to_choose_by(fields: dict[str, Any], look: bool) -> None:
    assert utc(availability("09:00-12:00"), **fields).needs_a_look(TUESDAY) is look


def test_a_minimum_step_or_a_second_resource_needs_a_look() -> None:
    assert utc(availability("09:00-12:00"), availability("13:00-15:00", minimum_step=5)).needs_a_look(TUESDAY)
    resources = tuple(Resource(id=each, name=each, released=True) for each in ("cabin-1", "anna", "ben"))
    beside = utc(availability("09:00-12:00"), resources=resources, template=template(30, second=("anna",)))  # type: ignore[arg-type]
    assert beside.needs_a_look(TUESDAY)
    assert [each.id for each in beside.involved] == ["cabin-1", "anna"]


def test_a_resource_does_not_come_second_beside_itself() -> None:
    resources = tuple(Resource(id=each, name=each) for each in ("cabin-1", "anna", "ben"))
    wanted = template(30, second=("anna", "cabin-1"))  # type: ignore[arg-type]
    assert [each.id for each in seconds(settings(resources=resources), wanted, "cabin-1")] == ["anna"]
    assert seconds(settings(resources=resources), None, "cabin-1") == []


def test_full_days_are_told_one_by_one() -> None:
    offered = utc(availability("09:00-09:30"), most_appointments_a_day=1)
    full = Agenda({}, {("cabin-1", "2026-11-24"): 1, ("cabin-1", "2026-11-26"): 1})
    days = offered.days(TUESDAY, date(2026, 11, 27), full)
    assert [len([slot for slot in slots if slot.free]) for slots in days.values()] == [0, 1, 0, 1]


def test_a_start_at_the_horizon_is_too_far() -> None:
    offered = utc(availability("00:00-24:00"), horizon_days=0)
    assert offered.day_of(offered.horizon - 1) < TUESDAY
    with pytest.raises(TooFar):
        offered.day_of(offered.horizon)


MOVED = availability("09:00-12:00", step=30, minimum_step=10)


@pytest.mark.parametrize(
    ("start", "refusal"),
    [
        ("2026-11-24T09:30", SlotTaken),
        ("2026-11-24T11:30", SlotTaken),
        ("2026-11-24T09:25", OutsideAvailability),
        ("2026-11-24T11:40", OutsideAvailability),
        ("2026-11-24T08:50", OutsideAvailability),
    ],
)
def test_a_start_that_others_have_moved_away_is_late_and_not_wrong(start: str, refusal: type[Exception]) -> None:
    """Somebody has taken nearly all of it: what is left is too short."""
    with pytest.raises(refusal):
        utc(MOVED).choose(at(start), agenda(span("2026-11-24T09:00", 175)))


def test_where_nobody_is_there_no_start_was_moved_away() -> None:
    with pytest.raises(OutsideAvailability):
        utc(MOVED).choose(at("2026-11-24T09:10"), Agenda())


def test_a_start_that_an_absence_takes_was_not_moved_away_by_others() -> None:
    with pytest.raises(OutsideAvailability):
        utc(MOVED, absence("11:00-11:30")).choose(at("2026-11-24T11:10"), agenda(span("2026-11-24T09:00", 20)))


def test_length_decides_whether_a_moved_start_would_fit() -> None:
    with pytest.raises(OutsideAvailability):
        utc(MOVED, template=template(60)).choose(at("2026-11-24T11:20"), agenda(span("2026-11-24T09:00", 175)))


@pytest.mark.parametrize(
    ("clocks", "minimum_step", "length", "start"),
    [("09:00-12:00", 10, 40, "2026-11-24T11:20"), ("09:05-12:05", 15, 30, "2026-11-24T09:20")],
)
def test_a_start_that_would_end_with_the_hours_or_lie_on_a_grid_of_theirs_was_moved_away(
    clocks: str, minimum_step: int, length: int, start: str
) -> None:
    moved = availability(clocks, step=30, minimum_step=minimum_step)
    with pytest.raises(SlotTaken):
        utc(moved, template=template(length)).choose(at(start), agenda(span("2026-11-24T09:00", 175)))


def test_without_a_minimum_step_no_start_is_moved_away() -> None:
    with pytest.raises(OutsideAvailability):
        utc(availability("09:00-12:00", step=30)).choose(at("2026-11-24T09:10"), agenda(span("2026-11-24T09:00", 20)))


CABIN, ANNA, BEN = (Resource(id=each, name="") for each in ("cabin-1", "anna", "ben"))
MIDNIGHT = span("2026-11-24T00:00")


@pytest.mark.parametrize(("taken", "able"), [("cabin-1", None), ("anna", [ANNA])])
def test_where_no_lane_is_free_an_appointment_comes_too_late(taken: str, able: list[Resource] | None) -> None:
    with pytest.raises(SlotTaken):
        lay(agenda(MIDNIGHT, resource=taken), CABIN, units_of(*MIDNIGHT), MIDNIGHT[0], able)


def test_a_second_resource_that_a_lane_above_its_capacity_holds_is_not_free() -> None:
    busy = agenda(MIDNIGHT, resource="anna", lane=1)
    assert lay(busy, CABIN, units_of(*MIDNIGHT), MIDNIGHT[0], [ANNA, BEN], lambda each: (each is BEN,))[1] == "ben"


def test_the_second_resource_is_the_least_reluctant_one_and_then_the_least_taken_on_the_day() -> None:
    """R15."""
    busy = agenda(span("2026-11-24T12:00"), resource="anna")
    units, start = units_of(*MIDNIGHT), MIDNIGHT[0]
    assert lay(Agenda(), CABIN, units, start, [ANNA, BEN])[1] == "anna"
    assert lay(busy, CABIN, units, start, [ANNA, BEN])[1] == "ben"
    assert lay(busy, CABIN, units, start, [ANNA, BEN], lambda each: (each is BEN,))[1] == "anna"
