"""`make clearing`: lets appointments that nobody needs any more leave at once, where the schedule takes a hundred a minute.

DRY=1 changes nothing and counts the rows of each branch that would leave. BRANCH narrows it to one. Before and after, the
units of the past are compared with the appointments, and the figures of all weeks with each other. The schedule looks after
each branch from then on, also where it did not yet. Where: infra/deploy/place.py.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.moments import to_text
from chalicelib.domain.owed import leaving_until, may_leave
from chalicelib.domain.settings import Settings
from chalicelib.domain.sums import WeekSum, counted, sum_of, summed
from chalicelib.planner.schedule.clearing import AGAIN, Cleared, Clearing
from chalicelib.planner.schedule.sweep import Comparison, compare_units
from chalicelib.store import items, keys, transfer
from chalicelib.store.audit import Books
from chalicelib.store.clearing import Clearings
from chalicelib.store.maintenance import Whole
from chalicelib.store.models import DayItem
from chalicelib.store.plan import units_in
from chalicelib.store.table import Table
from chalicelib.store.versions import Raw, upgraded
from infra.deploy.place import find
from infra.operate.units import AsStored

FIRST_DAY = "2000-01-01"
"""No appointment is older."""
Sums = dict[tuple[date, str], WeekSum]
Tell = Callable[[str], None]
Sleep = Callable[[float], None]
PAUSE, WAITS = 5.0, 24
"""Seconds, and how often in a row: the schedule's function ends within a minute."""


def main() -> int:
    """0 if all is well, 1 if units or figures are not as they were or a round came to no end, 2 without such a branch."""
    table, whole, name = Table(find().table), Whole(), os.environ.get("BRANCH")
    found = [each for each in whole.branches() if name in (None, "", each.branch.id)]
    if not found:
        print(f"There is no branch {name!r}." if name else "There is no branch yet.", file=sys.stderr)
        return 2 if name else 0
    if os.environ.get("DRY"):
        now = _now()
        for each in found:
            print(f"{each.branch.id}: {told(would_leave(whole, each, now))} would leave")
        return 0
    try:
        well = [leave(table, whole, each) for each in found]
    except TryAgain:
        print("The database has no time for it just now. The same command goes on.", file=sys.stderr)
        return 1
    return 0 if all(well) else 1


def would_leave(whole: Whole, settings: Settings, now: datetime) -> Counter[str]:
    """Rows by kind, as `transfer.kind` calls them. The table as it is stored, not an index, says what would leave."""
    until = leaving_until(settings.branch, now)
    parts: dict[str, list[Raw]] = defaultdict(list)
    days: dict[tuple[str, str], Raw] = {}
    waiting: set[str] = set()
    for item in whole.of_branch(settings.branch.id):
        pk, sk, kind = item["pk"]["S"], item["sk"]["S"], transfer.kind(item)
        if keys.is_appointment(pk):
            parts[pk].append(item)
        elif keys.is_agenda(pk):
            days[pk, sk] = item
        elif kind == "INBOX":
            waiting.add(item["appointment"]["S"])
    leaving = [found for found in map(_appointment, parts.values()) if found and may_leave(found, until)]
    leaving = [each for each in leaving if each.id not in waiting and not _open(parts[keys.appointment(each.id)], now)]
    rows = Counter(transfer.kind(item) for each in leaving for item in parts[keys.appointment(each.id)])
    rows["AGENDA"] = _emptied(settings.branch.id, days, leaving, to_text(until)[:10])
    return rows


def _appointment(parts: list[Raw]) -> Appointment | None:
    """None of what an interrupted import has left."""
    own = next((item for item in parts if item["sk"]["S"] == keys.APPOINTMENT), None)
    return items.to_appointment(upgraded(own)) if own else None


def _open(parts: list[Raw], now: datetime) -> bool:
    """Whether something is owed or was given up, or a line of the history is still kept."""
    kept = any(int(item.get("ttl", {"N": "0"})["N"]) > now.timestamp() for item in parts)
    return kept or any("gsi3pk" in item for item in parts) or any("attempts" in _own(item) for item in parts)


def _own(item: Raw) -> Raw:
    """Messages count attempts too, when they are settled."""
    return item if item["sk"]["S"] == keys.APPOINTMENT else {}


def _emptied(branch: str, days: dict[tuple[str, str], Raw], leaving: list[Appointment], before: str) -> int:
    """Of the days before a day: those that are empty, or will be."""
    freed: dict[tuple[str, str], set[int]] = defaultdict(set)
    begun: Counter[tuple[str, str]] = Counter()
    for each in leaving:
        for (resource, day, lane), units in each.occupied.items():
            freed[keys.agenda(branch, resource), keys.day(day, lane)] |= units
        if each.holds:
            begun[keys.agenda(branch, each.resource), keys.day(each.day)] += 1
    found = 0
    for key, raw in days.items():
        item = DayItem.from_raw_data(raw)
        is_empty = units_in(item) <= freed[key] and int(item.starts or 0) <= begun[key]
        found += is_empty and key[1] < keys.day(before)
    return found


def told(rows: Counter[str]) -> str:
    """In words of the data model."""
    named = {"APPOINTMENT": "appointments", "EVENT": "lines of history", "MESSAGE": "messages", "AGENDA": "days"}
    return ", ".join(f"{rows[kind]} {name}" for kind, name in named.items())


def leave(table: Table, whole: Whole, settings: Settings, tell: Tell = print, sleep: Sleep = time.sleep) -> bool:
    """Whether a round has come to its end, and units and figures are as they were."""
    branch, now = settings.branch.id, _now()
    before = _compared(table, whole, settings, now)
    table.begin_clearing(branch)
    left = Cleared()
    ended = _round(table, branch, left, sleep)
    after = _compared(table, whole, settings, now)
    tell(f"{branch}: {left.appointments} appointments and {left.days} days have left.")
    for resource, found in after[0].items():
        was = before[0][resource]
        tell(f"  {resource}: {was.held} units of the past were held, {_state(was)}; {found.held} are now, {_state(found)}")
    same = before[1] == after[1]
    tell(f"  figures: {'the same' if same else 'NOT the same'}")
    if not ended:
        tell("  The schedule has the turn, and may have failed at it. The same command goes on.")
    return ended and same and all(found.sound or not before[0][resource].sound for resource, found in after[0].items())


def _round(table: Table, branch: str, left: Cleared, sleep: Sleep) -> bool:
    """Adds to what has `left`. Whether the round has ended: the schedule may take its turns between ours, and end it."""
    rows, waited = Clearings(), 0
    clearing = Clearing(table, rows, _now)
    rows.go_on(branch, _now(), None, ())
    while waited < WAITS:
        portion = Cleared()
        outcome = clearing.clear(branch, portion)
        left.appointments += portion.appointments
        left.days += portion.days
        if outcome == "finished" or (outcome == "not_due" and _is_over(rows, branch)):
            return True
        waited = waited + 1 if outcome == "not_due" else 0
        if waited:
            sleep(PAUSE)
    return False


def _is_over(rows: Clearings, branch: str) -> bool:
    """Whether the next turn is that of the next round, not one that somebody has taken until then."""
    due = rows.next_look(branch)
    return due is not None and due > _now() + AGAIN / 2


def _now() -> datetime:
    return datetime.now(UTC)


def _state(found: Comparison) -> str:
    return "sound" if found.sound else "NOT sound"


def _compared(table: Table, whole: Whole, settings: Settings, now: datetime) -> tuple[dict[str, Comparison], Sums]:
    """Units of the days before yesterday, by resource; and what figures come from, of the time of which appointments may
    leave within a day from now."""
    stored = list(whole.appointments(settings.branch.id))
    books, resources = AsStored(table, stored), settings.resources
    last = (now.date() - timedelta(days=2)).isoformat()
    units = {
        each.id: compare_units(books, settings.branch.id, each, FIRST_DAY, last, [one for one in resources if one is not each])
        for each in resources
    }
    until = leaving_until(settings.branch, now + timedelta(days=1))
    there = [sum_of(counted(each), settings) for each in stored if each.start < until]
    return units, summed([*there, *Books().sums(settings.branch.id, date.min, date.max)])


if __name__ == "__main__":
    sys.exit(main())
