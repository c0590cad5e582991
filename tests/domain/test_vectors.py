"""Cases from the field, in `slots.json`: input and what must come out of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.errors import Invalid
from chalicelib.domain.intervals import merged
from chalicelib.domain.moments import next_minute
from chalicelib.domain.schedule import Window, windows
from chalicelib.domain.settings import Availability, DateException
from chalicelib.domain.slots import Bounds, Demand, slots
from tests.builders import hours, offer, settings, shown

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "slots.json").read_text())["cases"]


def cases(kind: str) -> list[Any]:
    return [pytest.param(case, id=f"{case['id']} {case['note']}") for case in CASES if case["kind"] == kind]


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) // 60


def weekly(rule: dict[str, Any], step: int = 30) -> Availability:
    """Days of the cases count from 0 = Sunday."""
    days = frozenset(day or 7 for day in rule["days"])
    return Availability(resources=("cabin-1",), weekdays=days, hours=hours(f"{rule['from']}-{rule['to']}", step))


@pytest.mark.parametrize("case", cases("grid"))
def test_starts_of_the_grid(case: dict[str, Any]) -> None:
    opened = [Window(instant(start), instant(end), case["step"]) for start, end in case["windows"]]
    earliest = next_minute(datetime.fromisoformat(case["now"])) + case["notice"]
    found = slots(opened, Demand(length=case["length"]), Bounds(earliest=earliest, until=max(each.end for each in opened)))
    assert len(found) == case["expect"]["count"]


@pytest.mark.parametrize("case", cases("ranges"))
def test_windows_of_weekly_rules_and_exceptions(case: dict[str, Any]) -> None:
    zone = ZoneInfo(case["tz"])
    exceptions = []
    for each in case["overrides"]:
        opened = () if each["from"] == each["to"] == "00:00" else (hours(f"{each['from']}-{each['to']}"),)
        exceptions.append(DateException(resource="cabin-1", day=date.fromisoformat(each["date"]), hours=opened))
    try:
        rules = [weekly(rule) for rule in case["weekly"]]
    except Invalid:
        rules = []  # an end before its start is refused as input, so it opens nothing
    start, end = instant(case["frm"]), instant(case["to"])
    first, last = (datetime.fromtimestamp(each * 60, zone).date() for each in (start, end - 1))
    found = windows(rules, exceptions, (), zone, first, last)
    expected = [(instant(a), instant(b)) for a, b in case["expect"]]
    assert [(each.start, each.end) for each in found if start <= each.start < end] == expected


@pytest.mark.parametrize("case", cases("engine"))
def test_starts_of_one_day(case: dict[str, Any]) -> None:
    day = date(2024, 5, 31)
    exceptions: tuple[DateException, ...] = ()
    if "override" in case:
        exceptions = (DateException(resource="cabin-1", day=day, hours=(hours("-".join(case["override"]), case["step"]),)),)
    branch_settings = settings(*(weekly(rule, case["step"]) for rule in case["weekly"]), exceptions=exceptions, zone=case["tz"])
    its_offer = offer(branch_settings, now=datetime(2024, 5, 30, tzinfo=UTC))
    assert [shown(slot.start)[-5:] for slot in its_offer.slots(day, day, Agenda())] == case["expect_utc"]


@pytest.mark.parametrize("case", cases("horizon"))
def test_days_inside_the_horizon(case: dict[str, Any]) -> None:
    branch_settings = settings(*(weekly(rule) for rule in case["weekly"]), zone=case["tz"], horizon_days=case["days"])
    its_offer = offer(branch_settings, now=datetime.fromisoformat(case["now"]))
    first = its_offer.today
    bookable = {day.isoformat() for day, listed in its_offer.days(first, first + timedelta(days=9), Agenda()).items() if listed}
    assert bookable >= set(case["bookable"])
    assert not bookable & set(case["blocked"])


@pytest.mark.parametrize("case", cases("overlap"))
def test_starts_that_survive_what_is_taken(case: dict[str, Any]) -> None:
    def on_the_day(clock: str) -> int:
        return instant(f"2026-11-24T{clock}Z")

    starts = [on_the_day(clock) for clock in case["slots"]]
    opened = [Window(start, start + case["length"], case["length"]) for start in starts]
    demand = Demand(length=case["length"], preparation=case["gap"], follow_up=case["gap"])
    taken = merged((on_the_day(start), on_the_day(end)) for start, end in case["busy"])
    found = slots(opened, demand, Bounds(taken=taken, earliest=0, until=starts[-1] + 1))
    free = {shown(slot.start)[-5:] for slot in found if slot.free}
    assert free >= set(case["expect_in"])
    assert not free & set(case["expect_out"])


def test_every_kind_of_case_is_read() -> None:
    assert {case["kind"] for case in CASES} == {"grid", "ranges", "engine", "horizon", "overlap"}
