"""Lanes of a resource's capacity, and the second resource (R14, R15)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.agenda import Agenda, held_more_than_once
from chalicelib.domain.errors import SlotTaken, TooManyRequests
from chalicelib.domain.intervals import Interval, merged
from chalicelib.domain.moments import units_of
from chalicelib.domain.offer import Offer
from chalicelib.domain.settings import Availability, Resource, Template
from tests.builders import absence, agenda, at, availability, offer, settings, shown, span

DAY = "2026-11-24"
TUESDAY = date(2026, 11, 24)
EIGHT = at(f"{DAY}T08:00")


def lanes(*lanes: tuple[Interval, ...], resource: str = "cabin-1") -> Agenda:
    """What is held in lane 0, 1, ..."""
    known = Agenda()
    for lane, taken in enumerate(lanes):
        known = known.learning(agenda(*taken, resource=resource, lane=lane))
    return known


def laid(known: Agenda, capacity: int, *wanted: Interval) -> list[tuple[str, int, int]] | None:
    """Day, lane and how many units, of what was laid."""
    [(start, end)] = wanted
    holds = known.lay("cabin-1", capacity, units_of(start, end))
    return None if holds is None else sorted((day, lane, len(units)) for (_, day, lane), units in holds.items())


def test_the_first_lane_that_is_free_takes_all_of_it() -> None:
    assert laid(lanes(), 3, span(f"{DAY}T08:00")) == [(DAY, 0, 6)]
    assert laid(lanes((span(f"{DAY}T08:00"),)), 3, span(f"{DAY}T08:00")) == [(DAY, 1, 6)]
    assert laid(lanes((), (span(f"{DAY}T08:00"),)), 3, span(f"{DAY}T08:00")) == [(DAY, 0, 6)]


def test_the_n_plus_first_is_refused() -> None:
    """Of capacity n (R14)."""
    full = lanes(*[(span(f"{DAY}T08:00"),)] * 3)
    assert laid(full, 3, span(f"{DAY}T08:00")) is None
    assert laid(full, 3, span(f"{DAY}T08:25")) is None
    assert laid(full, 4, span(f"{DAY}T08:00")) == [(DAY, 3, 6)]
    assert laid(full, 3, span(f"{DAY}T08:30")) == [(DAY, 0, 6)]


def test_one_free_lane_is_taken_before_two_in_part() -> None:
    known = lanes((span(f"{DAY}T08:00", 15),), (span(f"{DAY}T08:15", 15),), ())
    assert laid(known, 3, span(f"{DAY}T08:00")) == [(DAY, 2, 6)]


def test_where_no_lane_is_free_throughout_parts_of_several_are_taken() -> None:
    """Each unit is held fewer than n times, so there is room, whatever the lanes look like (R14)."""
    known = lanes((span(f"{DAY}T08:00", 15),), (span(f"{DAY}T08:15", 15),))
    holds = known.lay("cabin-1", 2, units_of(*span(f"{DAY}T08:00")))
    assert holds == {("cabin-1", DAY, 0): frozenset({99, 100, 101}), ("cabin-1", DAY, 1): frozenset({96, 97, 98})}


def test_each_utc_day_has_lanes_of_its_own() -> None:
    known = lanes((span(f"{DAY}T23:30"),))
    assert laid(known, 2, span(f"{DAY}T23:45")) == [(DAY, 1, 3), ("2026-11-25", 0, 3)]


def test_one_full_unit_over_midnight_refuses_all() -> None:
    assert laid(lanes((span("2026-11-25T00:10", 5),)), 1, span(f"{DAY}T23:45")) is None


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=12)


def crowded(intervals: Iterable[Interval], count: int) -> list[Interval]:
    """Where at least `count` of the intervals overlap, merged."""
    edges = sorted((edge, change) for start, end in intervals for edge, change in ((start, 1), (end, -1)))
    found, depth, since = [], 0, 0
    for edge, change in edges:
        if depth == count - 1 and change == 1:
            since = edge
        elif depth == count and change == -1:
            found.append((since, edge))
        depth += change
    return merged(found)


@given(SPANS, st.integers(1, 4))
def test_whatever_was_laid_before_what_fits_is_laid_and_no_unit_is_held_more_than_n_times(
    wanted: list[tuple[int, int]], capacity: int
) -> None:
    """The list says where it fits (`full`), `lay` says how: they agree (R14, R18)."""
    known, held = Agenda(), list[Interval]()
    for first, count in wanted:
        start, end = EIGHT + 5 * first, EIGHT + 5 * (first + count)
        holds = known.lay("cabin-1", capacity, units_of(start, end))
        fits = not any(begin < end and start < until for begin, until in known.full("cabin-1", capacity))
        assert (holds is not None) == fits
        if holds is None:
            continue
        assert sum(len(units) for units in holds.values()) == count
        assert all(not units & known.holds.get(place, frozenset()) for place, units in holds.items())
        held.append((start, end))
        known = Agenda(
            {place: known.holds.get(place, frozenset()) | holds.get(place, frozenset()) for place in {*known.holds, *holds}}
        )
    assert crowded(held, capacity + 1) == []
    assert known.full("cabin-1", capacity) == crowded(held, capacity)


def test_what_other_resources_hold_fills_nothing() -> None:
    known = lanes((span(f"{DAY}T08:00"),), resource="cabin-2")
    assert known.full("cabin-1", 1) == []
    assert laid(known, 1, span(f"{DAY}T08:00")) == [(DAY, 0, 6)]


def test_the_load_of_a_day_counts_all_lanes_of_that_resource_and_day() -> None:
    known = lanes((span(f"{DAY}T08:00"), span("2026-11-25T08:00")), (span(f"{DAY}T08:00", 10),)).learning(
        agenda(span(f"{DAY}T08:00"), resource="cabin-2")
    )
    assert known.load("cabin-1", DAY) == 8


def test_a_move_does_not_stand_in_its_own_way_nor_takes_away_what_others_hold() -> None:
    """What it holds itself is as if it were free (R23)."""
    entries = agenda(span(f"{DAY}T08:00")).holds
    both = lanes((span(f"{DAY}T08:00", 60),))
    assert both.without(entries).full("cabin-1", 1) == [span(f"{DAY}T08:30")]


def test_what_is_learnt_later_stands_in_the_place_of_what_was_known() -> None:
    old, new = agenda(span(f"{DAY}T08:00")), agenda(span(f"{DAY}T09:00"))
    assert old.learning(new).holds == new.holds
    assert old.learning(agenda(span("2026-11-25T08:00"))).full("cabin-1", 1) == [span(f"{DAY}T08:00"), span("2026-11-25T08:00")]


# Two people to a cabin: the cabin is asked for, one of them comes beside.
CABIN = Resource(id="cabin-1", name="Kabine 1", released=True)
FITTING = Template(id="fitting", name={}, duration=30, resources=("cabin-1",), second=("anna", "ben"))
AT_WORK = (availability("08:00-12:00", step=30), availability("07:00-20:00", step=5, resources=("anna", "ben")))


def person(identity: str, **fields: Any) -> Resource:
    return Resource(id=identity, name=identity.title(), kind="person", **fields)


ANNA, BEN = person("anna", order=1), person("ben", order=2)


def fitting(
    *rules: Availability, people: tuple[Resource, ...] = (ANNA, BEN), template: Template = FITTING, **fields: Any
) -> Offer:
    """A branch on UTC that asks for a person beside the cabin."""
    branch_settings = settings(*(rules or AT_WORK), zone="UTC", resources=(CABIN, *people), templates=(template,), **fields)
    return offer(branch_settings, template)


def with_people(*taken: tuple[str, Interval]) -> Agenda:
    known = Agenda()
    for name in {name for name, _ in taken}:
        known = known.learning(agenda(*(interval for each, interval in taken if each == name), resource=name))
    return known


def second(offer: Offer, known: Agenda, clock: str = "10:00") -> str | None:
    """Who comes to the start, once it is chosen."""
    slot = offer.choose(at(f"{DAY}T{clock}"), known)
    holds, chosen = offer.lay(slot, known)
    assert {resource for resource, _, _ in holds} == {"cabin-1", chosen}
    assert all(len(units) == 6 for units in holds.values())
    return chosen


def free(offer: Offer, known: Agenda) -> list[str]:
    return [shown(slot.start)[-5:] for slot in offer.slots(TUESDAY, TUESDAY, known) if slot.free]


def taken(offer: Offer, known: Agenda) -> list[str]:
    return [shown(slot.start)[-5:] for slot in offer.slots(TUESDAY, TUESDAY, known) if not slot.free]


def test_of_several_who_could_the_one_with_the_least_to_do_that_day_is_chosen() -> None:
    """On the UTC day of the start (R15)."""
    assert second(fitting(), with_people(("anna", span(f"{DAY}T15:00")))) == "ben"
    assert second(fitting(), with_people(("anna", span(f"{DAY}T15:00")), ("ben", span(f"{DAY}T15:00", 60)))) == "anna"


def test_of_equals_the_first_in_the_branch_s_order_is_chosen_wherever_it_stands() -> None:
    """So that the choice is reproducible (R15)."""
    assert second(fitting(), Agenda()) == "anna"
    assert second(fitting(people=(BEN, ANNA)), Agenda()) == "anna"
    assert second(fitting(people=(person("anna", order=2), person("ben", order=1))), Agenda()) == "ben"
    assert second(fitting(people=(person("ben"), person("anna"))), Agenda()) == "anna"
    other_days = with_people(("anna", span("2026-11-25T15:00")), ("anna", span("2026-11-23T15:00")))
    assert second(fitting(), other_days) == "anna"


def test_who_is_taken_then_is_not_chosen_however_little_else_there_is() -> None:
    known = with_people(("anna", span(f"{DAY}T10:15", 5)), ("ben", span(f"{DAY}T14:00", 240)))
    assert second(fitting(), known) == "ben"
    assert "10:00" in free(fitting(), known)


def test_where_everybody_is_taken_the_start_is_shown_as_taken() -> None:
    known = with_people(("anna", span(f"{DAY}T10:15", 5)), ("ben", span(f"{DAY}T10:00", 10)))
    assert taken(fitting(), known) == ["10:00"]
    with pytest.raises(SlotTaken):
        fitting().choose(at(f"{DAY}T10:00"), known)


def test_a_second_resource_of_capacity_n_serves_n_at_once() -> None:
    people = (person("anna", capacity=2),)
    assert second(fitting(people=people), agenda(span(f"{DAY}T10:00"), resource="anna")) == "anna"
    full = lanes((span(f"{DAY}T10:00"),), (span(f"{DAY}T10:00"),), resource="anna")
    assert taken(fitting(people=people), full) == ["10:00"]


def test_who_is_not_at_work_makes_no_start() -> None:
    """Off work is no "taken": the start is not in the list (R15, R17)."""
    offer = fitting(AT_WORK[0], availability("09:00-10:30", step=5, resources=("anna",)))
    assert free(offer, Agenda()) == ["09:00", "09:30", "10:00"]
    assert taken(offer, Agenda()) == []


def test_who_is_at_work_in_two_windows_that_touch_is_there_throughout() -> None:
    """Whatever their steps are."""
    shifts = (
        availability("08:00-10:15", step=5, resources=("anna",)),
        availability("10:15-12:00", step=20, resources=("anna",)),
    )
    assert "10:00" in free(fitting(AT_WORK[0], *shifts), Agenda())


def test_who_is_away_makes_no_start_and_is_not_chosen() -> None:
    away = absence("10:00-11:00", resources=("anna",))
    assert second(fitting(*AT_WORK, away), Agenda()) == "ben"
    assert second(fitting(*AT_WORK, away), with_people(("ben", span(f"{DAY}T15:00", 240)))) == "ben"
    alone = fitting(*AT_WORK, away, people=(ANNA,))
    assert {"10:00", "10:30"}.isdisjoint(free(alone, Agenda()) + taken(alone, Agenda()))


def test_the_buffers_take_the_second_resource_too_and_may_reach_outside_its_hours() -> None:
    """They are part of the appointment, at both (R11, R15)."""
    prepared = Template(id="p", name={}, duration=30, preparation=15, follow_up=30, resources=("cabin-1",), second=("anna",))
    offer = fitting(AT_WORK[0], availability("09:00-10:00", step=5, resources=("anna",)), people=(ANNA,), template=prepared)
    assert free(offer, Agenda()) == ["09:00", "09:30"]
    assert free(offer, with_people(("anna", span(f"{DAY}T10:25", 5)))) == ["09:00"]
    holds, _ = offer.lay(offer.choose(at(f"{DAY}T09:30"), Agenda()), Agenda())
    assert {resource: len(units) for (resource, _, _), units in holds.items()} == {"cabin-1": 15, "anna": 15}


def test_a_template_whose_second_resource_is_gone_is_offered_nowhere() -> None:
    assert free(fitting(people=()), Agenda()) == []


def test_without_a_second_resource_nobody_is_asked_for() -> None:
    plain = Template(id="plain", name={}, duration=30, resources=("cabin-1",))
    offer = fitting(AT_WORK[0], people=(), template=plain)
    assert offer.lay(offer.choose(at(f"{DAY}T10:00"), Agenda()), Agenda())[1] is None


def test_a_day_that_has_its_appointments_is_absent_from_the_list_and_refused() -> None:
    """What is taken on it is shown as taken (R17); other days and other resources count for themselves."""
    offered = offer(settings(availability("08:00-10:00"), zone="UTC", most_appointments_a_day=2))
    counts = {("cabin-1", DAY): 2, ("cabin-1", "2026-11-25"): 1, ("cabin-2", DAY): 9}
    known = Agenda(agenda(span(f"{DAY}T09:00")).holds, counts)
    assert (free(offered, known), taken(offered, known)) == ([], ["09:00"])
    with pytest.raises(TooManyRequests) as refusal:
        offered.choose(EIGHT, known)
    assert refusal.value.contact["phone"] == "+49 40 66969 123"
    assert free(offered, Agenda(known.holds, counts | {("cabin-1", DAY): 1})) == ["08:00", "08:30", "09:30"]
    assert offered.choose(at("2026-11-25T08:00"), known).free


def test_the_limit_of_a_day_is_that_of_the_branch_s_day() -> None:
    """23:30 UTC is the next day's 00:30 in Berlin."""
    offered = offer(settings(availability("00:00-24:00"), most_appointments_a_day=1))
    known = Agenda(starts={("cabin-1", "2026-11-25"): 1})
    assert offered.choose(at(f"{DAY}T22:30"), known).free
    with pytest.raises(TooManyRequests):
        offered.choose(at(f"{DAY}T23:30"), known)


@pytest.mark.parametrize(("capacity", "full"), [(1, ["08:00", "09:00", "10:00"]), (2, ["08:00"]), (3, []), (4, [])])
def test_a_unit_is_full_once_so_many_lanes_hold_it(capacity: int, full: list[str]) -> None:
    """Also where there are more lanes, since the capacity was once larger."""
    eight, nine, ten = (span(f"{DAY}T{clock}") for clock in ("08:00", "09:00", "10:00"))
    known = lanes((eight, nine), (eight,), (ten,))
    assert [shown(start)[-5:] for start, _ in known.full("cabin-1", capacity)] == full


@pytest.mark.parametrize(
    ("capacity", "fits"), [(1, ["11:00"]), (2, ["09:00", "10:00", "11:00"]), (3, ["08:00", "09:00", "10:00", "11:00"])]
)
def test_nothing_is_laid_where_lanes_above_the_capacity_hold_the_units(capacity: int, fits: list[str]) -> None:
    """The list and the choice agree also where the capacity was once larger (R14, R18)."""
    eight, nine, ten, _ = wanted = [span(f"{DAY}T{clock}") for clock in ("08:00", "09:00", "10:00", "11:00")]
    known = lanes((eight,), (eight, nine), (ten,))
    assert [shown(each[0])[-5:] for each in wanted if laid(known, capacity, each)] == fits


def test_in_part_laid_lanes_hold_each_unit_once() -> None:
    known = lanes((span(f"{DAY}T08:00", 15),), (span(f"{DAY}T08:15", 15),))
    assert laid(known, 2, span(f"{DAY}T08:00")) == [(DAY, 0, 3), (DAY, 1, 3)]


def test_units_in_several_hands_are_double_bookings_lane_by_lane() -> None:
    place, other = ("cabin-1", DAY, 0), ("cabin-1", DAY, 1)
    one, two, three = {place: frozenset({1, 2, 3})}, {place: frozenset({2, 3, 4})}, {other: frozenset({1, 2})}
    assert held_more_than_once([one, two, three]) == {place: {2, 3}}
    assert held_more_than_once([one, three]) == {}


def test_what_a_lane_holds_of_more_than_one_day_is_laid_day_by_day() -> None:
    known = lanes((span(f"{DAY}T23:45", 15),))
    assert laid(known, 2, span(f"{DAY}T23:45")) == [(DAY, 1, 3), ("2026-11-25", 0, 3)]
