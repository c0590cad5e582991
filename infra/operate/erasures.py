"""`make erasures`: repeats erasures after a table was restored from a backup, before mail is switched on (R30).

Standard input is a month of the branch's record as CSV, downloaded before the restore. BRANCH names the branch,
infra/deploy/place.py the table: the restored one. The same month can be given again; erased
persons stay erased. Any other file is refused before anything is erased.

Customers who were merged into another one since, and erased with it, are listed: the record does not name them.
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
from chalicelib.planner.records.customers import Register
from chalicelib.planner.schedule.sweep import erase
from chalicelib.store.customers import Customers
from chalicelib.store.table import Table
from infra.deploy.place import find, is_local

BY = "schedule"
COLUMNS = ("at", "kind", "id", "what", "by", "fields")
KINDS = ("appointment", "customer")
MARK = "\ufeff"
"""By which the record's first line begins, unless something has taken it away."""


class NoRecord(Exception):
    """Why what was given is no month of a record."""


def main(lines: Iterable[str]) -> int:
    """0 if all is erased, 1 if something could not be, 2 if there is no such branch or record. Tells ids alone."""
    branch = os.environ.get("BRANCH") or ("demo" if is_local() else "")
    if not branch:
        print("Say which branch: BRANCH=elbufer", file=sys.stderr)
        return 2
    try:
        record = _record(lines)
    except NoRecord as reason:
        print(f"{reason} Nothing was erased.", file=sys.stderr)
        return 2
    place = find()
    table = Table(place.table)
    settings = table.settings(branch)
    if settings is None:
        print(f"There is no branch {branch!r} in {place.table}.", file=sys.stderr)
        return 2
    print(f"Lines of the record: {len(record)}. In the table {place.table}:")
    return _repeat(table, settings, [row for row in record if row["what"] == "erased" and row["kind"] in KINDS])


def _repeat(table: Table, settings: Settings, rows: list[dict[str, str]]) -> int:
    erased, failed = 0, 0
    wanted = {row["id"] for row in rows if row["kind"] == "appointment"}
    gone = len(wanted - table.several(wanted).keys())
    for kind, identity in sorted({(row["kind"], row["id"]) for row in rows}):  # appointments first: who has one ahead stays
        try:
            done = _appointment(table, settings, identity) if kind == "appointment" else _customer(table, settings, identity)
        except Refused as refusal:
            print(f"{kind} {identity}: {refusal.code}", file=sys.stderr)
            failed += 1
        else:
            erased += done
    left = _left(table, settings.branch.id, rows)
    for customer in left:
        print(f"customer {customer}: perhaps merged into one who was erased; look in the planner", file=sys.stderr)
    left_long_ago = f" {gone} appointments are not in the table: nothing of them is kept." if gone else ""
    print(f"{erased} erased, {failed} could not be.{left_long_ago}")
    return 1 if failed or left else 0


def _record(lines: Iterable[str]) -> list[dict[str, str]]:
    """Raises NoRecord."""
    rows = csv.reader((line.removeprefix(MARK) for line in lines), delimiter=";", strict=True)
    try:
        if tuple(next(rows, ())) != COLUMNS:
            raise NoRecord(f"This is no record as the planner gives it: its first line is {';'.join(COLUMNS)}.")
        found = [(rows.line_num, row) for row in rows if row]
    except (csv.Error, UnicodeDecodeError) as error:
        raise NoRecord(f"This cannot be read as CSV: {error}.") from error
    for number, row in found:
        if len(row) != len(COLUMNS):
            raise NoRecord(f"Line {number} is not whole, or no line of a record.")
    return [dict(zip(COLUMNS, row, strict=True)) for _, row in found]


def _left(table: Table, branch: str, rows: Iterable[dict[str, str]]) -> list[str]:
    """Customers who are still there, of appointments that lost theirs when they were erased."""
    given = [row["id"] for row in rows if row["kind"] == "appointment" and "customer" in row["fields"].split()]
    found = {
        appointment.customer
        for appointment in table.several(given).values()
        if appointment.branch == branch and appointment.customer
    }
    return sorted(each for each in found if Customers().customer(branch, each))


def _appointment(table: Table, settings: Settings, identity: str) -> bool:
    """Whether there was anything to erase."""
    appointment: Appointment | None = table.appointment(identity)
    if appointment is None or appointment.branch != settings.branch.id or is_bare(appointment):
        return False
    erase(table, Customers(), appointment, settings, datetime.now(UTC))
    return True


def _customer(table: Table, settings: Settings, identity: str) -> bool:
    customer = Customers().customer(settings.branch.id, identity)
    if customer is None:
        return False
    Register(table, Customers(), lambda: datetime.now(UTC)).erase(customer.branch, customer.id, customer.version, BY)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.stdin))
