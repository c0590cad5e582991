"""`make export` writes a branch to a file, `make import` puts it into a stage that has no such branch.

Where: infra/deploy/place.py.

FILE is the file, BRANCH the branch to export. A file has one JSON document a line: a header, the items as they are stored, and
their number and checksum, without which it is refused. It holds personal data, and only its owner can read it. What is booked
while it is written may be in it by half: switch online booking off before, or export from a restored table.

What the file has set passes the checks that an admin's changes pass, and each line is read before the first is written: a
refused import changes nothing and names the lines, and no person.

Importing never sends anything: messages that were still owed are listed as not sent, and staff send them again. The branch is
there when the last item is; an import that was interrupted can be repeated.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from chalicelib.domain.errors import TryAgain
from chalicelib.domain.settings import Resource, Settings
from chalicelib.domain.sums import WeekSum
from chalicelib.planner.schedule.sweep import compare_units
from chalicelib.store import transfer as moving
from chalicelib.store.audit import Books
from chalicelib.store.maintenance import Whole
from chalicelib.store.table import Table
from chalicelib.store.versions import CURRENT, Raw
from infra.deploy.place import find
from infra.operate.inspection import flaws
from infra.operate.units import AsStored, told

FORMAT = "terminwerk-branch"
EDITION = 1
MOST_TOLD = 20
"""Lines that are wrong, of which an import tells."""
BATCH = 25
"""Items that one write takes."""


class Unusable(Exception):
    """Why nothing was exported or imported; nothing was changed."""


@dataclass(frozen=True)
class Export:
    """A file that is whole."""

    path: Path
    branch: str
    items: int

    def read(self) -> Iterator[Raw]:
        with self.path.open(encoding="utf-8") as lines:
            next(lines)
            for _, line in zip(range(self.items), lines, strict=False):
                yield json.loads(line)


@dataclass
class Arrival:
    """What an import has met: the days of each resource, and how many messages were still owed."""

    days: dict[str, set[str]] = field(default_factory=dict)
    owed: int = 0

    def note(self, item: Raw) -> None:
        self.owed += moving.is_owed(item)
        if day := moving.day_of(item):
            self.days.setdefault(day[0], set()).add(day[1])


def export(whole: Whole, table: Table, branch: str, path: Path) -> int:
    """How many items were written. Raises Unusable."""
    if table.settings_now(branch) is None:
        raise Unusable(f"There is no branch {branch!r}.")
    if path.exists():
        raise Unusable(f"{path} is there already.")
    if not path.parent.is_dir():
        raise Unusable(f"There is no folder {path.parent}.")
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    header = {"format": FORMAT, "edition": EDITION, "schema": CURRENT, "branch": branch, "at": datetime.now(UTC).isoformat()}
    sums = _sums(branch)
    try:
        number = _write(unfinished, chain([header], whole.of_branch(branch)))
        if _sums(branch) != sums:
            raise Unusable("Old appointments have left the table meanwhile. Repeat the same command.")
        unfinished.rename(path)
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)  # persons stand in what was written so far
    return number


def _sums(branch: str) -> list[WeekSum]:
    """Of appointments that have left: one that leaves between two reads would be in the file twice."""
    return Books().sums(branch, date.min, date.max)


def _write(path: Path, documents: Iterable[Any]) -> int:
    """A line for each document, and what proves that the file is whole; how many come after the first."""
    digest, number = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for number, document in enumerate(documents):  # noqa: B007 (told at the end)
            digest.update(line := _line(document))
            file.write(line)
        file.write(_line({"items": number, "sha256": digest.hexdigest()}))
    return number


def opened(path: Path) -> Export:
    """The file, read once through. Raises Unusable where it is none, was cut off or altered, or is of a later version."""
    digest, last, number, header = hashlib.sha256(), b"", -1, dict[str, Any]()
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines):
                digest.update(last)
                last = line
                header = json.loads(line) if number == 0 else header
        end = json.loads(last)
        _check(header, path)
        if end != {"items": number - 1, "sha256": digest.hexdigest()}:
            raise Unusable(f"{path} is not whole, or was altered.")
    except FileNotFoundError:
        raise Unusable(f"There is no file {path}.") from None
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError):
        raise Unusable(f"{path} is not whole, or no export of a branch.") from None
    return Export(path, header["branch"], number - 1)


def _check(header: Any, path: Path) -> None:
    numbers = [header.get(name) for name in ("edition", "schema")] if isinstance(header, dict) else []
    sound = len(numbers) == 2 and all(isinstance(each, int) for each in numbers) and isinstance(header.get("branch"), str)
    if not sound or header.get("format") != FORMAT:
        raise Unusable(f"{path} is no export of a branch.")
    if header["edition"] > EDITION or header["schema"] > CURRENT:
        raise Unusable(f"{path} was written by a later version: import it with that one.")


def bring_in(whole: Whole, table: Table, export: Export, now: datetime) -> Arrival:
    """Writes all items, the branch's own one last. Raises Unusable, before the first is written, unless somebody else makes the
    branch meanwhile."""
    if table.settings_now(export.branch) is not None:
        raise Unusable(f"There is a branch {export.branch!r} already. Nothing was changed.")
    _refuse_others(whole, _checked(export))
    if wrong := flaws(enumerate(export.read(), start=2), now.date()):
        more = f"\n... and {len(wrong) - MOST_TOLD} more." if len(wrong) > MOST_TOLD else ""
        raise Unusable("\n".join([f"{export.path} cannot be imported. Nothing was changed.", *wrong[:MOST_TOLD]]) + more)
    arrival = Arrival()
    branches = [item for item in export.read() if moving.is_branch(item)]
    others = (item for item in export.read() if not moving.is_branch(item))
    while batch := list(islice(others, BATCH)):
        for item in batch:
            arrival.note(item)
        whole.put([moving.arrived(item, now) for item in batch])
    if not all(whole.put_new(moving.arrived(item, now)) for item in branches):
        raise Unusable(f"Somebody else has made the branch {export.branch!r} meanwhile.")
    table.begin_clearing(export.branch)
    return arrival


def _checked(export: Export) -> Export:
    """A checksum tells that a file is whole, not who wrote it."""
    try:
        sound = all(map(moving.is_item, export.read())) and sum(map(moving.is_branch, export.read())) == 1
    except ValueError:
        sound = False
    if not sound:
        raise Unusable(f"{export.path} is no export of a branch.")
    return export


def _refuse_others(whole: Whole, export: Export) -> None:
    """What is another branch's is not overwritten, nor mixed with what an interrupted import of another file has left."""
    if not all(moving.is_of(item, export.branch) for item in export.read()):
        raise Unusable(f"{export.path} has items that are not of {export.branch!r}.")
    known = {_key(item) for item in export.read()}
    partitions = {pk for pk, _ in known}
    stored = (item for page in whole.pages() for item in page.items if item["pk"]["S"] in partitions)
    if not all(moving.is_of(item, export.branch) for item in stored):
        raise Unusable(f"{export.path} has appointments that are another branch's here.")
    if any(_key(item) not in known for item in whole.of_branch(export.branch)):
        raise Unusable(f"The table has parts of {export.branch!r} that are not in this file: import the file they came from.")


def compared(table: Table, whole: Whole, settings: Settings, arrival: Arrival) -> tuple[list[str], bool]:
    """What `make units` would tell of all days, also of resources that are gone; and whether all is sound."""
    books = AsStored(table, list(whole.appointments(settings.branch.id)))
    known = {each.id: each for each in settings.resources}
    resources = [known.get(name) or Resource(id=name, name=name) for name in sorted(known.keys() | arrival.days.keys())]
    lines, sound = [], True
    for each in resources:
        if days := sorted(arrival.days.get(each.id, ())):
            others = [other for other in resources if other is not each]
            found = compare_units(books, settings.branch.id, each, days[0], days[-1], others)
            lines.append(told(each.id, found))
            sound = sound and found.sound
    return lines, sound


def _line(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def _key(item: Raw) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _export(path: Path) -> int:
    branch = os.environ.get("BRANCH")
    if not branch:
        print("Say which branch: BRANCH=elbufer", file=sys.stderr)
        return 2
    table = Table(find().table)
    print(f"{export(Whole(), table, branch, path)} items of {branch} are in {path}, which holds personal data.")
    return 0


def _import(path: Path) -> int:
    """1 if units and appointments do not agree."""
    file = opened(path)
    table, whole = Table(find().table), Whole()
    arrival = bring_in(whole, table, file, datetime.now(UTC))
    settings = table.settings_now(file.branch)
    assert settings is not None
    lines, sound = compared(table, whole, settings, arrival)
    print(f"{file.items} items of {file.branch} are there.", *lines, sep="\n")
    if arrival.owed:
        print(f"{arrival.owed} messages were still owed. They are listed as not sent: staff decide which shall go out.")
    return 0 if sound else 1


def main(arguments: Iterable[str]) -> int:
    """0 if it was done, 2 if it could not be."""
    commands = {"export": _export, "import": _import}
    name = next(iter(arguments), "")
    path = os.environ.get("FILE")
    if name not in commands or not path:
        print("Say which file: FILE=elbufer.jsonl", file=sys.stderr)
        return 2
    return carried_out(commands[name], Path(path))


def carried_out(command: Callable[[Path], int], path: Path) -> int:
    """As `main`; tells why it could not be."""
    try:
        return command(path)
    except Unusable as reason:
        print(reason, file=sys.stderr)
    except TryAgain:
        print("The database has no time for it just now. Repeat the same command.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
