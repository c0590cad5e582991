"""The whole table, as commands need it that move or mend stored data. What serves somebody never reads it so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, Literal

from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.domain.agenda import Place
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.settings import Settings
from chalicelib.store import items, keys, versions
from chalicelib.store.conditions import is_as_read, is_unchanged
from chalicelib.store.faults import ATTEMPTS, pause, translated
from chalicelib.store.models import AppointmentItem, DayItem, Item, SettingItem
from chalicelib.store.verdict import is_undecided, is_written, was_refused
from chalicelib.store.versions import Raw, upgraded

PAGE = 500
"""Items that one page reads at most."""
KEY = ("pk", "sk")
Outcome = Literal["already", "changed", "gone"]


@dataclass(frozen=True)
class Page:
    """`after` is where the next one begins; None: there is none."""

    items: list[Raw]
    after: Raw | None


class Whole:
    """Of the table that `Table` has bound. Any call may raise TryAgain.

    `sleep` is time's own unless a test says otherwise.
    """

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep

    def pages(self, after: Raw | None = None, size: int = PAGE, only: Condition | None = None) -> Iterator[Page]:
        """Everything that was stored before the first page was asked for, as it is stored, in no order that means anything."""
        start: Any = after  # PynamoDB takes what DynamoDB gave, and says otherwise
        while True:
            with translated():
                found = _connection().scan(filter_condition=only, limit=size, exclusive_start_key=start, consistent_read=True)
            start = found.get("LastEvaluatedKey")
            yield Page(found["Items"], start)
            if start is None:
                return

    def branches(self) -> Iterator[Settings]:
        """What each branch has set."""
        for page in self.pages(only=Path("sk") == keys.BRANCH):
            for item in page.items:
                with translated():
                    settings = items.to_settings(SettingItem.query(item["pk"]["S"], consistent_read=True))
                if settings:
                    yield settings

    def of_branch(self, branch: str) -> Iterator[Raw]:
        """All items of a branch, as they are stored, those of resources that it has no more among them.

        Events of version 0.1 do not name their branch; they come last.
        """
        appointments: set[str] = set()
        nameless: list[Raw] = []
        for page in self.pages():
            for item in page.items:
                pk, of = item["pk"]["S"], item.get("branch", {}).get("S")
                if keys.owner_of(pk) == branch or (keys.is_invitation(pk) and of == branch):
                    yield item
                elif keys.is_appointment(pk) and of == branch:
                    appointments.add(pk)
                    yield item
                elif keys.is_appointment(pk) and of is None:
                    nameless.append(item)
        yield from (item for item in nameless if item["pk"]["S"] in appointments)

    def appointments(self, branch: str) -> Iterator[Appointment]:
        """All appointments of a branch, by their own items: no index can be late."""
        of_branch = (AppointmentItem.sk == keys.APPOINTMENT) & (AppointmentItem.branch == branch)
        for page in self.pages(only=of_branch):
            for item in page.items:
                yield items.to_appointment(upgraded(item))

    def given_up(self) -> Iterator[Raw]:
        """Appointments and recounts that the schedule has given up, as they are stored."""
        tasks = (Path("sk") == keys.APPOINTMENT) | (Path("sk") == keys.RECOUNT)
        for page in self.pages(only=tasks & Path("attempts").exists() & Path("gsi3pk").does_not_exist()):
            yield from page.items

    def begin_anew(self, item: Raw) -> None:
        """Makes due again what the schedule has given up, unless somebody has written it meanwhile."""
        pk, sk = _key(item)
        owner = keys.owner_of_duty(pk)
        actions: list[Action] = [
            Path("attempts").remove(),
            Path("due").remove(),
            Path("gsi3pk").set(keys.due(owner)),
            Path("gsi3sk").set(item["due"]),
        ]
        as_read = (Path("attempts") == item["attempts"]) & Path("gsi3pk").does_not_exist()
        try:
            with translated():
                _connection().update_item(pk, range_key=sk, actions=actions, condition=as_read)
        except UpdateError as error:
            if not was_refused(error):
                raise

    def bring_up(self, item: Raw) -> Outcome:
        """Writes the item in the present form, if it is not in it already. Whatever changes it meanwhile is kept: then it is
        read again."""
        now: Raw | None = item
        for attempt in range(ATTEMPTS):
            if now is None:
                return "gone"
            if versions.version_of(now) >= versions.CURRENT:
                return "already"
            if self._was_brought_up(now):
                return "changed"
            pause(attempt, self._sleep)
            now = self._get(item)
        raise TryAgain

    @staticmethod
    def _was_brought_up(item: Raw) -> bool:
        """False where it was changed meanwhile, or could not be decided: a booking may have it in hand just now."""
        actions, condition = _difference(item, upgraded(item))
        try:
            _connection().update_item(*_key(item), actions=actions, condition=condition)
        except UpdateError as error:
            if was_refused(error) or is_undecided(error):
                return False
            raise
        return True

    @staticmethod
    def _get(item: Raw) -> Raw | None:
        pk, sk = _key(item)
        with translated():
            found: Raw | None = _connection().get_item(pk, range_key=sk, consistent_read=True).get("Item")
        return found

    def put(self, batch: Sequence[Raw]) -> None:
        """Writes items, at most 25, as they are; those that are there already are overwritten."""
        left = list(batch)
        for attempt in range(ATTEMPTS):
            with translated():
                answer = _connection().batch_write_item(put_items=left)
            unprocessed = answer.get("UnprocessedItems", {}).get(Item.Meta.table_name, [])
            left = [each["PutRequest"]["Item"] for each in unprocessed]
            if not left:
                return
            pause(attempt, self._sleep)
        raise TryAgain

    def put_new(self, item: Raw) -> bool:
        """Writes an item unless there is another one of its key; False if there is. The same one may be there by a write that
        nobody answered."""
        pk, sk = _key(item)
        rest = {name: value for name, value in item.items() if name not in KEY}
        try:
            with translated():
                _connection().put_item(pk, range_key=sk, attributes=rest, condition=Path("pk").does_not_exist())
        except PutError as error:
            if was_refused(error):
                return self._get(item) == item
            raise
        return True

    def put_right(
        self, branch: str, place: Place, before: frozenset[int], after: frozenset[int], owners: Iterable[Appointment]
    ) -> bool:
        """Sets the units of a day's lane, if they are still those that were read, and `owners` are unchanged. False if not."""
        resource, day, lane = place
        item = DayItem(keys.agenda(branch, resource), keys.day(day, lane))
        action = DayItem.taken.set(set(after)) if after else DayItem.taken.remove()
        unchanged = list(owners)

        def write(transaction: TransactWrite) -> None:
            for each in unchanged:
                key = keys.appointment(each.id), keys.APPOINTMENT
                transaction.condition_check(AppointmentItem, *key, condition=is_unchanged(each))
            transaction.update(item, actions=[action], condition=is_as_read(before))

        return is_written(write, self._sleep)


def _difference(before: Raw, after: Raw) -> tuple[list[Action], Condition]:
    """What makes the one of the other, as long as what is changed is as it was read. An item that is gone stays so."""
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    actions: list[Action] = [Path(name).set(after[name]) if name in after else Path(name).remove() for name in changed]
    as_read = [Path(name) == before[name] if name in before else Path(name).does_not_exist() for name in changed]
    return actions, reduce(and_, as_read, Path("pk").exists())


def _key(item: Raw) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _connection() -> TableConnection:
    return Item._get_connection()
