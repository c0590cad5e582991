"""Wishes to be called back, each with its entry of the inbox."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.domain.appointment import LimitReached, Proof, ProofUsed
from chalicelib.domain.callbacks import KEPT, Callback, entry_for
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.limits import Count
from chalicelib.store import items, keys
from chalicelib.store.conditions import limit_has_room, not_asked_before, not_used_before
from chalicelib.store.faults import ATTEMPTS, REFUSED, pause, translated
from chalicelib.store.models import CallbackItem, CounterItem, Item, ProofItem, first_version
from chalicelib.store.verdict import is_undecided, was_refused

COUNTED = timedelta(days=2)
"""How long the counter of an hour outlives its last change."""
CALLBACK = msgspec.json.Decoder(Callback)


class Callbacks:
    """Of the table that `Table` has bound. Any call may raise TryAgain. `sleep` is time's own unless a test says otherwise."""

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep

    def callback(self, branch: str, callback: str) -> Callback | None:
        """As of now."""
        with translated():
            try:
                item = CallbackItem.get(keys.callbacks(branch), callback, consistent_read=True)
            except DoesNotExist:
                return None
        return CALLBACK.decode(item.body)

    def several(self, branch: str, callbacks: Sequence[str]) -> dict[str, Callback]:
        """Those that are still there, by id, as of now: one request, none where none are asked for."""
        wanted = [(keys.callbacks(branch), each) for each in callbacks]
        with translated():
            found = CallbackItem.batch_get(wanted, consistent_read=True) if wanted else ()
            return {item.sk: CALLBACK.decode(item.body) for item in found}

    def put(self, callback: Callback, proof: Proof, count: Count, most: int) -> Callback:
        """Writes it with its entry of the inbox, unless there is one of its id: the one that is there. The proof is used up and
        the counter raised in the same write. Raises ProofUsed, or LimitReached where the counter has reached `most`."""
        until = int((callback.at + KEPT).timestamp())
        body = msgspec.json.encode(callback).decode()
        item = CallbackItem(keys.callbacks(callback.branch), callback.id, body=body, ttl=until)
        entry = items.from_entry(entry_for(callback))
        entry.ttl = until
        used_up = ProofItem(keys.proof(proof.id), keys.PROOF, ttl=int(proof.expires.timestamp()))
        counter = CounterItem(keys.counter(callback.branch, count), keys.COUNTER)
        counted = [
            CounterItem.used.add(1),
            CounterItem.ttl.set(int((callback.at + COUNTED).timestamp())),
            first_version(counter),
        ]
        for attempt in range(ATTEMPTS):
            try:
                with TransactWrite(connection=Item._get_connection().connection) as write:
                    write.save(item, condition=not_asked_before())
                    write.save(used_up, condition=not_used_before())
                    write.save(entry)
                    write.update(counter, actions=counted, condition=limit_has_room(most))
            except TransactWriteError as error:
                if was_refused(error):
                    return self._refused(error, callback, count)
                if not is_undecided(error):
                    raise
            else:
                return callback
            pause(attempt, self._sleep)
        raise TryAgain

    def _refused(self, error: TransactWriteError, callback: Callback, count: Count) -> Callback:
        """The one that is there, if there is one: nobody needs a proof to hear again what was answered."""
        if earlier := self.callback(callback.branch, callback.id):
            return earlier
        used_up = error.cancellation_reasons[1]
        if used_up and used_up.code == REFUSED:
            raise ProofUsed
        raise LimitReached(frozenset({count}))
