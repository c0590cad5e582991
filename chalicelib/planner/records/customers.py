"""The practice's records of its customers: made, edited, merged, handed over and erased by staff."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from chalicelib.domain.appointment import Appointment, Change, Event, Planned
from chalicelib.domain.changes import change_of, fields_that_differ
from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.errors import ChangedMeanwhile, Flaw, Invalid, NotFound, TryAgain
from chalicelib.domain.invitation import Invitation
from chalicelib.domain.moments import next_minute
from chalicelib.domain.outbox import Message
from chalicelib.domain.owed import bared
from chalicelib.domain.people import Person
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Settings

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

ROUNDS = 5
"""How often a change of an appointment is made anew because somebody else changed it at the same time."""
FIRST_BIRTH = date(1900, 1, 1)
MOST_LISTED = 50
MOST_ABSORBED = 50
"""Erasing removes what is left of each of them in one write."""


class Records(Protocol):
    """Where customers, and what is theirs, are kept. Any call may raise TryAgain."""

    def customer(self, branch: str, customer: str) -> Customer | None:
        """As of now; one who was merged into another answers as that one."""

    def listed(self, branch: str, after: str | None, most: int) -> tuple[list[Person], str | None]:
        """At most so many, by last name, and what asks for those behind them; None at the end. Raises Invalid for an `after`
        that is none."""

    def write(self, revision: Revision) -> None:
        """Writes all of a revision, or nothing and raises ChangedMeanwhile."""

    def keep_free(self, customer: Customer) -> None:
        """From now on no appointment becomes the customer's, until the record is written again. Raises as `write`."""

    def is_kept_free(self, customer: Customer) -> bool:
        """Whether `keep_free` still holds, as of now."""

    def appointments(self, branch: str, customers: Iterable[str], since: int | None = None) -> list[Planned]:
        """Those of these customers, the earliest first; may lag behind by moments."""

    def history(self, branch: str, customers: Iterable[str]) -> list[Line]:
        """What was done with these records, the latest first."""

    def invitations(self, branch: str, customers: Iterable[str]) -> list[Invitation]:
        """Those of these customers, the latest first; may lag behind by moments."""

    def forget_invitations(self, branch: str, customers: Iterable[str]) -> None:
        """Removes them."""

    def forget_notes(self, appointment: str) -> None:
        """Removes what staff have written to the customer from an appointment's messages, and the provider's ids of them."""


@dataclass(frozen=True, kw_only=True)
class CustomerFields:
    """What staff write of a customer, checked for form."""

    last_name: str
    first_name: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    in_writing: bool = False
    note: str | None = None
    birth_date: date | None = None
    hint: str | None = None

    @property
    def person(self) -> Person:
        """As much as tells who is meant."""
        return Person(
            last_name=self.last_name,
            first_name=self.first_name,
            email=self.email,
            phone=self.phone,
            birth_date=self.birth_date,
        )


Welcome = Callable[[str, str], None]
"""A branch's staff have entered an e-mail address: it may take part online again, whatever its owner has said before (R34)."""


@dataclass(frozen=True)
class CustomerFile:
    """All of one customer; appointments, invitations and history the latest first."""

    customer: Customer
    settings: Settings
    appointments: list[Planned]
    invitations: list[Invitation]
    history: list[Line]
    today: date


@dataclass(frozen=True)
class ExportedAppointment:
    """An appointment with all that is kept of it."""

    appointment: Appointment
    events: list[Event]
    messages: list[Message]


@dataclass(frozen=True)
class Export:
    file: CustomerFile
    visits: list[ExportedAppointment]
    at: datetime


class Register:
    """`by` is who does it: the id in a token of the staff's pool. Ids of other branches are NotFound."""

    def __init__(self, store: Store, records: Records, now: Clock, welcome: Welcome | None = None) -> None:
        self._store = store
        self._records = records
        self._welcome = welcome
        self._now = now

    def create(self, branch: str, given: CustomerFields, by: str) -> Customer:
        self.check(branch, given)
        made = self.add(branch, uuid4().hex, given, "made", by)
        if made.email and self._welcome:
            self._welcome(branch, made.email)
        return made

    def check(self, branch: str, given: CustomerFields) -> None:
        """Raises Invalid where the branch cannot have such a customer."""
        self._check_language(branch, given.language, None)
        self._check_birth(branch, given.birth_date)

    def add(self, branch: str, identity: str, given: CustomerFields, what: str, by: str) -> Customer:
        """Writes a new customer who was checked. Raises ChangedMeanwhile where there is one with the id, or TryAgain."""
        made = Customer(id=identity, branch=branch, made_at=self._now(), **asdict(given))
        line = self._line(made, what, by, [name for name, value in asdict(given).items() if value])
        self._records.write(Revision(after=made, line=line))
        return made

    def edit(self, branch: str, customer: str, version: int, given: CustomerFields, by: str) -> Customer:
        """Name and hint are changed in the customer's appointments too. Where that fails, saving the same again brings it to
        an end. Saving also ends an erasure that broke off.

        Raises NotFound, Invalid, ChangedMeanwhile or TryAgain.
        """
        before = after = self._read(branch, customer)
        changed = [name for name, value in asdict(given).items() if getattr(before, name) != value]
        if changed or before.id != customer or self._records.is_kept_free(before):
            self._check_version(before, customer, version)
            self._check_language(branch, given.language, before.language)
            self._check_birth(branch, given.birth_date)
            after = replace(before, **asdict(given), version=version + 1)
            line = self._line(after, "edited", by, changed)
            self._records.write(Revision(before=(before,), after=after, line=line))
        if after.email and self._welcome:
            self._welcome(branch, after.email)
        self._follow(after, by)
        return after

    def merge(self, branch: str, customer: str, version: int, other: str, other_version: int, by: str) -> Customer:
        """`other` is merged into the customer: what the customer lacks is taken over, appointments move along.

        From the first write on the other's id stands for the customer, so that nothing is lost where the rest fails; merging
        the same two again then brings it to an end. Raises as `edit`.
        """
        kept, gone = self._read(branch, customer), self._records.customer(branch, other)
        if gone is None or other == customer:
            raise Invalid({"other": Flaw("not_another")})
        if gone.id == kept.id:
            self._follow(kept, by)
            return kept
        self._check_version(kept, customer, version)
        self._check_version(gone, other, other_version)
        after = _merged(kept, gone)
        if len(after.absorbed) > MOST_ABSORBED:
            raise Invalid({"other": Flaw("merged", most=MOST_ABSORBED)})
        changed = [name for name in CustomerFields.__dataclass_fields__ if getattr(kept, name) != getattr(after, name)]
        line = self._line(after, "merged", by, changed)
        self._records.write(Revision(before=(kept, gone), after=after, line=line))
        self._follow(after, by)
        return after

    def erase(self, branch: str, customer: str, version: int, by: str) -> None:
        """Of the customer nothing is left but anonymous appointments, and that there was somebody (R30). Refused while an
        appointment lies ahead.

        The record goes last: where it fails on the way, the customer is still there to be erased again, and is given no
        appointment meanwhile. Raises as `edit`.
        """
        person = self._read(branch, customer)
        self._check_version(person, customer, version)
        if any(map(self._is_ahead, self._appointments(person))):
            raise Invalid({"customer": Flaw("has_upcoming")}, "A customer with an upcoming appointment cannot be erased.")
        self._records.keep_free(person)
        self._forget(person, by)
        self._records.write(Revision(before=(person,), after=None, line=self._line(person, "erased", by, [])))
        self._forget(person, by)  # the index may have lagged behind

    def listed(self, branch: str, after: str | None) -> tuple[list[Person], str | None, Settings]:
        """Customers by last name, some at a time, and what asks for the next ones. Raises NotFound or Invalid."""
        return *self._records.listed(branch, after, MOST_LISTED), self._settings(branch)

    def file(self, branch: str, customer: str) -> CustomerFile:
        person = self._read(branch, customer)
        settings = self._settings(branch)
        return CustomerFile(
            person,
            settings,
            self._appointments(person)[::-1],
            self._records.invitations(branch, _ids(person)),
            self._records.history(branch, _ids(person)),
            self._now().astimezone(settings.zone).date(),
        )

    def export(self, branch: str, customer: str) -> Export:
        """All that is kept of one person, for handing over."""
        file = self.file(branch, customer)
        stored = self._store.several(each.id for each in file.appointments)
        visits = [
            ExportedAppointment(stored[each.id], *self._store.history(each.id))
            for each in file.appointments
            if each.id in stored and stored[each.id].branch == branch
        ]
        return Export(file, visits, self._now())

    def _read(self, branch: str, customer: str) -> Customer:
        person = self._records.customer(branch, customer)
        if person is None:
            raise NotFound
        return person

    @staticmethod
    def _check_version(person: Customer, customer: str, version: int) -> None:
        if person.id != customer or person.version != version:
            raise ChangedMeanwhile

    def _settings(self, branch: str) -> Settings:
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
        return settings

    def _check_language(self, branch: str, language: str | None, before: str | None) -> None:
        if language and language != before and language not in self._settings(branch).branch.languages:
            raise Invalid({"language": Flaw("foreign")})

    def _check_birth(self, branch: str, born: date | None) -> None:
        if born and not FIRST_BIRTH <= born <= self._now().astimezone(self._settings(branch).zone).date():
            raise Invalid({"birth_date": Flaw("birth_date", least=FIRST_BIRTH.year)})

    def _line(self, customer: Customer, what: str, by: str, fields: list[str]) -> Line:
        months = self._settings(customer.branch).branch.record_months
        return Line(
            branch=customer.branch,
            kind="customer",
            id=customer.id,
            what=what,
            by=by,
            at=self._now(),
            fields=tuple(fields),
            months=months,
        )

    def _appointments(self, customer: Customer) -> list[Planned]:
        return self._records.appointments(customer.branch, _ids(customer))

    def _follow(self, customer: Customer, by: str) -> None:
        """Brings the customer's appointments to the customer's id, name and hint, the coming ones first."""
        for each in self._appointments(customer)[::-1]:
            if (each.customer, each.name, each.hint) != (customer.id, customer.name, customer.hint):
                self._change(customer, each.id, lambda found: self._named(found, customer, by))

    def _forget(self, customer: Customer, by: str) -> None:
        self._records.forget_invitations(customer.branch, _ids(customer))
        found = self._appointments(customer)
        entries = self._store.inbox(customer.branch, set_aside=True) if found else []
        # What the schedule never ticks off, a wish to be erased, comes first.
        entries.sort(key=lambda entry: entry.kind != "erasure")
        for each in found:
            self._records.forget_notes(each.id)
            self._forget_one(customer, each.id, [entry.id for entry in entries if entry.appointment == each.id], by)

    def _forget_one(self, customer: Customer, appointment: str, waiting: list[str], by: str) -> None:
        change = self._change(customer, appointment, lambda found: self._anonymous(found, waiting, by))
        if change and change.ticked:
            for entry in waiting[len(change.ticked) :]:
                self._store.tick_off(customer.branch, entry)

    def _change(self, customer: Customer, appointment: str, change: Callable[[Appointment], Change]) -> Change | None:
        """Changes an appointment as it is now, if it still is the customer's; what was written."""
        for _ in range(ROUNDS):
            found = self._store.appointment(appointment)
            if found is None or found.customer not in _ids(customer):
                return None
            made = change(found)
            try:
                self._store.write(made)
            except ChangedMeanwhile:
                continue
            return made
        raise TryAgain

    def _named(self, before: Appointment, customer: Customer, by: str) -> Change:
        after = replace(before, customer=customer.id, name=customer.name, hint=customer.hint)
        return self._owing(before, after, "matched", by, fields_that_differ(before, after, "customer", "name", "hint"))

    def _is_ahead(self, appointment: Appointment | Planned) -> bool:
        return appointment.end > next_minute(self._now()) and appointment.status in ("proposed", "confirmed")

    def _anonymous(self, before: Appointment, waiting: list[str], by: str) -> Change:
        """Its links are good no more, it counts for no address, and what is `waiting` in the inbox is ticked off. One that lies
        ahead after all, which somebody has given to the customer meanwhile, keeps what is known of who comes."""
        if self._is_ahead(before):
            return self._owing(before, replace(before, customer=None, hint=None), "matched", by, ("customer",))
        after = bared(replace(before, customer=None))
        return self._owing(before, after, "erased", by, ("customer", "name", "comment", "reason", "note", "hint")).ticking(
            waiting
        )

    def _owing(self, before: Appointment, after: Appointment, what: str, by: str, fields: tuple[str, ...]) -> Change:
        return change_of(before, after, self._settings(after.branch), self._now(), what=what, by=by, fields=fields)


def _ids(customer: Customer) -> tuple[str, ...]:
    """All under which appointments may stand."""
    return (customer.id, *customer.absorbed)


def _merged(kept: Customer, gone: Customer) -> Customer:
    notes = dict.fromkeys(note for note in (kept.note, gone.note) if note)
    asked = [each for each in (kept.erasure_asked_at, gone.erasure_asked_at) if each]
    return replace(
        kept,
        first_name=kept.first_name or gone.first_name,
        email=kept.email or gone.email,
        phone=kept.phone or gone.phone,
        language=kept.language or gone.language,
        in_writing=kept.in_writing or gone.in_writing,
        note="\n".join(notes) or None,
        birth_date=kept.birth_date or gone.birth_date,
        hint=kept.hint or gone.hint,
        made_at=min(kept.made_at, gone.made_at),
        erasure_asked_at=min(asked, default=None),
        erasure_proved=kept.erasure_proved or gone.erasure_proved,
        absorbed=(*kept.absorbed, *gone.absorbed, gone.id),
        version=kept.version + 1,
    )
