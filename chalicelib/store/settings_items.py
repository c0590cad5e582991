"""What the table keeps of a branch beside its appointments: its settings, and how its links are used."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from pynamodb.exceptions import PynamoDBException, TransactWriteError

from chalicelib.domain.errors import ChangedMeanwhile, TryAgain
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Settings
from chalicelib.store import items, keys
from chalicelib.store.faults import Patient, pause, translated
from chalicelib.store.models import CounterItem, SettingItem, UsedItem, first_version
from chalicelib.store.settings_write import Saving, read_settings, saving_of
from chalicelib.store.verdict import is_undecided

SETTINGS_AGE = 5.0
"""Seconds for which settings are kept in memory."""
TURNED_AWAY_KEPT = timedelta(days=60)


class SettingsItems(Patient):
    """A part of `Table`."""

    def __init__(self, sleep: Callable[[float], None], monotonic: Callable[[], float], seconds: Callable[[], float]) -> None:
        super().__init__(sleep, monotonic, seconds)
        self._known: dict[str, tuple[float, Settings]] = {}

    def settings(self, branch: str) -> Settings | None:
        """What the branch has set, at most 5 seconds old: one query, none while it is known."""
        known = self._known.get(branch)
        if known and self._monotonic() - known[0] < SETTINGS_AGE:
            return known[1]
        with translated():
            settings = items.to_settings(SettingItem.query(keys.branch(branch)))
        self._keep(branch, settings)
        return settings

    def settings_now(self, branch: str) -> Settings | None:
        """What the branch has set, as of now and of one moment."""
        with translated():
            settings = items.to_settings(read_settings(branch))
        self._keep(branch, settings)
        return settings

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

    def replace_settings(self, settings: Settings, recount: datetime | None = None) -> None:
        """Writes all settings of a branch and removes those that are gone; other processes see it within 5 seconds. From
        `recount` on the branch's coming appointments are reckoned anew."""
        branch_item, *others = items.from_settings(settings)
        kept = {item.sk for item in others} | {branch_item.sk}
        with translated():
            if recount:
                items.recount(settings.branch.id, recount).save()
            gone = [item for item in SettingItem.query(keys.branch(settings.branch.id)) if item.sk not in kept]
            with SettingItem.batch_write() as batch:
                for item in others:
                    batch.save(item)
                for item in gone:
                    batch.delete(item)
            branch_item.save()
        self._known.pop(settings.branch.id, None)

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

    def _keep(self, branch: str, settings: Settings | None) -> None:
        if settings is not None:  # unknown ones are not kept: anybody can invent them
            self._known[branch] = (self._monotonic(), settings)

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
