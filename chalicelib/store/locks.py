"""Who changes something that is not in the table, such as an account of the user pool: one at a time."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from pynamodb.exceptions import PutError
from pynamodb.expressions.condition import Condition

from chalicelib.domain.errors import ChangedMeanwhile
from chalicelib.store import keys
from chalicelib.store.faults import translated
from chalicelib.store.models import LockItem
from chalicelib.store.verdict import was_refused

HELD = timedelta(minutes=1)
"""Longer than the function may run; who died holding it keeps nobody out for longer."""


class Locks:
    """Of the table that `Table` has bound. May raise TryAgain."""

    @contextmanager
    def held(self, account: str, now: datetime) -> Iterator[None]:
        """Holds an account, by its id, for this block. Raises ChangedMeanwhile where somebody else does."""
        owner = secrets.token_hex(8)
        free = LockItem.pk.does_not_exist() | (LockItem.ttl <= _seconds(now))
        if not self._put(account, owner, now + HELD, free | (LockItem.owner == owner)):  # ours: it was put, but not answered
            raise ChangedMeanwhile
        try:
            yield
        finally:
            self._put(account, owner, now, LockItem.owner == owner)

    @staticmethod
    def _put(account: str, owner: str, until: datetime, free: Condition) -> bool:
        item = LockItem(keys.account(account), keys.LOCK, owner=owner, ttl=_seconds(until))
        try:
            with translated():
                item.save(condition=free)
        except PutError as error:
            if was_refused(error):
                return False
            raise
        return True


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
