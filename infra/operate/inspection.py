"""Checks that this version could have written each line of a file to import. Reports lines, and names no person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from chalicelib.api.setup_views import given_anew
from chalicelib.domain.checks import check
from chalicelib.domain.errors import Invalid, at
from chalicelib.domain.settings import Settings
from chalicelib.planner.admin.holidays import closing_days
from chalicelib.store import transfer as moving
from chalicelib.store.versions import Raw

UNREADABLE = (LookupError, ValueError, TypeError, AttributeError)
SECTIONS = {
    "branch": "BRANCH",
    "types": "BRANCH",
    "resources": "RESOURCE",
    "templates": "TEMPLATE",
    "availabilities": "AVAILABILITY",
    "exceptions": "EXCEPTION",
    "employees": "EMPLOYEE",
    "accesses": "ACCESS",
    "texts": "TEXT",
}
"""What begins the path of a wrong setting -> the kind of its items."""
_PATH = re.compile(r"(?P<section>\w+)(\[(?P<place>\d+)\])?")
_WHERE = re.compile(r" - at `\$\.?(?P<path>[\w.\[\]]*)`$")


def flaws(lines: Iterable[tuple[int, Raw]], today: date) -> list[str]:
    """A sentence for each line that is wrong, of a branch's items with the numbers of their lines."""
    found: list[str] = []
    settings: list[tuple[int, Raw]] = []
    for number, item in lines:
        if why := _unreadable(item):
            found.append(f"Line {number}, {moving.kind(item)}: {why}.")
        elif moving.is_setting(item):
            settings.append((number, item))
    return found or list(_wrong(settings, today))


def _unreadable(item: Raw) -> str | None:
    try:
        moving.read(item)
    except Invalid as error:
        return "; ".join(f"{name} {why}" for name, why in error.fields.items())
    except UNREADABLE as error:  # its words may hold what stands there
        where = _WHERE.search(str(error))
        return f"{where['path']} is not what this version reads" if where else "is nothing that this version reads"
    return None


def _wrong(lines: list[tuple[int, Raw]], today: date) -> Iterator[str]:
    """What an admin could not have saved."""
    settings = moving.settings(item for _, item in lines)
    assert settings is not None
    numbers: dict[str, list[int]] = {kind: [] for kind in SECTIONS.values()}
    for number, item in lines:
        numbers[moving.kind(item)].append(number)
    for path, why in _against(settings, today).items():
        said = _PATH.match(path)
        kind = SECTIONS.get(said["section"], "BRANCH") if said else "BRANCH"
        place = int(said["place"]) if said and said["place"] and kind != "BRANCH" else 0
        yield f"Line {numbers[kind][place] if place < len(numbers[kind]) else numbers['BRANCH'][0]}, {kind}: {path} {why}."


def _against(settings: Settings, today: date) -> dict[str, str]:
    """All at once of what fits together; else the first."""
    try:
        given_anew(settings)
        check(settings)
        if wanted := settings.branch.public_holidays:
            with at("branch.public_holidays"):
                closing_days(replace(wanted, off=()), (today.year,))
    except Invalid as error:
        return error.fields
    return {}
