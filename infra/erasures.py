"""`make erasures`: repeats erasures after a table was restored from a backup, before mail is switched on (R30).

Standard input is a month of the branch's record as CSV, downloaded before the restore. BRANCH names the branch, infra/place.py
the table: the restored one. What is erased already stays so; the same month can be given again.

Who was merged into another customer since, and erased as a part of that one, is told: the record does not name them.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import Refused
from chalicelib.domain.owed import is_bare
from chalicelib.domain.settings import Settings
from chalicelib.planner.customers import Register
from chalicelib.planner.upkeep import erase
from chalicelib.store.customers import Customers
from chalicelib.store.table import Table
from infra.place import find

BY = "schedule"


def main(lines: Iterable[str]) -> int:
    """0 if all is erased, 1 if something could not be, 2 if there is no such branch. Tells ids alone."""
    branch = os.environ.get("BRANCH") or "demo"
    table = Table(find().table)
    settings = table.settings(branch)
    if settings is None:
        print(f"There is no branch {branch!r}.", file=sys.stderr)
        return 2
    erased, failed, rows = 0, 0, _erased(lines)
    for kind, identity in sorted({(row["kind"], row["id"]) for row in rows}):  # appointments first: who has one ahead stays
        try:
            done = _appointment(table, settings, identity) if kind == "appointment" else _customer(table, settings, identity)
        except Refused as refusal:
            print(f"{kind} {identity}: {refusal.code}", file=sys.stderr)
            failed += 1
        else:
            erased += done
    left = _left(table, branch, rows)
    for customer in left:
        print(f"customer {customer}: perhaps merged into one who was erased; look in the planner", file=sys.stderr)
    print(f"{erased} erased, {failed} could not be.")
    return 1 if failed or left else 0


def _erased(lines: Iterable[str]) -> list[dict[str, str]]:
    """What the record says was erased."""
    rows = csv.DictReader((line.removeprefix("\ufeff") for line in lines), delimiter=";")
    return [row for row in rows if row["what"] == "erased" and row["kind"] in ("appointment", "customer")]


def _left(table: Table, branch: str, rows: Iterable[dict[str, str]]) -> list[str]:
    """Customers who are still there, of appointments that lost theirs when they were erased."""
    given = [row["id"] for row in rows if row["kind"] == "appointment" and "customer" in row["fields"].split()]
    found = {its.customer for its in table.several(given).values() if its.branch == branch and its.customer}
    return sorted(each for each in found if Customers().customer(branch, each))


def _appointment(table: Table, settings: Settings, identity: str) -> bool:
    """Whether there was anything to erase."""
    its: Appointment | None = table.appointment(identity)
    if its is None or its.branch != settings.branch.id or is_bare(its):
        return False
    erase(table, Customers(), its, settings, datetime.now(UTC))
    return True


def _customer(table: Table, settings: Settings, identity: str) -> bool:
    its = Customers().customer(settings.branch.id, identity)
    if its is None:
        return False
    Register(table, Customers(), lambda: datetime.now(UTC)).erase(its.branch, its.id, its.version, BY)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.stdin))
