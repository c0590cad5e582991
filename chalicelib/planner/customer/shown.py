"""An appointment as its customer reads it: what may be done with it, and what is told of it (R28, R34)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.domain.appointment import Appointment, Change, Event
from chalicelib.domain.changes import NOTHING, Obligations, change_of
from chalicelib.domain.customer import Customer
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.limits import Standing
from chalicelib.domain.moments import next_minute
from chalicelib.domain.outbox import NOTICE_AFTER, TO_BRANCHES, WITH_REASON, Cause, Message
from chalicelib.domain.settings import Resource, Rules, Settings
from chalicelib.domain.status import AHEAD, WANTED, Status
from chalicelib.planner.customer.booking import Booked

Act = Literal["cancel", "move", "erase"]
CONFIRMABLE: frozenset[Status] = frozenset({"unconfirmed", "expired"})
"""States of a request that its address may still confirm: late too, if the time is free."""
OF_RECORDS = frozenset({"matched", "edited", "erasure_asked"})
"""Lines of the history by which one could tell that the practice has a record of somebody, or has noted something."""
SHOWN_FIELDS = frozenset({"status", "start", "end", "resource", "second", "comment", "remind", "answers"})
"""Names of what changed; that others did would tell the same."""
UNKNOWN = Standing()
UNDO_WITHIN = timedelta(hours=24)
"""How long the owner of an address may take back that somebody else had asked."""


@dataclass(frozen=True)
class Shown:
    """An appointment as its customer sees it, and what the customer may do with it now.

    `cut_off` is the last instant at which it may be moved, `late` whether that is past. `erasure` is `done` where nothing is
    left of what was typed, `asked` where staff decide, of an appointment that they made. `confirm_until`: until when it waits,
    or has waited, for its address to be confirmed, which can still be done. `disowned`: that can still be taken back.
    """

    booked: Booked
    may: tuple[Act, ...]
    cut_off: int
    late: bool
    erasure: Literal["asked", "done"] | None
    confirm_until: datetime | None
    disowned: bool


@dataclass(frozen=True)
class KeptData:
    """What is kept with an appointment and its link may tell (R34), the oldest first. `reason` is None where nobody told it to
    who asked, a message's `note` where it went to another."""

    booked: Booked
    reason: str | None
    history: list[Event]
    messages: list[Message]
    at: datetime


@dataclass(frozen=True)
class ReadAppointment:
    """An appointment as it was read just now, with what is known of the address that asked."""

    booked: Booked
    at: datetime
    standing: Standing = UNKNOWN

    @property
    def appointment(self) -> Appointment:
        return self.booked.appointment

    @property
    def settings(self) -> Settings:
        return self.booked.settings

    @property
    def rules(self) -> Rules:
        return self.settings.rules(self.settings.template(self.appointment.template))

    @property
    def caused_by(self) -> Cause:
        """A link from a mail proves who uses it; the one of the booking's answer does not (R33)."""
        return "mailbox" if self.booked.mailbox else "anybody"

    @property
    def is_ahead(self) -> bool:
        """Whether it can be cancelled: until its start."""
        return self.appointment.status in WANTED and next_minute(self.at) <= self.appointment.start

    @property
    def is_unseen(self) -> bool:
        """Whether staff need not hear that it is cancelled: nobody has answered it, or it was confirmed by itself just now."""
        if self.appointment.status != "confirmed":
            return True
        return self.appointment.version == 1 and self.at < self.appointment.made_at + NOTICE_AFTER

    @property
    def cut_off(self) -> int:
        return self.appointment.start - self.rules.cut_off_hours * 60

    @property
    def is_late(self) -> bool:
        return next_minute(self.at) > self.cut_off

    @property
    def place(self) -> Resource | None:
        """Where it may be moved: within what the practice shows to customers, whether booking is switched on or not."""
        resource = self.settings.resource(self.appointment.resource)
        return resource if resource and resource.released else None

    @property
    def can_be_owned(self) -> bool:
        """Whether its customer can still take back that somebody else had asked."""
        disowned = self.appointment
        within = disowned.disowned_at is not None and self.at - disowned.disowned_at <= UNDO_WITHIN
        return within and disowned.status in ("cancelled", "confirmed") and next_minute(self.at) <= disowned.start

    def check_ahead(self) -> None:
        """Raises Invalid."""
        if self.appointment.status not in WANTED:
            raise Invalid({"status": Flaw("unchangeable", status=self.appointment.status)})
        if not self.is_ahead:
            raise Invalid({"status": Flaw("begun")})

    def change(
        self,
        after: Appointment,
        what: str,
        fields: Iterable[str] = (),
        owed: Obligations = NOTHING,
        ticked: Iterable[str] = (),
    ) -> Change:
        """The customer's change of it."""
        return change_of(
            self.appointment, after, self.settings, self.at, what=what, by="customer", fields=fields, owed=owed, ticked=ticked
        )

    def shown(self, customer: Customer | None) -> Shown:
        """`customer` is whom it stands for, where staff made it."""
        appointment = self.appointment
        asked, erasable = False, appointment.comment is not None
        if appointment.type != "request":
            asked = customer is not None and customer.erasure_asked_at is not None
            erasable = is_known(appointment) or (customer is not None and not asked)
        may: dict[Act, bool] = {
            "cancel": self.is_ahead,
            "move": self.is_ahead and appointment.status in AHEAD and not self.is_late and self.place is not None,
            "erase": erasable,
        }
        return Shown(
            booked=self.booked,
            may=tuple(act for act, allowed in may.items() if allowed),
            cut_off=self.cut_off,
            late=self.is_late,
            erasure=None if erasable else "asked" if asked else "done",
            confirm_until=appointment.confirm_until if appointment.status in CONFIRMABLE else None,
            disowned=self.can_be_owned,
        )

    def kept(self, history: list[Event], messages: list[Message]) -> KeptData:
        """Whoever has the link may have booked for somebody else, or in somebody else's name: it tells nothing of the
        practice's own record, nor what was written to another address (R34)."""
        appointment = self.appointment
        told = [each for each in messages if each.kind in WITH_REASON and each.status == appointment.status]
        return KeptData(
            self.booked,
            appointment.reason if any(each.reader == "requester" for each in told) else None,
            [replace(each, fields=_shown_fields(each)) for each in _heard(history, messages)],
            [_shown_message(each) for each in messages if _is_shown(each, appointment)],
            self.at,
        )


def _heard(history: list[Event], messages: list[Message]) -> list[Event]:
    """What anybody was told of: without acts that staff took back before their message went out, and the taking back (R40)."""
    undone = {each.version - 1 for each in history if each.what == "undone"} - {each.event for each in messages}
    unheard = undone | {version + 1 for version in undone}
    return [each for each in history if each.version not in unheard and each.what not in OF_RECORDS | {"sent_now"}]


def is_known(appointment: Appointment) -> bool:
    """Whether anything of the person stands with the appointment itself."""
    return appointment.comment is not None or bool(appointment.reason) or _is_noted(appointment)


def _is_noted(appointment: Appointment) -> bool:
    """By staff, who know nobody there themselves."""
    return bool((appointment.name or appointment.note) and not appointment.customer)


def _shown_fields(event: Event) -> tuple[str, ...]:
    return tuple(name for name in event.fields if name in SHOWN_FIELDS)


def _is_shown(message: Message, appointment: Appointment) -> bool:
    """What went to another says by its channel and its state what the practice knows of that one."""
    return message.kind not in TO_BRANCHES and (message.reader == "requester" or appointment.type != "request")


def _shown_message(message: Message) -> Message:
    return message if message.reader == "requester" else replace(message, note=None)
