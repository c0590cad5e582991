"""The store: the table's reads and writes, in the domain's words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.exceptions import DeleteError, DoesNotExist, PutError, PynamoDBException, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.domain.agenda import Agenda, Holds, Place
from chalicelib.domain.appointment import Appointment, AppointmentExists, Change, Event, Planned, UnitsTaken
from chalicelib.domain.errors import ChangedMeanwhile, TryAgain
from chalicelib.domain.inbox import Entry
from chalicelib.domain.moments import days_between, to_text
from chalicelib.domain.outbox import LEASE, TO_BRANCHES, Attempt, Due, Duty, Message
from chalicelib.domain.settings import Resource, Settings
from chalicelib.store import items, keys
from chalicelib.store.conditions import (
    can_be_claimed,
    customer_is_there,
    has_a_time,
    is_still_attempted,
    is_still_ours,
    is_unchanged,
    not_made_before,
    not_used_before,
    was_owed_by,
)
from chalicelib.store.faults import ATTEMPTS, REFUSED, code_of, pause, translated
from chalicelib.store.models import (
    AppointmentItem,
    CounterItem,
    CustomerItem,
    DayItem,
    EntryItem,
    EventItem,
    Item,
    MessageItem,
    ProofItem,
    RecountItem,
    SettingItem,
    UsedItem,
    bind,
    first_version,
)
from chalicelib.store.plan import Update, swapped, units_in, updates
from chalicelib.store.raw import query
from chalicelib.store.verdict import is_undecided, raise_if_decided, was_refused

if TYPE_CHECKING:
    from chalicelib.domain.record import Line
    from chalicelib.store.settings_write import Saving

SETTINGS_AGE = 5.0
"""Seconds for which settings are kept in memory."""
SWEPT = 25
"""Messages of each partition that one sweep takes up."""
DEADLINE = 4.0
"""Seconds after which a write begins no further attempt: what waits for it has not for ever."""
TURNED_AWAY_KEPT = timedelta(days=60)
BATCH = 100
"""Keys that one batch reads at most."""


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
        self._keep(branch, settings)
        return settings

    def settings_now(self, branch: str) -> Settings | None:
        """What the branch has set, as of now and of one moment."""
        from chalicelib.store.settings_write import read_settings  # customers never need it

        with translated():
            settings = items.to_settings(read_settings(branch))
        self._keep(branch, settings)
        return settings

    def change_settings(self, before: Settings, after: Settings, line: Line, recount: datetime | None = None) -> None:
        """Writes what differs from `before`, which was read, with the record's line: all in one transaction, or nothing. From
        `recount` on the branch's coming appointments are reckoned anew.

        Raises ChangedMeanwhile, Invalid where it is too much for one, or TryAgain if it could not be decided.
        """
        from chalicelib.store.settings_write import read_settings, saving_of

        with translated():
            saving = saving_of(read_settings(after.branch.id), before, after, line, recount)
        try:
            self._save(saving)
        finally:
            self._known.pop(after.branch.id, None)

    def _save(self, saving: Saving) -> None:
        deadline = self._monotonic() + DEADLINE
        for attempt in range(ATTEMPTS):
            if self._monotonic() > deadline:
                break
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

    def agenda(self, branch: str, resources: Sequence[Resource], first: str, last: str) -> Agenda:
        """What is held on the UTC days `first` to `last`, as of now. One request: a query of one resource's days, a batch of
        several resources'; more only where a batch would have over 100 keys, then a query each."""
        with translated():
            found = self._days(branch, resources, first, last)
            holds = {_place(item): units_in(item) for item in found if item.taken}
            return Agenda(holds, {_place(item)[:2]: int(item.starts) for item in found if item.starts})

    def write(self, change: Change) -> None:
        """Writes a change with its event and messages: all in one transaction, or nothing.

        Raises UnitsTaken, LimitReached, AppointmentExists (of a new one), ChangedMeanwhile (of one that was read), or TryAgain
        if it could not be decided. A conflict with another transaction is none of these (R21), and neither is silence: then
        one look tells whether it is decided meanwhile, and if not we try again.
        """
        known = self._read(change)
        deadline = self._monotonic() + DEADLINE
        for attempt in range(ATTEMPTS):
            if self._monotonic() > deadline:
                break
            planned = updates(change, known)
            try:
                return self._write_once(change, planned)
            except TransactWriteError as error:
                try:
                    stale = raise_if_decided(error, change, planned)
                except ChangedMeanwhile:
                    if self._was_made(change):
                        return None
                    raise
                if stale:
                    known = {**known, **stale}
                    continue
                if not is_undecided(error):
                    raise
            pause(attempt, self._sleep)
            if self._is_done(change, planned):
                return None
            known = self._read(change)
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

    def planned(self, branch: str, resources: Iterable[str], since: int, until: int, *, wishes: bool = False) -> list[Planned]:
        """Those that start in `[since, until)`; may lag behind by moments. One query a resource. `wishes`: also requests that
        wait for their address and hold no time."""
        between, only = AppointmentItem.gsi1sk.between(to_text(since), to_text(until - 1)), None if wishes else has_a_time()
        with translated():
            return [
                items.to_planned(raw)
                for each in resources
                for raw in query(keys.agenda(branch, each), between, items.PLANNED, index="gsi1", only=only)
            ]

    def owing(self, branch: str, resources: Iterable[str], since: int, until: int) -> list[str]:
        """The ids of those that start in `[since, until)` and that the schedule is to look at; may lag behind by moments. One
        query a resource, which most of what is long over is left out of."""
        between = AppointmentItem.gsi1sk.between(to_text(since), to_text(until - 1))
        with translated():
            return [
                keys.appointment_of(raw["pk"]["S"])
                for each in resources
                for raw in query(keys.agenda(branch, each), between, (), index="gsi1", only=AppointmentItem.gsi3pk.exists())
            ]

    def several(self, appointments: Iterable[str]) -> dict[str, Appointment]:
        """Those that exist, by id, as of now. One request for each hundred."""
        wanted = [(keys.appointment(each), keys.APPOINTMENT) for each in dict.fromkeys(appointments)]
        with translated():
            found = AppointmentItem.batch_get(wanted, consistent_read=True) if wanted else ()
            return {each.id: each for each in map(items.to_appointment, found)}

    def requested(self, appointment: str) -> Event | None:
        """The event that made the appointment; None once it is no longer kept."""
        with translated():
            try:
                return items.to_event(EventItem.get(keys.appointment(appointment), keys.event(1), consistent_read=True))
            except DoesNotExist:
                return None

    def history(self, appointment: str) -> tuple[list[Event], list[Message]]:
        """Events and messages of an appointment as of now, the oldest first: two queries."""
        pk = keys.appointment(appointment)
        with translated():
            events = EventItem.query(pk, EventItem.sk.startswith(keys.EVENT), consistent_read=True)
            messages = MessageItem.query(pk, MessageItem.sk.startswith(keys.MESSAGE), consistent_read=True)
            return [items.to_event(each) for each in events], [items.to_message(each) for each in messages]

    def inbox(self, branch: str) -> list[Entry]:
        """What waits for staff, as of now: one query, and another one for each megabyte of thousands."""
        with translated():
            return [items.to_entry(raw, branch) for raw in query(keys.inbox(branch), None, items.ENTRY)]

    def tick_off(self, branch: str, entry: str) -> None:
        """Removes an entry of the inbox, if it is still there."""
        with translated():
            EntryItem(keys.inbox(branch), entry).delete()

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
        deadline = self._monotonic() + DEADLINE
        for attempt in range(ATTEMPTS):
            if self._monotonic() > deadline:
                break
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

    def due(self, now: datetime) -> Due:
        """Messages whose time or lease is up, appointments that something is owed to, and branches to be reckoned anew, the
        oldest of each partition first. One query a partition.
        """
        with translated():
            by_now = MessageItem.gsi3sk <= items.stamp(now)
            owed = [raw for each in keys.all_due() for raw in query(each, by_now, items.OWED, index="gsi3", limit=SWEPT)]
        return items.to_due(owed)

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

    def _keep(self, branch: str, settings: Settings | None) -> None:
        if settings is not None:  # unknown ones are not kept: anybody can invent them
            self._known[branch] = (self._monotonic(), settings)

    def _days(self, branch: str, resources: Sequence[Resource], first: str, last: str) -> list[DayItem]:
        places = [
            (keys.agenda(branch, each.id), keys.day(day, lane))
            for each in resources
            for day in days_between(first, last)
            for lane in range(each.capacity)
        ]
        if len(resources) > 1 and len(places) <= BATCH:
            return list(DayItem.batch_get(places, consistent_read=True))
        return [
            item
            for each in resources
            for item in DayItem.query(
                keys.agenda(branch, each.id), DayItem.sk.between(*keys.days(first, last)), consistent_read=True
            )
        ]

    def _read(self, change: Change) -> Holds:
        """What is held where the change must swap units; mostly nothing is."""
        known: dict[Place, frozenset[int]] = {}
        with translated():
            for resource, day, lane in swapped(change):
                known[resource, day, lane] = self._held(change.after.branch, (resource, day, lane))
        return known

    def _held(self, branch: str, place: Place) -> frozenset[int]:
        resource, day, lane = place
        try:
            return units_in(DayItem.get(keys.agenda(branch, resource), keys.day(day, lane), consistent_read=True))
        except DoesNotExist:
            return frozenset()

    def _write_once(self, change: Change, planned: list[Update]) -> None:
        # The reasons of a refusal come in this order: what is checked, what is deleted, what is put, what is updated.
        condition = is_unchanged(change.before) if change.before else not_made_before()
        with TransactWrite(connection=Item._get_connection().connection) as write:
            if change.given_to:
                key = keys.customers(change.after.branch), keys.customer(change.given_to)
                write.condition_check(CustomerItem, *key, condition=customer_is_there())
            for identity in change.ticked:
                write.delete(EntryItem(keys.inbox(change.after.branch), identity))
            write.save(items.from_appointment(change.after), condition=condition, return_values="ALL_OLD")
            write.save(items.from_event(change.event))
            for message in change.messages:
                write.save(items.from_message(message))
            for entry in change.entries:
                write.save(items.from_entry(entry))
            if change.proof:
                used_up = ProofItem(keys.proof(change.proof.id), keys.PROOF, ttl=int(change.proof.expires.timestamp()))
                write.save(used_up, condition=not_used_before())
            for each in planned:
                write.update(each.item, actions=each.actions, condition=each.condition, return_values="ALL_OLD")

    def _was_made(self, change: Change) -> bool:
        """Whether the new version is ours, by an attempt that nobody answered: its event tells who made what, and when."""
        ours = items.from_event(change.event)
        with translated():
            try:
                stored = EventItem.get(ours.pk, ours.sk, consistent_read=True)
            except DoesNotExist:
                return False
        return stored.attribute_values == ours.attribute_values

    def _is_done(self, change: Change, planned: list[Update]) -> bool:
        """Whether an undecided write has been made after all; raises if somebody else has decided it meanwhile."""
        stored = self.appointment(change.after.id)
        if change.before is None and stored is not None:
            raise AppointmentExists(stored)
        if change.before is not None and stored != change.before:
            if self._was_made(change):
                return True
            raise ChangedMeanwhile
        with translated():
            for each in planned:
                if each.place and each.wanted:
                    held = self._held(change.after.branch, each.place)
                    if held & each.wanted:
                        raise UnitsTaken(Agenda({each.place: held}))
        return False


def _settle_once(item: MessageItem, actions: list[Action], condition: Condition, entry: Entry | None) -> None:
    """A transaction costs twice as much, and most messages owe nothing further."""
    if entry is None:
        item.update(actions, condition=condition)
        return
    with TransactWrite(connection=Item._get_connection().connection) as write:
        write.save(items.from_entry(entry))
        write.update(item, actions=actions, condition=condition)


def _place(item: DayItem) -> Place:
    return keys.resource_of(item.pk), *keys.day_and_lane(item.sk)
