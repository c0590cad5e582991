"""Appointments that staff make, and time that they keep free of customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.appointment import Appointment, AppointmentExists, Series, member_id
from chalicelib.domain.changes import change_of
from chalicelib.domain.customer import Customer, reach_of
from chalicelib.domain.errors import Flaw, IdempotencyKeyReused, Invalid, NotFound, SlotTaken
from chalicelib.domain.moments import to_local, to_utc
from chalicelib.domain.opening import Doubt, doubts
from chalicelib.domain.settings import LONGEST, LONGEST_REASON, Settings, Template
from chalicelib.domain.tokens import Secret, appointment_id, is_one_of
from chalicelib.domain.undo import undo_of, undoable
from chalicelib.planner.admin.holidays import holiday_names
from chalicelib.planner.messages.notifying import Notifying, Tell, Way
from chalicelib.planner.placing import agenda_of_staff, laid, place
from chalicelib.planner.staff.actions import check_kind, check_place, with_second

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Customers, Store
    from chalicelib.planner.staff.closing import Closing


@dataclass(frozen=True, kw_only=True)
class NewAppointment:
    """What staff want to put into the planner. `minutes` is the length where no template gives it; `second` comes beside, if
    the template asks for somebody, the best one if it is left out; `times` in all, `weeks` apart, on the same wall time, none
    on a day that is `left_out`. `note` and `on_paper` are those of each. `standby`: beyond the capacity where there is no
    other place (R36)."""

    type: Literal["appointment", "blocked"]
    resource: str
    start: int
    second: str | None = None
    template: str | None = None
    minutes: int | None = None
    customer: str | None = None
    title: str | None = None
    note: str | None = None
    on_paper: bool = False
    language: str | None = None
    times: int = 1
    weeks: int = 1
    left_out: frozenset[date] = frozenset()
    standby: bool = False
    tell: Tell | None = None


@dataclass(frozen=True)
class TimeOutcome:
    """What became of one time. `doubts`: why it may be a mistake. `standby`: it is beyond the capacity or, where it is taken, a
    place beyond it is left."""

    start: int
    end: int
    outcome: Literal["booked", "free", "slot_taken", "absence"]
    doubts: Sequence[Doubt] = ()
    id: str | None = None
    standby: bool = False


class Creating:
    """`delay` is how long what a booking owes waits for an undo."""

    def __init__(
        self,
        store: Store,
        customers: Customers,
        notifying: Notifying,
        closing: Closing,
        secret: Secret,
        now: Clock,
        delay: timedelta = timedelta(0),
    ) -> None:
        self._store = store
        self._customers = customers
        self._closing = closing
        self._notifying = notifying
        self._secret = secret
        self._now = now
        self._delay = delay

    def look(self, branch: str, wanted: NewAppointment) -> list[TimeOutcome]:
        """What stands against each of the times, whoever it is for; nothing is stored. Raises Invalid, NotForThisResource or
        NotFound."""
        settings = self._settings_for(branch, wanted)
        if _is_absence(wanted):
            self._closing.checked(branch, wanted.resource, wanted.start, wanted.start + (wanted.minutes or 0))
            return [_absent(wanted)]
        return [self._looked_at(settings, each, wanted.standby) for each in self._all(settings, wanted, "", "")]

    def ways(self, branch: str, wanted: NewAppointment) -> list[Way]:
        """How the customer can be told; none where it is for nobody that is known. Raises Invalid or NotFound."""
        settings = self._settings(branch)
        return self._notifying.ways(reach_of(None, self._customer(settings, wanted), "customer"), settings)

    def book(self, branch: str, key: str, wanted: NewAppointment, body: bytes, by: str) -> list[TimeOutcome]:
        """Takes those of the times that are free, each in a write of its own; the same `key` takes nothing twice (R22).

        Blocked time longer than an appointment can be becomes an absence. Raises Invalid, NotForThisResource, NotFound,
        IdempotencyKeyReused or TryAgain; repeated with the same key it goes on where it stopped.
        """
        settings = self._settings_for(branch, wanted)
        first = appointment_id(f"{branch} staff 0", key)  # a key is asked for in any case
        if wanted.type == "appointment" and not (wanted.customer or wanted.title):
            raise Invalid({"customer": Flaw("required")})
        if _is_absence(wanted):
            span = wanted.start, wanted.start + (wanted.minutes or 0)
            self._closing.close(branch, wanted.resource, *span, by, (wanted.title or "")[:LONGEST_REASON])
            return [_absent(wanted)]
        fingerprints = self._secret.fingerprints(body)
        made = self._all(settings, wanted, first, fingerprints[0])
        booked = [self._booked(settings, each, wanted, by, fingerprints) for each in made]
        if not booked:
            raise Invalid({"repeat.left_out": Flaw("too_many", most=wanted.times - 1)})
        return booked

    def _booked(
        self, settings: Settings, appointment: Appointment, wanted: NewAppointment, by: str, fingerprints: tuple[str, ...]
    ) -> TimeOutcome:
        now = self._now()
        until = now + self._delay
        owed = self._notifying.owed(appointment, settings, "confirmed", wanted.tell)
        if appointment.series is None:  # of a series one message may name all, so that no single one is unheard
            owed = owed.waiting(until)
            # What stood before is said as what an undo leaves: it is cancelled, and holds nothing (R40).
            nothing = replace(appointment, status="cancelled", version=appointment.version - 1)
            appointment = replace(appointment, undo=undo_of(nothing, "booked", until))
        change = undoable(change_of(None, appointment, settings, now, what="booked", by=by, owed=owed), ())
        try:
            placed = place(self._store, settings, change, standby=wanted.standby)
        except SlotTaken as refusal:
            earlier = self._store.appointment(appointment.id)  # taken by ourselves, when the same was asked before
            if earlier is None:
                return _taken(settings, appointment, refusal)
            return _again(settings, earlier, appointment, fingerprints)
        except AppointmentExists as earlier_one:
            return _again(settings, earlier_one.appointment, appointment, fingerprints)
        return _outcome(settings, placed, "booked", placed.id)

    def _looked_at(self, settings: Settings, appointment: Appointment, standby: bool) -> TimeOutcome:
        agenda = agenda_of_staff(self._store, settings, appointment)
        try:
            holds, second = laid(settings, appointment, agenda, standby=standby)
        except SlotTaken as refusal:
            return _taken(settings, appointment, refusal)
        return _outcome(settings, replace(appointment, holds=holds, second=second), "free")

    def _all(self, settings: Settings, wanted: NewAppointment, identity: str, fingerprint: str) -> Iterator[Appointment]:
        """One for each time, holding nothing yet. `identity` is the id of the first, empty where they are only looked at. What
        is wrong with them is refused before the first is given."""
        template = _template(settings, wanted)
        customer = self._customer(settings, wanted)
        length = template.duration if template else wanted.minutes or 0
        buffers = (template.preparation, template.follow_up) if template else (0, 0)
        check_place(settings, wanted.start, wanted.start + length, sum(buffers), wanted.resource)
        first = to_local(wanted.start, settings.zone)
        minute = first.hour * 60 + first.minute
        for number in range(wanted.times):
            day = first.date() + timedelta(weeks=wanted.weeks * number)
            if day in wanted.left_out:
                continue
            # The first is as given: an hour that a clock change repeats has two instants of the same wall time.
            start = to_utc(day, minute, settings.zone) if number else wanted.start
            yield Appointment(
                id=member_id(identity, number + 1) if identity else "",
                branch=settings.branch.id,
                resource=wanted.resource,
                alias="",
                template=template.id if template else None,
                start=start,
                end=start + length,
                day=day.isoformat(),
                preparation=buffers[0],
                follow_up=buffers[1],
                status="confirmed",
                holds={},
                type=wanted.type,
                name=customer.name if customer else wanted.title or "",
                customer=customer.id if customer else None,
                hint=customer.hint if customer else None,
                note=wanted.note,
                on_paper=wanted.on_paper,
                series=Series(identity, number + 1, wanted.times) if wanted.times > 1 else None,
                language=wanted.language or (customer.language if customer else None) or settings.branch.languages[0],
                fingerprint=fingerprint,
                made_at=self._now(),
            )

    def _customer(self, settings: Settings, wanted: NewAppointment) -> Customer | None:
        if wanted.customer is None:
            return None
        if wanted.type == "blocked":
            raise Invalid({"customer": Flaw("blocked")})
        found = self._customers.customer(settings.branch.id, wanted.customer)
        if found is None:
            raise Invalid({"customer": Flaw("foreign")})
        return found

    def _settings_for(self, branch: str, wanted: NewAppointment) -> Settings:
        """As if nobody else could come second where somebody is chosen."""
        settings = self._settings(branch)
        if wanted.second is None:
            return settings
        return with_second(settings, wanted.template, wanted.second, "second")

    def _settings(self, branch: str) -> Settings:
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
        return settings


def _again(settings: Settings, earlier: Appointment, appointment: Appointment, fingerprints: tuple[str, ...]) -> TimeOutcome:
    """The first answer once more; raises IdempotencyKeyReused where something else was asked."""
    if not is_one_of(earlier.fingerprint, fingerprints):
        raise IdempotencyKeyReused
    standby = settings.stands_by(earlier.lanes)
    return TimeOutcome(appointment.start, appointment.end, "booked", _doubts(settings, earlier), appointment.id, standby)


def _outcome(
    settings: Settings, placed: Appointment, outcome: Literal["booked", "free"], identity: str | None = None
) -> TimeOutcome:
    standby = settings.stands_by(placed.lanes)
    return TimeOutcome(placed.start, placed.end, outcome, _doubts(settings, placed), identity, standby)


def _taken(settings: Settings, appointment: Appointment, refusal: SlotTaken) -> TimeOutcome:
    doubts = _doubts(settings, appointment)
    return TimeOutcome(appointment.start, appointment.end, "slot_taken", doubts, standby=refusal.standby)


def _doubts(settings: Settings, appointment: Appointment) -> list[Doubt]:
    """Of all whom it takes. Blocked time is for nobody, wherever it lies."""
    if appointment.type == "blocked":
        return []
    first, last = (to_local(instant, settings.zone).date() for instant in (appointment.start, appointment.end - 1))
    names = holiday_names(settings, first, last)
    taken = filter(None, (appointment.resource, appointment.second))
    return [each for resource in taken for each in doubts(settings, resource, appointment.start, appointment.end, names)]


def _is_absence(wanted: NewAppointment) -> bool:
    """Raises Invalid for a series of them: each would be a change of the settings, and what returns is better set there."""
    stated = wanted.type == "blocked" and (wanted.minutes or 0) > LONGEST
    if stated and wanted.times > 1:
        raise Invalid({"repeat": Flaw("not_repeated", most=LONGEST, unit="minutes")})
    return stated


def _absent(wanted: NewAppointment) -> TimeOutcome:
    return TimeOutcome(wanted.start, wanted.start + (wanted.minutes or 0), "absence")


def _template(settings: Settings, wanted: NewAppointment) -> Template | None:
    """Staff may choose any of the branch's that the resource carries. Raises Invalid for what does not give a length, or
    NotForThisResource."""
    if wanted.language is not None and wanted.language not in settings.branch.languages:
        raise Invalid({"language": Flaw("foreign")})
    if wanted.template is None:
        if wanted.minutes is None:
            raise Invalid({"minutes": Flaw("required")})
        return None
    found = settings.template(wanted.template)
    if found is None or wanted.type == "blocked":
        raise Invalid({"template": Flaw("foreign") if found is None else Flaw("blocked")})
    if settings.resource(wanted.resource):
        check_kind(found, wanted.resource)
    return found
