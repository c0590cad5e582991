"""What is known of messages beyond the sending of each: trouble with them, addresses not to be written to, the day's digest,
and how many SMS a month has seen. None of the hot path needs it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from pynamodb.exceptions import DoesNotExist, PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.domain.errors import TryAgain
from chalicelib.domain.inbox import Entry
from chalicelib.domain.outbox import NOBODY_WAITS, TROUBLE, Message
from chalicelib.domain.trouble import Digest, MessageName
from chalicelib.store import items, keys
from chalicelib.store.faults import Patient, pause, translated
from chalicelib.store.models import CounterItem, DigestItem, EntryItem, MessageItem, SuppressedItem, first_version
from chalicelib.store.verdict import is_undecided, is_written, was_refused

SUPPRESSED_FOR = timedelta(days=365)
"""After which an address is tried again: mailboxes come back, and no hash of an address is kept for ever."""
DIGEST_KEPT = timedelta(days=7)
"""Longer than any of the day's notices may still be tried."""
MONTH_KEPT = timedelta(days=62)
DEADLINE = 2.0
"""Seconds after which telling of a digest begins no further attempt: its own message has to be marked in the same time."""


class MessageLog(Patient):
    """Of the table that `Table` has bound. Any call may raise TryAgain."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__(sleep, monotonic, lambda: DEADLINE)

    def message(self, appointment: str, named: MessageName) -> Message | None:
        """As of now."""
        with translated():
            try:
                return items.to_message(MessageItem.get(*_key(appointment, named), consistent_read=True))
            except DoesNotExist:
                return None

    def troubles(self, branch: str, since: datetime, limit: int) -> list[Message]:
        """The branch's messages that are in trouble since then, the latest first; may lag behind by moments. One query, and
        another one only where pages are full of what nobody waits for, which version 0.1 listed here as well."""
        with translated():
            found = MessageItem.by_person.query(
                keys.trouble(branch),
                MessageItem.gsi2sk >= items.stamp(since),
                filter_condition=~MessageItem.failure.is_in(*sorted(NOBODY_WAITS)),
                scan_index_forward=False,
                limit=limit,
            )
            return [items.to_message(each) for each in found]

    def mark(self, message: Message, provider_id: str, entry: Entry | None) -> bool:
        """Writes what the provider has told of the sending with its id, and what staff shall look at. False if it was told
        before, or is about a sending that another one has followed."""
        actions: list[Action] = [
            MessageItem.state.set(message.state),
            MessageItem.failure.set(message.failure or ""),
            MessageItem.provider_id.set(provider_id),
            MessageItem.gsi2pk.set(keys.trouble(message.branch)),
            MessageItem.gsi2sk.set(items.stamp(message.due)),
            MessageItem.gsi3pk.remove(),
            MessageItem.gsi3sk.remove(),
        ]
        sent = (MessageItem.state == "sent") & (MessageItem.provider_id == provider_id)
        # It may be told before the sender has written down that it was sent.
        return self._write(message, actions, sent | (MessageItem.state == "sending"), put=entry)

    def again(self, message: Message, now: datetime, entry: str) -> bool:
        """Makes a message in trouble due again, with all its attempts, and removes its entry of the inbox. It is the practice's
        from now on: what staff send is counted against nobody. False if it is in trouble no more."""
        actions: list[Action] = [
            MessageItem.state.set("due"),
            MessageItem.attempts.set(0),
            MessageItem.failure.remove(),
            MessageItem.caused_by.remove(),
            MessageItem.provider_id.remove(),
            MessageItem.gsi2pk.remove(),
            MessageItem.gsi2sk.remove(),
            MessageItem.gsi3pk.set(keys.due(message.appointment)),
            MessageItem.gsi3sk.set(items.stamp(now)),
        ]
        in_trouble = reduce(or_, (MessageItem.state == each for each in sorted(TROUBLE)))
        return self._write(message, actions, in_trouble, gone=EntryItem(keys.inbox(message.branch), entry))

    def suppress(self, branch: str, address: str, why: str, now: datetime) -> None:
        """`address` is a keyed hash."""
        with translated():
            SuppressedItem(keys.suppressed(branch), address, why=why, ttl=_until(now, SUPPRESSED_FOR)).save()

    def suppressed(self, branch: str, address: str, now: datetime) -> bool:
        """Whether the branch does not write to an address, as of now."""
        with translated():
            try:
                item = SuppressedItem.get(keys.suppressed(branch), address, consistent_read=True)
            except DoesNotExist:
                return False
        return bool(item.ttl > now.timestamp())

    def digest(self, branch: str, day: str, owner: str, now: datetime) -> Digest:
        """The digest of a day: the first message that asks becomes it, and stays so."""
        item = DigestItem(keys.digest(branch), day, owner=owner, ttl=_until(now, DIGEST_KEPT))
        with translated():
            try:
                item.save(condition=DigestItem.pk.does_not_exist())
            except PutError as error:
                if not was_refused(error):
                    raise
                item = DigestItem.get(keys.digest(branch), day, consistent_read=True)
        return Digest(item.owner, item.provider_id, item.failure)

    def finish_digest(self, branch: str, day: str, owner: str, provider_id: str | None, failure: str | None) -> None:
        """Writes what became of it, for the notices that it stands for. Insists on it for a while: they go by it."""
        item = DigestItem(keys.digest(branch), day)
        actions: list[Action] = [
            attribute.remove() if value is None else attribute.set(value)
            for attribute, value in ((DigestItem.provider_id, provider_id), (DigestItem.failure, failure))
        ]
        for attempt in self._attempts():
            try:
                item.update(actions, condition=DigestItem.owner == owner)
            except UpdateError as error:
                if not is_undecided(error):
                    raise
            else:
                return
            pause(attempt, self._sleep)
        raise TryAgain

    def count_sms(self, branch: str, month: str, parts: int, most: int, now: datetime) -> bool:
        """Counts the parts of an SMS in its month; False, and nothing counted, where they are more than the branch allows."""
        if parts > most:
            return False
        room = CounterItem.used.does_not_exist() | (CounterItem.used <= most - parts)
        try:
            with translated():
                self._add(branch, month, parts, now, room)
        except UpdateError as error:
            if was_refused(error):
                return False
            raise
        return True

    def uncount_sms(self, branch: str, month: str, parts: int, now: datetime) -> None:
        """Of one that did not go out."""
        with translated():
            self._add(branch, month, -parts, now, None)

    @staticmethod
    def _add(branch: str, month: str, parts: int, now: datetime, condition: Condition | None) -> None:
        item = CounterItem(keys.counter(branch, ("sms", month)), keys.COUNTER)
        until = CounterItem.ttl.set(_until(now, MONTH_KEPT))
        item.update([CounterItem.used.add(parts), until, first_version(item)], condition=condition)

    def _write(
        self,
        message: Message,
        actions: list[Action],
        condition: Condition,
        *,
        put: Entry | None = None,
        gone: EntryItem | None = None,
    ) -> bool:
        """All or nothing, together with the inbox; False where the condition does not hold."""
        item = MessageItem(*_key(message.appointment, MessageName(message.event, message.kind, message.channel)))

        def write(transaction: TransactWrite) -> None:
            if gone:
                transaction.delete(gone)
            if put:
                transaction.save(items.from_entry(put))
            transaction.update(item, actions=actions, condition=condition)

        return is_written(write, self._sleep)


def _key(appointment: str, named: MessageName) -> tuple[str, str]:
    return keys.appointment(appointment), keys.message(named.event, named.kind, named.channel)


def _until(now: datetime, span: timedelta) -> int:
    return int((now + span).timestamp())
