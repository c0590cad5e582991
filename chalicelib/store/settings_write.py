"""Changing a branch's settings: what differs is written in one transaction, on the condition that nobody else was faster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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
    """One change as it is written. `branch` carries the new version."""

    version: int
    branch: SettingItem
    puts: list[SettingItem]
    deletes: list[SettingItem]
    line: LineItem
    recount: RecountItem | None = None

    def write_once(self) -> None:
        with TransactWrite(connection=Item._get_connection().connection) as write:
            for each in self.deletes:
                write.delete(each)
            write.save(self.branch, condition=settings_are_unchanged(self.version))
            for each in self.puts:
                write.save(each)
            write.save(self.line)
            if self.recount:
                write.save(self.recount)

    def is_refused(self, error: TransactWriteError) -> bool:
        return any(reason and reason.code == REFUSED for reason in error.cancellation_reasons)

    def was_made(self) -> bool:
        """Whether the new version is ours, by an attempt that nobody answered: its line tells who changed what, and when."""
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
    wanted = _keyed(after, found)
    branch = wanted.pop(keys.BRANCH)
    puts = [item for sk, item in wanted.items() if sk not in found or items.value(item) != items.value(found[sk])]
    deletes = [item for sk, item in found.items() if sk not in wanted and sk != keys.BRANCH]
    if len(puts) + len(deletes) > MOST_CHANGED:
        raise Invalid(message=f"This changes more than {MOST_CHANGED} things at once. Please save it in parts.")
    owed = items.recount(after.branch.id, recount) if recount else None
    return Saving(before.version, branch, puts, deletes, lines.from_line(line, keys.change(after.version)), owed)


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
