"""What the table keeps of a branch beside its appointments: its settings, and how its links are used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pynamodb.exceptions import DoesNotExist, PutError, PynamoDBException, TransactWriteError

from chalicelib.domain.errors import ChangedMeanwhile, TryAgain
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Settings
from chalicelib.store import items, keys
from chalicelib.store.faults import Patient, pause, translated
from chalicelib.store.models import ClearingItem, CounterItem, SettingItem, UsedItem, first_version
from chalicelib.store.settings_write import Saving, read_settings, replacing, saving_of
from chalicelib.store.verdict import is_undecided, was_refused

SETTINGS_AGE = 5.0
"""Seconds after which settings in memory are compared with what is stored: by the branch's own item alone."""
WHOLE_AGE = 3600.0
"""Seconds after which they are read as a whole, whatever that item says: for what was written past all rules, by hand."""
TURNED_AWAY_KEPT = timedelta(days=60)


@dataclass(frozen=True)
class _Known:
    """Settings in memory. `head` is the branch's own item as it was before all was read, None where nobody looked: as long as
    it is stored like this, nothing was changed since, nor while it was read."""

    settings: Settings
    head: SettingItem | None
    read_at: float
    looked_at: float

    def is_of(self, head: SettingItem | None) -> bool:
        return head is not None and self.head is not None and head.attribute_values == self.head.attribute_values


class SettingsItems(Patient):
    """A part of `Table`."""

    def __init__(self, sleep: Callable[[float], None], monotonic: Callable[[], float], seconds: Callable[[], float]) -> None:
        super().__init__(sleep, monotonic, seconds)
        self._known: dict[str, _Known] = {}

    def settings(self, branch: str) -> Settings | None:
        """What the branch has set, at most 5 seconds old, and the same object as long as nothing is changed. None of it is
        asked for while it is known; then one item is, and all of it if that has changed."""
        known, now = self._known.get(branch), self._monotonic()
        if known and now - known.looked_at < SETTINGS_AGE:
            return known.settings
        with translated():
            head = _head(branch) if known else None
            if known and known.is_of(head) and now - known.read_at < WHOLE_AGE:
                self._known[branch] = replace(known, looked_at=now)
                return known.settings
            found = list(SettingItem.query(keys.branch(branch), consistent_read=head is not None))
        return self._kept(branch, found, head)

    def settings_now(self, branch: str) -> Settings | None:
        """What the branch has set, as of now and of one moment."""
        with translated():
            found = read_settings(branch)
        return self._kept(branch, found, next((item for item in found if item.sk == keys.BRANCH), None))

    def change_settings(self, before: Settings, after: Settings, line: Line, recount: datetime | None = None) -> None:
        """Writes what differs from `before`, which was read, with the record's line: all in one transaction, or nothing. From
        `recount` on the branch's coming appointments are reckoned anew.

        Raises ChangedMeanwhile, Invalid where it is too much for one, or TryAgain if it could not be decided.
        """
        with translated():
            saving = saving_of(read_settings(after.branch.id), before, after, line, recount)
        try:
            self._save(saving)
        finally:
            self._known.pop(after.branch.id, None)

    def replace_settings(self, settings: Settings, recount: datetime | None = None) -> Settings:
        """Writes all settings of a branch and removes those that are gone, in steps of one transaction each; other processes
        see it within 5 seconds. From `recount` on the branch's coming appointments are reckoned anew. The schedule looks after
        its old ones from now on. Returns what is stored now: with another version.

        Raises ChangedMeanwhile, or TryAgain if it could not be decided: then a repetition does what is left.
        """
        with translated():
            stored = read_settings(settings.branch.id) or self._prepared(settings)
        savings = replacing(stored, settings, recount)
        try:
            for saving in savings:
                self._save(saving)
        finally:
            self._known.pop(settings.branch.id, None)
        self.begin_clearing(settings.branch.id)
        return replace(settings, version=savings[-1].version + 1)

    def begin_clearing(self, branch: str) -> None:
        """From now on the schedule lets a branch's old appointments leave, if it does not already."""
        with translated():
            try:
                items.clearing(branch).save(condition=ClearingItem.pk.does_not_exist())
            except PutError as error:
                if not was_refused(error):
                    raise

    def used(self, branch: str) -> dict[str, datetime]:
        """When each access was last used, by alias: one query."""
        with translated():
            return {item.sk: datetime.fromisoformat(item.at) for item in UsedItem.query(keys.used(branch))}

    def mark_used(self, branch: str, alias: str, at: datetime) -> None:
        """Notes that an access was used. Failing is not told: nothing depends on it."""
        with suppress(PynamoDBException):
            UsedItem(keys.used(branch), alias, at=items.stamp(at)).save()

    def count_turned_away(self, branch: str, day: str, count: int, at: datetime) -> None:
        """Adds to how many online requests a branch has turned away on a local day. Failing is not told."""
        item = CounterItem(keys.turned_away(branch), day)
        until = CounterItem.ttl.set(int((at + TURNED_AWAY_KEPT).timestamp()))
        with suppress(PynamoDBException):
            item.update([CounterItem.used.add(count), until, first_version(item)])

    def turned_away(self, branch: str, first: str) -> dict[str, int]:
        """How many that were on each local day from `first` on: one query."""
        with translated():
            found = CounterItem.query(keys.turned_away(branch), CounterItem.sk >= first)
            return {item.sk: int(item.used or 0) for item in found}

    def _prepared(self, settings: Settings) -> list[SettingItem]:
        """All but the item of a new branch, without which nobody reads them."""
        _, *others = items.from_settings(settings)
        kept = {item.sk for item in others}
        with SettingItem.batch_write() as batch:
            for item in SettingItem.query(keys.branch(settings.branch.id), consistent_read=True):
                if item.sk not in kept:
                    batch.delete(item)
            for item in others:
                batch.save(item)
        return others

    def _kept(self, branch: str, found: Iterable[SettingItem], head: SettingItem | None) -> Settings | None:
        settings, now = items.to_settings(found), self._monotonic()
        if settings is not None:  # unknown ones are not kept: anybody can invent them
            self._known[branch] = _Known(settings, head, now, now)
        return settings

    def _save(self, saving: Saving) -> None:
        for attempt in self._attempts():
            try:
                return saving.write_once()
            except TransactWriteError as error:
                if not (refused := saving.is_refused(error)) and not is_undecided(error):
                    raise
            if not refused:
                pause(attempt, self._sleep)
            with translated():
                if saving.was_made():
                    return None
            if refused:
                raise ChangedMeanwhile
        raise TryAgain


def _head(branch: str) -> SettingItem | None:
    """The branch's own item, which each change of its settings gives another version."""
    try:
        return SettingItem.get(keys.branch(branch), keys.BRANCH, consistent_read=True)
    except DoesNotExist:
        return None
