"""Races through HTTP, on a real engine (R14, R15, R19, R20)."""

from __future__ import annotations

import random
import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from chalicelib import wiring
from chalicelib.domain.settings import Resource, Template
from chalicelib.planner.schedule.sweep import compare_units
from tests.api.test_booking import TOMORROW, clock
from tests.builders import availability, body
from tests.race import together
from tests.repeated import rounds
from tests.site_of_tests import Answer, Site, TestBranch

pytestmark = [pytest.mark.race, pytest.mark.chance]
ROUNDS, CLIENTS = rounds(few=5, many=20), 32


def answers(results: list[Answer | BaseException]) -> list[Answer]:
    assert [result for result in results if isinstance(result, BaseException)] == []
    return [result for result in results if isinstance(result, Answer)]


def assert_units_are_those_of_the_appointments(branch: TestBranch, booked: list[Answer]) -> None:
    today = datetime.now(UTC).date()
    last = today + timedelta(days=70)
    cabin, *others = branch.settings.resources
    comparison = compare_units(wiring.store(), branch.id, cabin, today.isoformat(), last.isoformat(), others)
    assert comparison.sound
    lengths = [datetime.fromisoformat(each.json["end"]) - datetime.fromisoformat(each.json["start"]) for each in booked]
    assert comparison.held == sum(int(length.total_seconds()) // 300 for length in lengths)


def test_32_clients_on_one_slot_end_as_one_booking_and_31_refusals_with_alternatives(site: Site) -> None:
    branch, seen, booked = site.branch(), Counter[int](), []
    for number in range(ROUNDS):
        start = clock(f"{8 + number // 2:02}:{number % 2 * 30:02}")
        results = answers(together(CLIENTS, lambda _, start=start: site.request(branch, body(start))))  # type: ignore[misc]
        seen.update(result.status for result in results)
        booked += [result for result in results if result.status == 201]
        lost = [result.json for result in results if result.status == 409]
        assert all(each["code"] == "slot_taken" and len(each["alternatives"]) == 5 for each in lost)
        assert all(start not in {other["start"] for other in each["alternatives"]} for each in lost)
    print(f"\none slot, {ROUNDS} rounds of {CLIENTS} clients: {dict(seen)}")
    assert seen == {201: ROUNDS, 409: ROUNDS * (CLIENTS - 1)}
    assert_units_are_those_of_the_appointments(branch, booked)


def test_32_clients_whose_starts_overlap_never_book_one_unit_twice(site: Site) -> None:
    seen, chance = Counter[int](), random.Random(20)
    for number in range(ROUNDS):
        branch = site.branch(availability("08:00-12:00", step=5), availability("08:00-12:00", step=45))
        day = TOMORROW + timedelta(days=number)
        starts = [clock(f"{8 + chance.randrange(2):02}:{5 * chance.randrange(12):02}", day) for _ in range(CLIENTS)]
        results = answers(together(CLIENTS, lambda n, branch=branch, starts=starts: site.request(branch, body(starts[n]))))  # type: ignore[misc]
        seen.update(result.status for result in results)
        booked = [result for result in results if result.status == 201]
        assert_units_are_those_of_the_appointments(branch, booked)
        spans = sorted((each.json["start"], each.json["end"]) for each in booked)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
    print(f"\noverlapping starts, {ROUNDS} rounds of {CLIENTS} clients: {dict(seen)}")
    assert set(seen) == {201, 409}


def test_one_customer_s_request_sent_16_times_at_once_is_one_booking_and_one_answer(site: Site) -> None:
    for _ in range(5):
        branch, key = site.branch(), secrets.token_hex(16)
        results = answers(together(16, lambda _, branch=branch, key=key: site.request(branch, body(clock("09:30")), key)))  # type: ignore[misc]
        assert {result.status for result in results} == {201}
        assert len({result.text for result in results}) == 1
        assert_units_are_those_of_the_appointments(branch, results[:1])


def assert_exactly(results: list[Answer], won: int) -> list[Answer]:
    """So many are booked, and everybody else hears that the time is taken."""
    assert Counter(result.status for result in results) == {201: won, 409: len(results) - won}
    assert {result.json["code"] for result in results if result.status == 409} == {"slot_taken"}
    return [result for result in results if result.status == 201]


def assert_held(branch: TestBranch, **held: int) -> None:
    """At each resource as many units as given, each of them an appointment's."""
    today, resources = datetime.now(UTC).date(), branch.settings.resources
    for resource in resources:
        others = [each for each in resources if each != resource]
        last = (today + timedelta(days=3)).isoformat()
        comparison = compare_units(wiring.store(), branch.id, resource, today.isoformat(), last, others)
        assert comparison.sound
        assert comparison.held == held[resource.id.replace("-", "_")]


def test_of_32_clients_at_a_resource_for_three_exactly_three_are_booked(site: Site) -> None:
    branch = site.branch(resources=(Resource(id="cabin-1", name="Gruppe", released=True, capacity=3),))
    booked = []
    for start in (clock("09:00"), clock("09:30"), clock("10:00")):
        results = answers(together(CLIENTS, lambda _, start=start: site.request(branch, body(start))))  # type: ignore[misc]
        booked += assert_exactly(results, 3)
        assert all(
            start not in {other["start"] for other in each.json["alternatives"]} for each in results if each not in booked
        )
    assert len({each.json["id"] for each in booked}) == 9
    assert_held(branch, cabin_1=9 * 6)
    print(f"\ncapacity 3, 3 rounds of {CLIENTS} clients: {len(booked)} booked")


def test_of_32_clients_at_two_cabins_as_many_are_booked_as_the_one_acoustician_has_room_for(site: Site) -> None:
    cabins = tuple(Resource(id=f"cabin-{number}", name=f"Kabine {number}", released=True) for number in (1, 2))
    ids = ("cabin-1", "cabin-2", "person-1")
    branch = site.branch(
        availability("09:00-12:00", resources=ids),
        resources=(*cabins, Resource(id="person-1", name="Akustikerin", kind="person")),
        templates=(Template(id="test", name={"de": "Hörtest"}, duration=45, resources=ids[:2], second=ids[2:]),),
    )
    starts = [clock(time) for time in ("09:00", "10:00", "11:00")]

    def request(number: int) -> Answer:
        wanted = body(starts[number % 3], resource=f"cabin-{1 + number // 3 % 2}", template="test")
        return site.request(branch, wanted)

    booked = assert_exactly(answers(together(CLIENTS, request)), 3)
    assert sorted(each.json["start"] for each in booked) == starts
    first = sum(wiring.store().appointment(each.json["id"]).resource == "cabin-1" for each in booked)  # type: ignore[union-attr]
    assert_held(branch, cabin_1=9 * first, cabin_2=9 * (3 - first), person_1=27)
    print(f"\ntwo cabins, one acoustician, {CLIENTS} clients at 3 starts: {len(booked)} booked")


@pytest.mark.chance
def test_of_32_clients_at_any_of_three_cabins_six_are_booked_at_two_starts(site: Site) -> None:
    """Whoever loses one cabin has the next (R35)."""
    ids = tuple(f"cabin-{number}" for number in (1, 2, 3))
    cabins = tuple(Resource(id=each, name=each, released=True) for each in ids)
    kind = Template(id="test", name={"de": "Hörtest"}, duration=30, resources=ids)
    for _ in range(rounds(few=3, many=20)):
        branch = site.branch(availability("09:00-10:00", resources=ids), resources=cabins, templates=(kind,))
        starts = clock("09:00"), clock("09:30")

        def request(number: int, branch: TestBranch = branch, starts: tuple[str, str] = starts) -> Answer:
            return site.request(branch, body(starts[number % 2], resource="any", template="test"))

        booked = assert_exactly(answers(together(CLIENTS, request)), 6)
        assert sorted((each.json["resource"], each.json["start"]) for each in booked) == [
            (at, on) for at in ids for on in starts
        ]
        assert_held(branch, cabin_1=12, cabin_2=12, cabin_3=12)
    print(f"\nany of three cabins, {CLIENTS} clients at 2 starts: 6 booked in each round")


def test_of_32_clients_at_any_of_two_cabins_each_day_s_limit_is_used_up(site: Site) -> None:
    """Whoever finds one cabin's day full has the other."""
    ids = ("cabin-1", "cabin-2")
    branch = site.branch(
        availability("08:00-16:00", resources=ids),
        resources=tuple(Resource(id=each, name=each, released=True) for each in ids),
        templates=(Template(id="test", name={"de": "Hörtest"}, duration=30, resources=ids),),
        most_appointments_a_day=2,
    )

    def request(number: int) -> Answer:
        start = clock(f"{8 + number // 2 % 8:02}:{number % 2 * 30:02}")
        return site.request(branch, body(start, resource="any", template="test"))

    results = answers(together(CLIENTS, request))
    assert Counter(each.json["resource"] for each in results if each.status == 201) == {"cabin-1": 2, "cabin-2": 2}
    assert {each.status for each in results} <= {201, 409, 429}
    assert_held(branch, cabin_1=12, cabin_2=12)
