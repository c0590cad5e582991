"""Writing a branch's settings. All writes go by `Saving`: what differs and the branch's own item with its new version are one
transaction, on the condition that nobody else was faster. So whoever knows settings of a version knows what is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.domain.errors import ChangedMeanwhile, Invalid
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Settings
from chalicelib.store import audit_items as lines
from chalicelib.store import items, keys
from chalicelib.store.conditions import settings_are_unchanged
from chalicelib.store.faults import REFUSED
from chalicelib.store.models import Item, LineItem, RecountItem, SettingItem

MOST_CHANGED = 90
"""Items of one change: a transaction takes 100, and the branch, the line of the record and the recount go with them."""
LOOKS = 4


@dataclass(frozen=True)
class Saving:
    """One change as it is written. `version` is the one before, 0 where there is none; `branch` carries the new one."""

    version: int
    branch: SettingItem
    puts: Sequence[SettingItem]
    deletes: Sequence[SettingItem]
    line: LineItem | None = None
    recount: RecountItem | None = None

    def write_once(self) -> None:
        with TransactWrite(connection=Item._get_connection().connection) as write:
            for each in self.deletes:
                write.delete(each)
            write.save(self.branch, condition=settings_are_unchanged(self.version))
            for each in self.puts:
                write.save(each)
            if self.line:
                write.save(self.line)
            if self.recount:
                write.save(self.recount)

    def is_refused(self, error: TransactWriteError) -> bool:
        return any(reason and reason.code == REFUSED for reason in error.cancellation_reasons)

    def was_made(self) -> bool:
        """Whether the new version is ours, by an attempt that nobody answered: its line tells who changed what, and when."""
        if self.line is None:
            return False
        try:
            stored = LineItem.get(self.line.pk, self.line.sk, consistent_read=True)
        except DoesNotExist:
            return False
        return stored.attribute_values == self.line.attribute_values


def saving_of(
    stored: Iterable[SettingItem], before: Settings, after: Settings, line: Line, recount: datetime | None = None
) -> Saving:
    """Raises ChangedMeanwhile where what is stored is not `before` any more, Invalid where the change is too large."""
    found = {item.sk: item for item in stored}
    now = items.to_settings(found.values())
    if now is None or now.version != before.version:
        raise ChangedMeanwhile
    branch, puts, deletes = _difference(after, found)
    if len(puts) + len(deletes) > MOST_CHANGED:
        raise Invalid(message=f"This changes more than {MOST_CHANGED} things at once. Please save it in parts.")
    return Saving(
        before.version, branch, puts, deletes, lines.from_line(line, keys.change(after.version)), _owed(after, recount)
    )


def replacing(stored: Iterable[SettingItem], settings: Settings, recount: datetime | None = None) -> list[Saving]:
    """The steps that make what is stored `settings`, each a version of its own; the last one writes the branch's own fields."""
    found = {item.sk: item for item in stored}
    branch, puts, deletes = _difference(settings, found)
    before, gone, changed = found.get(keys.BRANCH), {each.sk for each in deletes}, [*puts, *deletes]
    version = int(before.version or 0) if before else 0
    steps = [changed[place : place + MOST_CHANGED] for place in range(0, len(changed), MOST_CHANGED)] or [[]]
    savings = []
    for number, step in enumerate(steps, 1):
        body = branch.body if number == len(steps) or before is None else before.body
        head = SettingItem(branch.pk, branch.sk, body=body, version=version + number)
        puts, deletes = ([each for each in step if (each.sk in gone) is removed] for removed in (False, True))
        savings.append(Saving(version + number - 1, head, puts, deletes))
    return [*savings[:-1], replace(savings[-1], recount=_owed(settings, recount))]


def read_settings(branch: str) -> list[SettingItem]:
    """All items of one moment: a query alone may see half of what another one writes meanwhile. Raises ChangedMeanwhile."""
    for _ in range(LOOKS):
        try:
            version = SettingItem.get(keys.branch(branch), keys.BRANCH, consistent_read=True).version
        except DoesNotExist:
            return []
        found = list(SettingItem.query(keys.branch(branch), consistent_read=True))
        if any(item.sk == keys.BRANCH and item.version == version for item in found):
            return found
    raise ChangedMeanwhile


def _difference(after: Settings, found: Mapping[str, SettingItem]) -> tuple[SettingItem, list[SettingItem], list[SettingItem]]:
    """The branch's own item, and what else is to be put and deleted."""
    wanted = _keyed(after, found)
    branch = wanted.pop(keys.BRANCH)
    puts = [item for sk, item in wanted.items() if sk not in found or items.value(item) != items.value(found[sk])]
    deletes = [item for sk, item in found.items() if sk not in wanted and sk != keys.BRANCH]
    return branch, puts, deletes


def _owed(settings: Settings, recount: datetime | None) -> RecountItem | None:
    return items.recount(settings.branch.id, recount) if recount else None


def _keyed(after: Settings, stored: Mapping[str, SettingItem]) -> dict[str, SettingItem]:
    """What shall be there by sort key. Availabilities, which have no name, keep the keys of equal ones, or take those that are
    free: so a change of one writes one."""
    wanted: dict[str, SettingItem] = {}
    unnamed: list[SettingItem] = []
    for item in items.from_settings(after):
        if keys.kind_of(item.sk) == keys.AVAILABILITY:
            unnamed.append(item)
        else:
            wanted[item.sk] = item
    missing = Counter(items.value(each) for each in unnamed)
    for sk, item in stored.items():
        if keys.kind_of(sk) == keys.AVAILABILITY and missing[items.value(item)]:
            missing[items.value(item)] -= 1
            wanted[sk] = item
    free = _free_keys(set(wanted))
    for item in unnamed:
        if missing[items.value(item)]:
            missing[items.value(item)] -= 1
            item.sk = next(free)
            wanted[item.sk] = item
    return wanted


def _free_keys(taken: set[str]) -> Iterator[str]:
    number = 0
    while True:
        sk = keys.availability(number)
        if sk not in taken:
            yield sk
        number += 1
