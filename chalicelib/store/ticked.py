"""Entries of the inbox that staff have ticked off, and may want back (R40)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from pynamodb.exceptions import DeleteError, DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.domain.callbacks import KEPT, callback_of
from chalicelib.store import items, keys
from chalicelib.store.conditions import is_set_aside, waits_for_staff
from chalicelib.store.faults import Patient, translated
from chalicelib.store.models import CallbackItem, EntryItem
from chalicelib.store.verdict import is_written

WANTED_BACK = timedelta(hours=1)
"""How long what was ticked off can be had back; then the table lets it go."""
LOOKS = 2
"""How often what somebody else brings back, or erases, at the same moment is looked at."""


class TickedOff(Patient):
    """A part of `Table`."""

    def set_aside(self, branch: str, entry: str, now: datetime) -> None:
        """Ticks an entry off, with who wants to be called back; one that is gone, or ticked off before, stays as it is."""
        until = int((now + WANTED_BACK).timestamp())
        actions: list[Action] = [EntryItem.done_at.set(items.stamp(now)), EntryItem.ttl.set(until)]
        if not self._change(branch, entry, actions, until, waits_for_staff()) and callback_of(entry):
            with translated(), suppress(DeleteError):  # the table has let go who wanted to be called
                EntryItem(keys.inbox(branch), entry).delete(condition=waits_for_staff())

    def bring_back(self, branch: str, entry: str) -> bool:
        """Lets an entry wait again that was ticked off. False where it is gone for good."""
        for _ in range(LOOKS):
            with translated():
                try:
                    item = EntryItem.get(keys.inbox(branch), entry, consistent_read=True)
                except DoesNotExist:
                    return False
            if not item.done_at:
                return True
            until = int((datetime.fromisoformat(item.at) + KEPT).timestamp()) if callback_of(entry) else None
            kept = EntryItem.ttl.remove() if until is None else EntryItem.ttl.set(until)
            if self._change(branch, entry, [EntryItem.done_at.remove(), kept], until, is_set_aside()):
                return True
        return False

    def _change(self, branch: str, entry: str, actions: list[Action], until: int | None, condition: Condition) -> bool:
        """With the callback that it is about, if it is about one. False where a condition does not hold. Raises TryAgain."""
        callback = callback_of(entry)

        def write(transaction: TransactWrite) -> None:
            transaction.update(EntryItem(keys.inbox(branch), entry), actions=actions, condition=condition)
            if callback and until:
                item = CallbackItem(keys.callbacks(branch), callback)
                transaction.update(item, actions=[CallbackItem.ttl.set(until)], condition=CallbackItem.pk.exists())

        return is_written(write, self._sleep)
