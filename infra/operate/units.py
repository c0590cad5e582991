"""`make units`: compares the taken units of a branch with those of its live appointments. It only reads,
also on a live table.

BRANCH names the branch. The default is `demo` on the local run, and each branch in turn elsewhere. FIRST and LAST are UTC days
(today and 100 days on). Where: infra/deploy/place.py.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.settings import Resource, Settings
from chalicelib.planner.schedule.sweep import Comparison, compare_units
from chalicelib.store.maintenance import Whole
from chalicelib.store.table import Table
from infra.deploy.place import find, is_local


@dataclass(frozen=True)
class AsStored:
    """Days and appointments as the table itself has them: its indexes may not have caught up."""

    table: Table
    stored: Sequence[Appointment]

    def agenda(self, branch: str, resources: Sequence[Resource], first: str, last: str, kinds: Sequence[str] = ()) -> Agenda:
        return self.table.agenda(branch, resources, first, last, kinds)

    def appointments(self, branch: str, resource: str, since: int, until: int) -> list[Appointment]:  # noqa: ARG002
        return [each for each in self.stored if each.resource == resource and since <= each.start < until]


def main() -> int:
    """0 if all is sound, 1 if not, 2 if it could not be looked at."""
    try:
        first, last = _days()
    except ValueError:
        print(
            "FIRST and LAST must be days, the one not after the other, as in FIRST=2026-11-23 LAST=2026-12-31", file=sys.stderr
        )
        return 2
    table, name = Table(find().table), os.environ.get("BRANCH") or ("demo" if is_local() else "")
    if not name:
        return _each(table, Whole().branches(), first, last)
    settings = table.settings(name)
    if settings is None:
        print(f"There is no branch {name!r}.", file=sys.stderr)
        return 2
    return 0 if _tell(table, settings, first, last) else 1


def _days() -> tuple[str, str]:
    """Raises ValueError where they are none."""
    today = datetime.now(UTC).date()
    first = date.fromisoformat(os.environ.get("FIRST") or today.isoformat())
    last = date.fromisoformat(os.environ.get("LAST") or (max(first, today) + timedelta(days=100)).isoformat())
    if first > last:
        raise ValueError
    return first.isoformat(), last.isoformat()


def _each(table: Table, branches: Iterable[Settings], first: str, last: str) -> int:
    sound = []
    for settings in branches:
        print(f"branch {settings.branch.id}, {settings.branch.name}")
        sound.append(_tell(table, settings, first, last))
    if not sound:
        print("There is no branch yet.")
    return 0 if all(sound) else 1


def _tell(table: Table, settings: Settings, first: str, last: str) -> bool:
    """Whether the branch is sound."""
    compared = {
        each.id: compare_units(
            table,
            settings.branch.id,
            each,
            first,
            last,
            [other for other in settings.resources if other is not each],
            settings.limited_kinds,
        )
        for each in settings.resources
    }
    for resource, comparison in compared.items():
        print(told(resource, comparison))
    if not compared:
        print(f"{settings.branch.id} has no resources yet: there is nothing to compare.")
    return all(comparison.sound for comparison in compared.values())


def told(resource: str, comparison: Comparison) -> str:
    wrong = {name: getattr(comparison, name) for name in ("unowned", "untaken", "shared")}
    found = [
        f"  {name} {day} lane {lane}: {sorted(units)}"
        for name, holds in wrong.items()
        for (_, day, lane), units in holds.items()
    ]
    found += [
        f"  {day}: counts {counted} of {kind} instead of {there}"
        for (_, day, kind), (counted, there) in comparison.miscounted.items()
    ]
    state = "sound" if comparison.sound else "NOT sound"
    return "\n".join([f"{resource}: {comparison.held} units held by appointments, {state}", *found])


if __name__ == "__main__":
    sys.exit(main())
