"""The store: the table's reads and writes, in the domain's words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from pynamodb.exceptions import DoesNotExist, TransactWriteError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.domain.appointment import Appointment, AppointmentExists, Event, UnitsTaken
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.moments import Units, to_text
from chalicelib.domain.outbox import LEASE, Message
from chalicelib.domain.settings import Settings
from chalicelib.store import items, keys
from chalicelib.store.conditions import can_be_claimed, is_still_ours, none_is_held, not_made_before
from chalicelib.store.faults import ATTEMPTS, PASSING, may_pass, pause, translated
from chalicelib.store.models import AppointmentItem, DayItem, EventItem, Item, MessageItem, SettingItem, bind

SETTINGS_AGE = 5.0
"""Seconds for which settings are kept in memory."""
SWEPT = 25
"""Messages of each partition that one sweep takes up."""
REFUSED = "ConditionalCheckFailed"


class Table:
    """The table `name`, reached through the environment's credentials, region and endpoint. Safe to share between threads.

    `sleep` and `monotonic` are time's own unless a test says otherwise.
    """

    def __init__(
        self,
        name: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        bind(name)
        self._sleep = sleep
        self._monotonic = monotonic
        self._known: dict[str, tuple[float, Settings]] = {}

    def settings(self, branch: str) -> Settings | None:
        """What the branch has set, at most 5 seconds old: one query, none while it is known."""
        known = self._known.get(branch)
        if known and self._monotonic() - known[0] < SETTINGS_AGE:
            return known[1]
        with translated():
            settings = items.to_settings(SettingItem.query(keys.branch(branch)))
        if settings is not None:  # unknown ones are not kept: anybody can invent them
            self._known[branch] = (self._monotonic(), settings)
        return settings

    def replace_settings(self, settings: Settings) -> None:
        """Writes all settings of a branch and removes those that are gone; other processes see it within 5 seconds."""
        branch_item, *others = items.from_settings(settings)
        kept = {item.sk for item in others} | {branch_item.sk}
        with translated():
            gone = [item for item in SettingItem.query(keys.branch(settings.branch.id)) if item.sk not in kept]
            with SettingItem.batch_write() as batch:
                for item in others:
                    batch.save(item)
                for item in gone:
                    batch.delete(item)
            branch_item.save()
        self._known.pop(settings.branch.id, None)

    def taken(self, branch: str, resource: str, first: str, last: str) -> Units:
        """The units held on the UTC days `first` to `last`; a day that is missing holds none. One query, consistent."""
        with translated():
            found = DayItem.query(
                keys.agenda(branch, resource), DayItem.sk.between(*keys.days(first, last)), consistent_read=True
            )
            return {keys.day_of(item.sk): _units(item) for item in found}

    def take(self, appointment: Appointment, event: Event, messages: Sequence[Message]) -> None:
        """Takes the appointment's units and puts it with its event and messages: all in one transaction, or nothing.

        Raises UnitsTaken, AppointmentExists, or TryAgain if it could not be decided. A conflict with another transaction is
        neither (R21), and neither is silence: then one look tells whether it is decided meanwhile, and if not we try again.
        """
        for attempt in range(ATTEMPTS):
            try:
                return self._take_once(appointment, event, messages)
            except TransactWriteError as error:
                _raise_if_decided(error, list(appointment.units))
                if not _is_undecided(error):
                    raise
            pause(attempt, self._sleep)
            self._look(appointment)
        raise TryAgain

    def appointment(self, appointment: str) -> Appointment | None:
        """As of now: one consistent read."""
        with translated():
            try:
                item = AppointmentItem.get(keys.appointment(appointment), keys.APPOINTMENT, consistent_read=True)
            except DoesNotExist:
                return None
        return items.to_appointment(item)

    def appointments(self, branch: str, resource: str, since: int, until: int) -> list[Appointment]:
        """Those of a resource that start in `[since, until)`, in order; may lag behind by moments."""
        with translated():
            found = AppointmentItem.query(
                keys.agenda(branch, resource),
                AppointmentItem.gsi1sk.between(to_text(since), to_text(until - 1)),
                index_name="gsi1",
            )
            return [items.to_appointment(item) for item in found]

    def open_requests(self, branch: str, resources: Iterable[str], since: int) -> int:
        """How many appointments that start from `since` on are proposed; may lag behind by moments. One query a resource."""
        with translated():
            return sum(
                AppointmentItem.count(
                    keys.agenda(branch, resource),
                    AppointmentItem.gsi1sk >= to_text(since),
                    AppointmentItem.status == "proposed",
                    index_name="gsi1",
                )
                for resource in resources
            )

    def requested(self, appointment: str) -> Event:
        """The event that made the appointment, which must exist."""
        with translated():
            return items.to_event(EventItem.get(keys.appointment(appointment), keys.event(1), consistent_read=True))

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
                if error.cause_response_code == f"{REFUSED}Exception":
                    return None
                raise
        return items.to_message(item)

    def settle(self, message: Message) -> None:
        """Writes how an attempt ended, unless somebody else has claimed the message since.

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
        for attempt in range(ATTEMPTS):
            try:
                item.update(actions, condition=is_still_ours(message))
                return
            except UpdateError as error:
                if error.cause_response_code == f"{REFUSED}Exception":
                    return
                if not may_pass(error):
                    raise
            pause(attempt, self._sleep)
        raise TryAgain

    def due(self, now: datetime) -> list[tuple[str, str]]:
        """Keys of messages whose time or lease is up, the oldest of each partition first. One query a partition."""
        with translated():
            return [
                (item.pk, item.sk)
                for partition in keys.all_due()
                for item in MessageItem.query(partition, MessageItem.gsi3sk <= items.stamp(now), index_name="gsi3", limit=SWEPT)
            ]

    def _take_once(self, appointment: Appointment, event: Event, messages: Sequence[Message]) -> None:
        # The reasons of a refusal come in this order: first what is put, then what is updated.
        with TransactWrite(connection=Item._get_connection().connection) as write:
            write.save(items.from_appointment(appointment), condition=not_made_before(), return_values="ALL_OLD")
            write.save(items.from_event(event))
            for message in messages:
                write.save(items.from_message(message))
            for day, units in appointment.units.items():
                write.update(
                    DayItem(keys.agenda(appointment.branch, appointment.resource), keys.day(day)),
                    actions=[DayItem.taken.add(set(units))],
                    condition=none_is_held(units),
                    return_values="ALL_OLD",
                )

    def _look(self, appointment: Appointment) -> None:
        """Whether an undecided write has been decided meanwhile, by ourselves or by somebody else."""
        made = self.appointment(appointment.id)
        if made is not None:
            raise AppointmentExists(made)
        wanted = appointment.units
        held = self.taken(appointment.branch, appointment.resource, min(wanted), max(wanted))
        lost = {day: held[day] for day in wanted if not wanted[day].isdisjoint(held.get(day, ()))}
        if lost:
            raise UnitsTaken(lost)


def _raise_if_decided(error: TransactWriteError, days: list[str]) -> None:
    """Raises what the cancelled transaction's conditions decided, if they did. `days` in the order of their updates."""
    reasons = error.cancellation_reasons
    if not reasons:
        return
    made = reasons[0]
    if made and made.code == REFUSED:
        raise AppointmentExists(items.to_appointment(AppointmentItem.from_raw_data(made.raw_item or {})))
    lost = {
        day: _units(DayItem.from_raw_data(reason.raw_item or {}))
        for day, reason in zip(days, reasons[-len(days) :], strict=True)
        if reason and reason.code == REFUSED
    }
    if lost:
        raise UnitsTaken(lost)


def _is_undecided(error: TransactWriteError) -> bool:
    """Nothing but conflicts and throttling stood against it, or nobody knows what did."""
    codes = {reason.code for reason in error.cancellation_reasons if reason}
    return may_pass(error) or (bool(codes) and codes <= PASSING)


def _units(day: DayItem) -> frozenset[int]:
    return frozenset(int(unit) for unit in day.taken or ())
