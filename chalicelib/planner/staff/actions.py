"""What staff do with an appointment: answer it, move it, say whom it is for, tell the customer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.appointment import Appointment, Change, message_of, released
from chalicelib.domain.changes import change_of, fields_that_differ
from chalicelib.domain.customer import Customer
from chalicelib.domain.errors import ChangedMeanwhile, Flaw, Invalid, NotForThisResource, NotFound, NotStarted
from chalicelib.domain.inbox import Entry, answered_entries
from chalicelib.domain.limits import once_answered
from chalicelib.domain.mail import Mail, SendNever, Sms
from chalicelib.domain.moments import MOST_UNITS, UNIT, can_be_planned, has_begun, to_local
from chalicelib.domain.outbox import Kind, Reader
from chalicelib.domain.settings import Settings, Template
from chalicelib.domain.status import HOLDING, ONCE_BEGUN, TRANSITIONS, Status
from chalicelib.domain.undo import undo_of, undoable
from chalicelib.planner.messages.notifying import Notifying, Tell
from chalicelib.planner.placing import place

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Compose, Customers, Store

KINDS: dict[Status, Kind] = {"confirmed": "confirmed", "declined": "declined", "cancelled": "cancelled"}
"""The message of a new state; of another one the customer is told how the appointment stands."""


@dataclass(frozen=True)
class ReadVersion:
    """An appointment of a branch as somebody has read it: whoever comes second hears ChangedMeanwhile."""

    branch: str
    appointment: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Move:
    """Where an appointment shall be. None: as it is; the length is kept where only the start is given. `second` is who comes
    beside instead of the present one. `standby`: beyond the capacity where there is no other place (R36)."""

    start: int | None = None
    end: int | None = None
    resource: str | None = None
    second: str | None = None
    standby: bool = False


@dataclass(frozen=True, kw_only=True)
class Details:
    """What is known of an appointment beside when and where it is. None: as it is; an empty text: none any more. `second` comes
    beside, if another kind asks for somebody; the best one if it is left out."""

    template: str | None = None
    second: str | None = None
    title: str | None = None
    note: str | None = None
    on_paper: bool | None = None


@dataclass(frozen=True)
class Step:
    """From a state to another, by whom, and what has changed in between."""

    appointment: Appointment
    what: str
    by: str
    fields: tuple[str, ...] = ()
    kind: Kind = "told"
    tell: Tell | None = None
    delay: timedelta | None = None
    """How long it can be undone without anybody having heard of it (R40); None: it is none that is undone."""


class Actions:
    """`by` is who does it: the id in a token of the staff's pool. `delay` is how long what an act owes waits for an undo."""

    def __init__(
        self, store: Store, customers: Customers, notifying: Notifying, now: Clock, delay: timedelta = timedelta(0)
    ) -> None:
        self._store = store
        self._customers = customers
        self._notifying = notifying
        self._now = now
        self._delay = delay

    def answer(
        self,
        seen: ReadVersion,
        status: Status,
        by: str,
        *,
        customer: str | None = None,
        write_to: Reader | None = None,
        reason: str | None = None,
        standby: bool = False,
        tell: Tell | None = None,
        at_once: bool = False,
    ) -> Appointment:
        """Brings an appointment to another state, as the table of states allows (R19); back from a released one only if its
        units can be had again, `standby` as in a move. `customer` is whom it is for, with `write_to` as in `match`. `at_once`:
        nothing waits for an undo.

        Raises Invalid, NotFound, ChangedMeanwhile, NotStarted, SlotTaken or TryAgain.
        """
        appointment = self._read(seen)
        if status not in TRANSITIONS[appointment.status] or status == "expired":  # which the schedule does alone
            raise Invalid({"status": Flaw("transition", status=appointment.status)})
        self._refuse_early(status, appointment.start)
        after = replace(self._as_if(appointment, customer, write_to), reason=reason, confirm_until=None, disowned_at=None)
        changed = ("status", *fields_that_differ(appointment, after, "customer", "write_to"), *(["reason"] if reason else []))
        delay = timedelta(0) if at_once else self._delay
        step = Step(appointment, status, by, changed, KINDS.get(status, "told"), tell, delay)
        if status not in HOLDING:
            return self._write(step, released(after, status))
        after = replace(after, status=status, counts=once_answered(appointment.counts), due=None)
        if appointment.status in HOLDING:
            return self._write(step, after)
        settings = self._settings(appointment.branch)
        check_place(
            settings, appointment.start, appointment.end, appointment.preparation + appointment.follow_up, appointment.resource
        )
        return self._place(step, after, settings, standby=standby)

    def move(self, seen: ReadVersion, to: Move, by: str, tell: Tell | None = None) -> Appointment:
        """Takes the new units and frees the old ones in one write, ignoring its own (R23). Raises as `answer`."""
        appointment = self._read(seen)
        _refuse_unmovable(appointment)
        settings = self._settings(appointment.branch)
        after = _moved(settings, appointment, to)
        self._refuse_early(after.status, after.start)
        fields = fields_that_differ(appointment, after, "start", "end", "resource")
        if to.second:
            settings, fields = with_second(settings, appointment.template, to.second, "second"), (*fields, "second")
        step = Step(appointment, "moved", by, fields, _kind_of_move(appointment, after), tell, self._delay)
        return self._place(step, after, settings, standby=to.standby)

    def edit(self, seen: ReadVersion, to: Details, by: str, tell: Tell | None = None) -> Appointment:
        """Another kind, name or note. Another kind keeps start and resource, and takes its own length, buffers and second
        resource in the same write (R23). Nothing is written where nothing differs. Raises as `answer`, or NotForThisResource.
        """
        appointment = self._read(seen)
        settings = self._settings(appointment.branch)
        after = _edited(settings, appointment, to)
        fields = fields_that_differ(
            appointment, after, "template", "end", "preparation", "follow_up", "name", "note", "on_paper"
        )
        if not fields and tell is None:
            return appointment
        step = Step(appointment, "edited", by, fields, "told", tell)
        if after.template == appointment.template:
            return self._write(step, after)
        if to.second:
            settings = with_second(settings, after.template, to.second, "second")
        return self._place(step, after, settings, standby=settings.stands_by(appointment.lanes))

    def match(self, seen: ReadVersion, customer: str | None, by: str, write_to: Reader | None = None) -> Appointment:
        """Says whom an appointment is for; None: nobody yet. Messages go to `write_to` from then on: to who asked, unless it
        says otherwise (R34). Raises as `answer`."""
        appointment = self._read(seen)
        _refuse_blocked(appointment)
        after = self._as_if(appointment, customer, write_to)
        if customer is None:
            after = stands_for(appointment, None)
        step = Step(appointment, "matched", by, fields_that_differ(appointment, after, "customer", "write_to"))
        return self._write(step, after)

    def void_link(self, seen: ReadVersion, by: str) -> Appointment:
        """Ends the links that were sent until now; messages sent later carry one that is good. Raises as `answer`."""
        appointment = self._read(seen)
        if appointment.type == "blocked":
            raise Invalid({"appointment": Flaw("blocked")})
        after = replace(appointment, token_version=appointment.token_version + 1)
        return self._write(Step(appointment, "link_voided", by), after)

    def tell(self, seen: ReadVersion, tell: Tell, by: str) -> Appointment:
        """Tells the customer how the appointment stands now. Raises as `answer`."""
        appointment = self._read(seen)
        return self._write(Step(appointment, "told", by, (), "told", tell), appointment)

    def preview(
        self,
        seen: ReadVersion,
        kind: Kind,
        tell: Tell,
        compose: Compose,
        to: Move,
        reason: str | None = None,
        *,
        customer: str | None = None,
        write_to: Reader | None = None,
        template: str | None = None,
    ) -> Mail | Sms:
        """The message that an action would send, with `customer` and `write_to` as in `answer`, and as another kind where
        `template` says so; nothing is stored. Raises Invalid where nobody can be told this way, or for what is not allowed."""
        appointment = self._as_if(self.appointment(seen.branch, seen.appointment), customer, write_to)
        settings = self._settings(appointment.branch)
        after = _of_kind(settings, appointment, template) if template else appointment
        if kind == "moved":
            _refuse_unmovable(appointment)
            after = _moved(settings, appointment, to)
            kind = _kind_of_move(appointment, after)
        status = next((status for status, its_kind in KINDS.items() if its_kind == kind), after.status)
        if status not in (appointment.status, *TRANSITIONS[appointment.status]):
            raise Invalid({"status": Flaw("transition", status=appointment.status)})
        after = replace(after, status=status, reason=reason or after.reason)
        reach = self._notifying.reach(after)
        if tell.channel == "phone" or tell.channel not in self._notifying.ways(reach, settings):
            raise Invalid({"channel": Flaw("no_way")})
        message = message_of(after, kind, after.language, self._now(), tell.channel, tell.note)
        try:
            return compose(message, after, settings, reach, 0)
        except SendNever as refusal:
            too_long = refusal.reason == "too_long"
            raise Invalid({"note": Flaw("message_too_long") if too_long else Flaw("message_impossible")}) from None

    def appointment(self, branch: str, appointment: str) -> Appointment:
        """As it stands now. Raises NotFound, also for one of another branch."""
        booked = self._store.appointment(appointment)
        if booked is None or booked.branch != branch:
            raise NotFound
        return booked

    def _read(self, seen: ReadVersion) -> Appointment:
        appointment = self.appointment(seen.branch, seen.appointment)
        if appointment.version != seen.version:
            raise ChangedMeanwhile
        return appointment

    def _refuse_early(self, status: Status, start: int) -> None:
        if status in ONCE_BEGUN and not has_begun(start, self._now()):
            raise NotStarted

    def _place(self, step: Step, after: Appointment, settings: Settings, *, standby: bool) -> Appointment:
        return place(self._store, settings, self._change(step, after), standby=standby)

    def _write(self, step: Step, after: Appointment) -> Appointment:
        change = self._change(step, after)
        self._store.write(change)
        return change.after

    def _change(self, step: Step, after: Appointment) -> Change:
        """An answer ticks off what the customer caused."""
        settings, now = self._settings(after.branch), self._now()
        owed = self._notifying.owed(after, settings, step.kind, step.tell)
        ticked = answered_entries(after.id) if after.status != step.appointment.status else ()
        entries: list[Entry] = []
        if step.delay is not None:
            until = now + step.delay
            owed, after = owed.waiting(until), replace(after, undo=undo_of(step.appointment, step.what, until))
            entries = self._store.entries(after.branch, ticked) if ticked else []
        change = change_of(
            step.appointment, after, settings, now, what=step.what, by=step.by, fields=step.fields, owed=owed, ticked=ticked
        )
        return undoable(change, entries)

    def _as_if(self, appointment: Appointment, customer: str | None, write_to: Reader | None) -> Appointment:
        """As it stands once it is matched; as it is where no customer is said. Raises Invalid."""
        if customer is None:
            if write_to:
                raise Invalid({"write_to": Flaw("needs_customer")})
            return appointment
        return stands_for(appointment, self._customer(appointment, customer), write_to)

    def _customer(self, appointment: Appointment, identity: str) -> Customer:
        _refuse_blocked(appointment)
        found = self._customers.customer(appointment.branch, identity)
        if found is None:
            raise Invalid({"customer": Flaw("foreign")})
        return found

    def _settings(self, branch: str) -> Settings:
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
        return settings


def _refuse_blocked(appointment: Appointment) -> None:
    if appointment.type == "blocked":
        raise Invalid({"customer": Flaw("blocked")})


def _refuse_unmovable(appointment: Appointment) -> None:
    if appointment.status not in HOLDING:
        raise Invalid({"status": Flaw("unmovable", status=appointment.status)})


def stands_for(appointment: Appointment, customer: Customer | None, write_to: Reader | None = None) -> Appointment:
    """Without a customer it has the name that came with the request."""
    write_to = write_to or "requester"
    if customer is None:
        name = appointment.comment.name if appointment.comment else ""
        return replace(appointment, customer=None, name=name, hint=None, write_to=write_to)
    return replace(appointment, customer=customer.id, name=customer.name, hint=customer.hint, write_to=write_to)


def _moved(settings: Settings, appointment: Appointment, to: Move) -> Appointment:
    start = appointment.start if to.start is None else to.start
    end = start + appointment.end - appointment.start if to.end is None else to.end
    resource = to.resource or appointment.resource
    check_place(settings, start, end, appointment.preparation + appointment.follow_up, resource)
    if resource != appointment.resource and (template := settings.template(appointment.template)):
        check_kind(template, resource)
    day = to_local(start, settings.zone).date().isoformat()
    return replace(appointment, resource=resource, start=start, end=end, day=day)


def _edited(settings: Settings, appointment: Appointment, to: Details) -> Appointment:
    after = appointment
    if to.template and to.template != appointment.template:
        after = _of_kind(settings, after, to.template)
    if to.title is not None and to.title != after.name:
        after = _named(after, to.title)
    if to.note is not None:
        after = replace(after, note=to.note or None)
    if to.on_paper is not None:
        after = replace(after, on_paper=to.on_paper)
    return after


def _of_kind(settings: Settings, appointment: Appointment, kind: str) -> Appointment:
    """Raises Invalid, also of one that holds no time, or NotForThisResource."""
    template = settings.template(kind)
    if template is None or appointment.type == "blocked":
        raise Invalid({"template": Flaw("foreign") if template is None else Flaw("blocked")})
    if appointment.status not in HOLDING:
        raise Invalid({"status": Flaw("unchangeable", status=appointment.status)})
    check_kind(template, appointment.resource)
    end = appointment.start + template.duration
    check_place(settings, appointment.start, end, template.preparation + template.follow_up, appointment.resource)
    return replace(appointment, template=kind, end=end, preparation=template.preparation, follow_up=template.follow_up)


def _named(appointment: Appointment, title: str) -> Appointment:
    """By a name of the staff's own. A customer's stands in the record; only blocked time may have none. Raises Invalid."""
    if appointment.customer:
        raise Invalid({"title": Flaw("fixed")})
    if not title and appointment.type != "blocked":
        raise Invalid({"title": Flaw("required")})
    return replace(appointment, name=title)


def _kind_of_move(before: Appointment, after: Appointment) -> Kind:
    """Who is told of a new time, where it is the old one, looks for what is new in it."""
    return "moved" if (before.start, before.end) != (after.start, after.end) else "reassigned"


def with_second(settings: Settings, template: str | None, second: str, field: str) -> Settings:
    """As if nobody else could come second. Raises NotForThisResource, naming the `field`, where that one may not."""
    its_own = settings.template(template)
    if its_own is None or second not in its_own.second:
        raise NotForThisResource({field: Flaw("not_second")})
    templates = tuple(replace(each, second=(second,)) if each == its_own else each for each in settings.templates)
    return replace(settings, templates=templates)


def check_kind(template: Template, resource: str) -> None:
    """Raises NotForThisResource where it does not carry this kind."""
    if resource not in template.resources:
        raise NotForThisResource({"resource": Flaw("other_kind")})


def check_place(settings: Settings, start: int, end: int, buffers: int, resource: str) -> None:
    """Raises Invalid for what is off the grid, too long, of another branch, or of no year to plan (R3)."""
    wrong: dict[str, Flaw] = {}
    if settings.resource(resource) is None:
        wrong["resource"] = Flaw("foreign")
    if start % UNIT or end % UNIT:
        wrong["start" if start % UNIT else "end"] = Flaw("multiple", of=UNIT, unit="minutes")
    if end <= start:
        wrong["end"] = Flaw("after", field="start")
    elif end - start + buffers > MOST_UNITS * UNIT:
        wrong["end"] = Flaw("longest", most=MOST_UNITS * UNIT, unit="minutes")
    elif not can_be_planned(start, end):
        wrong["start"] = Flaw("not_plannable")
    if wrong:
        raise Invalid(wrong)
