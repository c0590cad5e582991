"""What a customer has erased: what came with a request at once, the practice's own record once staff have decided (R30)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.changes import NOTHING, Obligations, OwedEntry, fields_that_differ
from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.errors import ChangedMeanwhile, TryAgain
from chalicelib.domain.record import Line
from chalicelib.domain.tokens import is_one_of
from chalicelib.planner.customer.shown import ReadAppointment, is_known
from chalicelib.planner.placing import ROUNDS

if TYPE_CHECKING:
    from chalicelib.domain.tokens import Secret
    from chalicelib.planner.ports import Store


class Records(Protocol):
    """Where customers are kept. Any call may raise TryAgain."""

    def customer(self, branch: str, customer: str) -> Customer | None:
        """As of now; one who was merged into another answers as that one."""

    def write(self, revision: Revision) -> None:
        """Writes all of a revision, or nothing and raises ChangedMeanwhile."""

    def forget_notes(self, appointment: str) -> None:
        """Removes what staff have written to the customer from an appointment's messages."""


class Erasing:
    def __init__(self, store: Store, records: Records, secret: Secret) -> None:
        self._store = store
        self._records = records
        self._secret = secret

    def erase(self, read: ReadAppointment) -> Appointment:
        """Of what staff wrote on it and in the inbox too, unless they know the customer themselves."""
        appointment, customer = read.appointment, self.customer(read.appointment)
        asks = customer is not None and self._can_ask(read, customer)
        proved = customer is not None and self._proves(read, customer)
        if not asks and not is_known(appointment):
            return appointment
        after = replace(
            appointment,
            comment=None,
            reason=None,
            name=appointment.name if customer else "",
            note=appointment.note if customer else None,
            hint=appointment.hint if customer else None,
            customer=appointment.customer if customer else None,
            counts=(),
            fingerprint="",
        )
        # The clock that would have erased it ends the link instead.
        fields = fields_that_differ(appointment, after, "comment", "reason", "name", "note")
        change = read.change(
            after,
            "erased" if fields else "erasure_asked",
            fields,
            Obligations(entries=(OwedEntry(kind="erasure", proved=proved),)) if asks else NOTHING,
            () if customer else self._noted(appointment),
        )
        self._store.write(change)
        return change.after

    def bring_to_an_end(self, read: ReadAppointment) -> None:
        """What an erasure does beside the appointment; all of it can be repeated. Raises TryAgain."""
        self._ask(read)
        self._records.forget_notes(read.appointment.id)

    def customer(self, appointment: Appointment) -> Customer | None:
        return self._records.customer(appointment.branch, appointment.customer) if appointment.customer else None

    def _noted(self, appointment: Appointment) -> Iterator[str]:
        """Entries of the inbox in which staff have written something about the person."""
        entries = self._store.inbox(appointment.branch, set_aside=True)
        return (entry.id for entry in entries if entry.appointment == appointment.id and entry.note)

    def _ask(self, read: ReadAppointment) -> None:
        """Files the wish with the record that the practice has of the customer."""
        for _ in range(ROUNDS):
            customer = self.customer(read.appointment)
            if customer is None or not self._can_ask(read, customer):
                return
            line = Line(
                branch=customer.branch,
                kind="customer",
                id=customer.id,
                what="erasure_asked",
                by="customer",
                at=read.at,
                fields=("erasure_asked_at",),
                months=read.settings.branch.record_months,
            )
            proved = self._proves(read, customer)
            after = replace(customer, erasure_asked_at=read.at, erasure_proved=proved, version=customer.version + 1)
            try:
                self._records.write(Revision(before=(customer,), after=after, line=line))
            except ChangedMeanwhile:
                continue
            return
        raise TryAgain

    def _can_ask(self, read: ReadAppointment, customer: Customer) -> bool:
        """Once, and once more where only the second wish is proved."""
        return customer.erasure_asked_at is None or (self._proves(read, customer) and not customer.erasure_proved)

    def _proves(self, read: ReadAppointment, customer: Customer) -> bool:
        """Whether the link was mailed to the record's own address: who asked in another's name has one from a mail too."""
        mailed, own = read.booked.mailbox or (), self._secret.mailbox(customer.email) if customer.email else ()
        return any(is_one_of(each, own) for each in mailed)
