"""What the table owes by the clock: messages to be sent, appointments to look at, branches to reckon anew."""

from __future__ import annotations

from datetime import datetime

from pynamodb.exceptions import DeleteError, PutError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import ChangedMeanwhile, TryAgain
from chalicelib.domain.inbox import Entry
from chalicelib.domain.outbox import LEASE, TO_BRANCHES, Attempt, Due, Duty, Message
from chalicelib.store import items, keys
from chalicelib.store.conditions import can_be_claimed, is_still_attempted, is_still_ours, is_unchanged, was_owed_by
from chalicelib.store.faults import REFUSED, Patient, code_of, pause, translated
from chalicelib.store.models import AppointmentItem, Item, MessageItem, RecountItem
from chalicelib.store.raw import query
from chalicelib.store.verdict import is_undecided, was_refused

SWEPT = 25
"""Messages of each partition that one sweep takes up."""


class DueItems(Patient):
    """A part of `Table`."""

    def due(self, now: datetime) -> Due:
        """Messages whose time or lease is up, appointments that something is owed to, and branches to be reckoned anew, the
        oldest of each partition first. One query a partition.
        """
        with translated():
            by_now = MessageItem.gsi3sk <= items.stamp(now)
            owed = [raw for each in keys.all_due() for raw in query(each, by_now, items.OWED, index="gsi3", limit=SWEPT)]
        return items.to_due(owed)

    def claim(self, message: tuple[str, str], now: datetime) -> Message | None:
        """Marks a due message as sending until its lease ends; None if another has it, it is not due, or it is done."""
        item = MessageItem(*message)
        actions: list[Action] = [
            MessageItem.state.set("sending"),
            MessageItem.attempts.add(1),
            MessageItem.gsi3sk.set(items.stamp(now + LEASE)),
        ]
        with translated():
            try:
                item.update(actions, condition=can_be_claimed(now))
            except UpdateError as error:
                if code_of(error) == f"{REFUSED}Exception":
                    return None
                raise
        return items.to_message(item)

    def unsent_before(self, message: tuple[str, str]) -> list[Message]:
        """Messages to the customer that the appointment owed before this one, and that are neither sent nor given up, the
        oldest first, as of now; none before a message to the branch. At most one query."""
        pk, sk = message
        if keys.kind_of_message(sk) in TO_BRANCHES:
            return []
        with translated():
            found = MessageItem.query(pk, MessageItem.sk.between(keys.MESSAGE, sk), consistent_read=True)
            before = [items.to_message(item) for item in found if item.sk != sk and item.gsi3sk]
        return [each for each in before if each.kind not in TO_BRANCHES and not each.is_gathered]

    def wait(self, message: tuple[str, str], until: datetime, now: datetime) -> None:
        """Makes a message that is due wait, which is no attempt."""
        with translated():
            try:
                MessageItem(*message).update([MessageItem.gsi3sk.set(items.stamp(until))], condition=can_be_claimed(now))
            except UpdateError as error:
                if code_of(error) != f"{REFUSED}Exception":
                    raise

    def settle(self, message: Message, entry: Entry | None = None) -> None:
        """Writes how an attempt ended, with what staff shall look at, unless somebody else has claimed the message since, or
        the provider has told of it meanwhile.

        Insists on it: what was sent and not marked would be sent again.
        """
        item = MessageItem(keys.appointment(message.appointment), keys.message(message.event, message.kind, message.channel))
        actions: list[Action] = [MessageItem.state.set(message.state)]
        for attribute, value in ((MessageItem.provider_id, message.provider_id), (MessageItem.failure, message.failure)):
            actions.append(attribute.remove() if value is None else attribute.set(value))
        if message.state == "due":
            actions.append(MessageItem.gsi3sk.set(items.stamp(message.due)))
        else:
            actions += [MessageItem.gsi3pk.remove(), MessageItem.gsi3sk.remove()]
        if message.in_trouble:
            actions += [
                MessageItem.gsi2pk.set(keys.trouble(message.branch)),
                MessageItem.gsi2sk.set(items.stamp(message.due)),
            ]
        for attempt in self._attempts():
            try:
                _settle_once(item, actions, is_still_ours(message), entry)
                return
            except (UpdateError, TransactWriteError) as error:
                if was_refused(error):
                    return
                if not is_undecided(error):
                    raise
            pause(attempt, self._sleep)
        raise TryAgain

    def recounted(self, branch: str, begun: datetime) -> None:
        """A branch's appointments have been reckoned anew, by the settings as they were read at `begun`."""
        with translated():
            try:
                RecountItem(keys.recount(branch), keys.RECOUNT).delete(condition=was_owed_by(begun))
            except DeleteError as error:
                if not was_refused(error):
                    raise

    def recount_later(self, branch: str, begun: datetime, due: datetime) -> None:
        """A branch is to be reckoned anew from `due` on only, unless somebody has asked for it since `begun`, or nobody has."""
        with translated():
            try:
                items.recount(branch, due).save(condition=RecountItem.pk.exists() & was_owed_by(begun))
            except PutError as error:
                if not was_refused(error):
                    raise

    def take_up(self, duty: Duty, now: datetime) -> Attempt | None:
        """Begins an attempt at what is due, until its lease ends; None if another has it, or it is not due.

        The item is not read otherwise: what is wrong with it must not keep it due for ever.
        """
        pk, sk = keys.duty(duty.kind, duty.id)
        actions: list[Action] = [
            AppointmentItem.due.set(AppointmentItem.due | AppointmentItem.gsi3sk),
            AppointmentItem.attempts.add(1),
            AppointmentItem.gsi3sk.set(items.stamp(now + LEASE)),
        ]
        with translated():
            try:
                found = Item._get_connection().update_item(
                    pk, range_key=sk, actions=actions, condition=can_be_claimed(now), return_values="ALL_NEW"
                )["Attributes"]
            except UpdateError as error:
                if was_refused(error):
                    return None
                raise
        branch = found.get("branch", {}).get("S", "") if duty.kind == "appointment" else duty.id
        return Attempt(duty, int(found["attempts"]["N"]), branch)

    def put_aside(self, attempt: Attempt, until: datetime | None, entry: Entry | None = None) -> None:
        """An attempt has failed: the next one begins at `until`, or None does, and `entry` tells staff so. Does nothing where
        somebody else has attempted it since, or it is owed otherwise by now."""
        item = AppointmentItem(*keys.duty(attempt.duty.kind, attempt.duty.id))
        actions: list[Action] = [AppointmentItem.gsi3pk.remove(), AppointmentItem.gsi3sk.remove()]
        if until:
            actions = [AppointmentItem.gsi3sk.set(items.stamp(until))]
        with translated():
            try:
                with TransactWrite(connection=Item._get_connection().connection) as write:
                    if entry:
                        write.save(items.from_entry(entry))
                    write.update(item, actions=actions, condition=is_still_attempted(attempt))
            except TransactWriteError as error:
                if not was_refused(error):
                    raise

    def put_off(self, appointment: Appointment, due: datetime | None) -> None:
        """Sets when the schedule looks at an appointment next, which is no change that anybody sees: its version stays.

        Raises ChangedMeanwhile where the appointment is not as it was read.
        """
        item = AppointmentItem(keys.appointment(appointment.id), keys.APPOINTMENT)
        actions: list[Action] = [AppointmentItem.attempts.remove(), AppointmentItem.due.remove()]
        if due:
            actions += [AppointmentItem.gsi3pk.set(keys.due(appointment.id)), AppointmentItem.gsi3sk.set(items.stamp(due))]
        else:
            actions += [AppointmentItem.gsi3pk.remove(), AppointmentItem.gsi3sk.remove()]
        with translated():
            try:
                item.update(actions, condition=is_unchanged(appointment))
            except UpdateError as error:
                if code_of(error) == f"{REFUSED}Exception":
                    raise ChangedMeanwhile from None
                raise


def _settle_once(item: MessageItem, actions: list[Action], condition: Condition, entry: Entry | None) -> None:
    """A transaction costs twice as much, and most messages owe nothing further."""
    if entry is None:
        item.update(actions, condition=condition)
        return
    with TransactWrite(connection=Item._get_connection().connection) as write:
        write.save(items.from_entry(entry))
        write.update(item, actions=actions, condition=condition)
