"""The time of whoever is free first: the union of the single lists, and the resource that R15 names (R35)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.any_offer import AnyOffer, any_offer
from chalicelib.domain.errors import OutsideAvailability, Refused, SlotTaken, TooFar, TooManyRequests, TooSoon
from chalicelib.domain.moments import UNITS_PER_DAY, units_of
from chalicelib.domain.settings import Availability, Resource, Template
from chalicelib.domain.slots import Slot
from tests.builders import MONDAY, NOW, at, availability, in_lane, settings, shown

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
CABINS = ("cabin-1", "cabin-2", "cabin-3")
PEOPLE = ("anna", "ben")
TEST = Template(id="test", name={"de": "Hörtest"}, duration=30, resources=CABINS)


def of_any(*rules: Availability, template: Template = TEST, resources: tuple[Resource, ...] = (), **fields: Any) -> AnyOffer:
    """A branch on UTC; three cabins, unless `resources` says otherwise."""
    known = resources or tuple(Resource(id=each, name=each, released=True) for each in CABINS)
    hours = rules or (availability("09:00-12:00", resources=CABINS),)
    found = any_offer(settings(*hours, zone="UTC", templates=(template,), resources=known, **fields), template.id, NOW)
    assert found
    return found


def held(*taken: tuple[str, str, str], lane: int = 0) -> Agenda:
    """Of that Tuesday: a resource, from when and until when."""
    known = Agenda()
    for resource, begin, end in taken:
        units = units_of(at(f"2026-11-24T{begin}"), at(f"2026-11-24T{end}"))
        place, more = next(iter(in_lane(lane, resource, units).items()))
        known = known.learning(Agenda({place: known.holds.get(place, frozenset()) | more}))
    return known


def listed(offer: AnyOffer, known: Agenda) -> list[str]:
    """`09:00 cabin-1`, an x where it is taken."""
    slots = offer.slots(TUESDAY, TUESDAY, known)
    return [f"{shown(each.start)[-5:]} {each.resource if each.free else 'x'}" for each in slots]


def chosen(offer: AnyOffer, known: Agenda, clock: str = "09:00") -> str:
    return offer.place(at(f"2026-11-24T{clock}"), known).offer.resource.id


NINE_TO_TEN = availability("09:00-10:00", resources=CABINS)


def test_a_start_that_is_free_at_one_is_free_and_one_that_is_taken_at_all_is_taken() -> None:
    known = held(*((each, "09:00", "10:00") for each in CABINS[:2]), ("cabin-3", "09:30", "10:00"))
    assert listed(of_any(NINE_TO_TEN), known) == ["09:00 cabin-3", "09:30 x"]


def test_each_slot_names_whoever_has_the_least_taken_units_that_day_then_the_first_in_the_order() -> None:
    offer = of_any(NINE_TO_TEN)
    assert listed(offer, Agenda()) == ["09:00 cabin-1", "09:30 cabin-1"]
    assert listed(offer, held(("cabin-1", "15:00", "15:30"), ("cabin-2", "15:00", "15:05"))) == [
        "09:00 cabin-3",
        "09:30 cabin-3",
    ]
    busy = held(("cabin-1", "15:00", "15:30"), ("cabin-2", "15:00", "15:05"), ("cabin-3", "09:30", "10:00"))
    assert listed(offer, busy) == ["09:00 cabin-2", "09:30 cabin-2"]


def test_the_order_is_the_branch_s() -> None:
    turned = tuple(Resource(id=each, name=each, released=True, order=-place) for place, each in enumerate(CABINS))
    assert chosen(of_any(resources=turned), Agenda()) == "cabin-3"


def test_only_released_resources_that_show_the_kind_are_asked() -> None:
    places = tuple(Resource(id=each, name=each, released=each != "cabin-1") for each in CABINS)
    offer = of_any(resources=places, template=Template(id="test", name={}, duration=30, resources=CABINS[:2]))
    assert [each.resource.id for each in offer.offers] == ["cabin-2"]
    assert any_offer(offer.settings, "unknown", NOW) is None
    assert any_offer(offer.settings, None, NOW) is None


def test_each_resource_is_read_once_also_who_comes_second_to_all_of_them() -> None:
    people = tuple(Resource(id=each, name=each) for each in PEOPLE)
    cabins = tuple(Resource(id=each, name=each, released=True) for each in CABINS)
    second = Template(id="test", name={}, duration=30, resources=CABINS, second=PEOPLE)
    assert sorted(each.id for each in of_any(template=second, resources=(*cabins, *people)).involved) == sorted(
        (*PEOPLE, *CABINS)
    )


@pytest.mark.parametrize(
    ("clock", "refusal"),
    [
        ("2026-11-24T09:00", SlotTaken),
        ("2026-11-24T09:30", TooManyRequests),
        ("2026-11-25T09:15", OutsideAvailability),
        ("2026-11-22T09:00", TooSoon),
        ("2027-11-24T09:00", TooFar),
    ],
)
def test_of_several_reasons_that_a_start_is_taken_comes_first_then_that_the_day_is_full(
    clock: str, refusal: type[Refused]
) -> None:
    held_places = held(("cabin-2", "09:00", "09:30"), ("cabin-3", "09:00", "10:00")).holds
    known = Agenda(held_places, {(each, "2026-11-24"): 1 for each in CABINS[:2]})
    two = availability("09:00-10:00", resources=CABINS[:2]), availability("09:00-09:30", resources=CABINS[2:])
    with pytest.raises(refusal):
        of_any(*two, most_appointments_a_day=1).place(at(clock), known)


@st.composite
def cases(draw: st.DrawFn) -> tuple[AnyOffer, Agenda]:
    """Any three cabins, each with hours, lanes and days of its own, partly with a second resource; anything taken on them."""
    span = st.sampled_from(["06:00-20:00", "09:00-12:00", "08:15-11:00", "20:00-24:00", "00:00-09:00"])
    rules = [
        availability(draw(span), draw(st.sampled_from([15, 30, 45])), draw(st.sampled_from([None, None, 5])), resources=who)
        for who in (*((each,) for each in CABINS), CABINS, CABINS[1:], PEOPLE)
    ]
    second = draw(st.sampled_from([(), (), PEOPLE]))
    buffers: dict[str, Any] = {"preparation": draw(st.sampled_from([0, 10])), "follow_up": draw(st.sampled_from([0, 15]))}
    places = [
        Resource(id=each, name=each, released=each in CABINS, capacity=draw(st.integers(1, 2)), order=draw(st.integers(0, 1)))
        for each in (*CABINS, *PEOPLE)
    ]
    kind = Template(
        id="test", name={}, duration=draw(st.sampled_from([15, 30, 50])), resources=CABINS, second=second, **buffers
    )
    most = draw(st.sampled_from([None, None, 2]))
    zone = draw(st.sampled_from(["Europe/Berlin", "Pacific/Auckland"]))
    resources = tuple(draw(st.permutations(places)))
    branch_settings = settings(
        *rules,
        zone=zone,
        resources=resources,
        templates=(kind,),
        most_appointments_a_day=most,
        lead_hours=draw(st.integers(0, 30)),
    )
    units = st.frozensets(st.integers(0, UNITS_PER_DAY - 1), max_size=120)
    holds = {
        (each.id, day, lane): draw(units)
        for each in resources
        for day in ("2026-11-23", "2026-11-24", "2026-11-25")
        for lane in range(each.capacity)
    }
    starts = {(each, day.isoformat()): draw(st.integers(0, 2)) for each in CABINS for day in (MONDAY, TUESDAY)}
    found = any_offer(branch_settings, "test", NOW)
    assert found
    return found, Agenda(holds, starts)


def oracle(offer: AnyOffer, known: Agenda) -> list[Slot]:
    """R35 and R15, as they are written."""
    single = {each.resource: each.slots(MONDAY, WEDNESDAY, known) for each in offer.offers}

    def best(start: int, free: bool) -> Slot | None:
        day = shown(start)[:10]
        able = [
            (
                sum(len(units) for (name, on, _), units in known.holds.items() if (name, on) == (each.id, day)),
                each.order,
                each.id,
            )
            for each, slots in single.items()
            if any(slot.start == start and slot.free == free for slot in slots)
        ]
        return Slot(start, start + offer.demand.length, free, min(able)[2]) if able and offer.demand.length else None

    starts = sorted({slot.start for slots in single.values() for slot in slots})
    return [each for start in starts if (each := best(start, free=True) or best(start, free=False))]


@given(cases())
def test_the_list_is_the_union_of_the_single_lists_and_names_whom_the_rule_names(case: tuple[AnyOffer, Agenda]) -> None:
    offer, known = case
    expected = oracle(offer, known)
    assert offer.slots(MONDAY, WEDNESDAY, known) == expected
    assert [slot for day in offer.days(MONDAY, WEDNESDAY, known).values() for slot in day] == expected
    assert offer.next_free(MONDAY, WEDNESDAY, known) == next((each.start for each in expected if each.free), None)


@given(cases(), st.integers(0, 2 * UNITS_PER_DAY))
def test_exactly_what_the_list_shows_is_accepted_at_the_resource_that_it_names(
    case: tuple[AnyOffer, Agenda], unit: int
) -> None:
    """R18: every free start, and any other one."""
    offer, known = case
    slots = {slot.start: slot for slot in offer.slots(MONDAY, WEDNESDAY, known)}
    tried = [slot for slot in slots if slots[slot].free][:8]
    for start in (*tried, at("2026-11-23T12:00") + 5 * unit):
        if start in slots and slots[start].free:
            placed = offer.place(start, known)
            assert (placed.slot.start, placed.offer.resource.id) == (start, slots[start].resource)
            assert {resource for resource, _, _ in placed.holds} == {placed.offer.resource.id, placed.second} - {None}
        else:
            with pytest.raises(Refused):
                offer.place(start, known)
