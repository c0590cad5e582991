"""`make units`: whether the taken units of a branch are those of its live appointments. On a live table too: it only reads.

BRANCH names the branch (`demo`), FIRST and LAST the UTC days (today and 100 days on). Where: infra/place.py.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta

from chalicelib.planner.upkeep import Comparison, compare_units
from chalicelib.store.table import Table
from infra.place import find


def main() -> int:
    """0 if all is sound, 1 if not, 2 if it could not be looked at."""
    branch = os.environ.get("BRANCH") or "demo"
    today = datetime.now(UTC).date()
    first = os.environ.get("FIRST") or today.isoformat()
    last = os.environ.get("LAST") or (today + timedelta(days=100)).isoformat()
    table = Table(find().table)
    settings = table.settings(branch)
    if settings is None:
        print(f"There is no branch {branch!r}.", file=sys.stderr)
        return 2
    compared = {
        each.id: compare_units(table, branch, each, first, last, [other for other in settings.resources if other is not each])
        for each in settings.resources
    }
    for resource, comparison in compared.items():
        print(told(resource, comparison))
    return 0 if all(comparison.sound for comparison in compared.values()) else 1


def told(resource: str, comparison: Comparison) -> str:
    wrong = {name: getattr(comparison, name) for name in ("unowned", "untaken", "shared")}
    found = [
        f"  {name} {day} lane {lane}: {sorted(units)}"
        for name, holds in wrong.items()
        for (_, day, lane), units in holds.items()
    ]
    state = "sound" if comparison.sound else "NOT sound"
    return "\n".join([f"{resource}: {comparison.held} units held by appointments, {state}", *found])


if __name__ == "__main__":
    sys.exit(main())
