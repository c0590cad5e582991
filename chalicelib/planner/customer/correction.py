"""Whoever has just asked for a time and sees that the e-mail address is wrong gives another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import Appointment, Change
from chalicelib.domain.changes import Obligations, OwedMessage, change_of, withholding
from chalicelib.domain.errors import ChangedMeanwhile, NotFound, TooManyRequests, Unauthorized
from chalicelib.domain.inbox import entry_of, withheld_entry
from chalicelib.domain.settings import Settings
from chalicelib.domain.status import AHEAD
from chalicelib.domain.tokens import Secret, appointment_of, clipped, is_mailed
from chalicelib.planner.customer.booking import Booked
from chalicelib.planner.customer.terms import Terms, terms_for
from chalicelib.planner.placing import write_anew

if TYPE_CHECKING:
    from chalicelib.planner.ports import Addresses, Clock, Store

WITHIN = timedelta(minutes=10)
FIRST, CORRECTED = 1, 2
"""Versions of an appointment, and of its token: as it was requested, and once its address was corrected."""


class Correction:
    """`correct` is the whole of it."""

    def __init__(self, store: Store, addresses: Addresses, secret: Secret, now: Clock) -> None:
        self._store = store
        self._addresses = addresses
        self._secret = secret
        self._now = now

    def correct(self, token: str, email: str) -> Booked:
        """Gives the request another address, once and within ten minutes, as long as nothing else has happened to it. The links
        until then end, since a stranger may have one of them, and the receipt goes to the new address.

        Only the token of the booking's answer is taken: where a mailed one is used, the address was right. Asking twice is
        answered as before. The request counts for the new address from then on, by whose limits it may be refused. Raises
        Unauthorized, ChangedMeanwhile where it is too late, TooManyRequests, or TryAgain.
        """
        token = clipped(token)
        identity = appointment_of(token)
        appointment = self._store.appointment(identity) if identity and not is_mailed(token) else None
        if appointment is None or not self._secret.fits(token, appointment.id, FIRST):
            raise Unauthorized
        settings = self._store.settings(appointment.branch)
        if settings is None:
            raise NotFound
        return Booked(self._corrected(appointment, settings, email), settings, self._secret.token(appointment.id, CORRECTED))

    def _corrected(self, appointment: Appointment, settings: Settings, email: str) -> Appointment:
        now, comment = self._now(), appointment.comment
        if comment and comment.email == email and self._was_corrected(appointment):
            return appointment  # asked before
        if (
            appointment.version != FIRST
            or appointment.status not in AHEAD
            or comment is None
            or now > appointment.made_at + WITHIN
        ):
            raise ChangedMeanwhile
        terms = terms_for(
            email,
            self._addresses,
            self._secret,
            settings,
            now,
            identity=appointment.id,
            is_request=appointment.status == "proposed",
            day=date.fromisoformat(appointment.day),
        )
        after = replace(appointment, comment=replace(comment, email=email), token_version=CORRECTED)
        return write_anew(self._store.write, lambda _: _change(appointment, after, settings, now, terms), Agenda(), terms.learn)

    def _was_corrected(self, appointment: Appointment) -> bool:
        """Staff end the links by a second version too."""
        if appointment.token_version != CORRECTED:
            return False
        return any(each.what == "address_corrected" for each in self._store.history(appointment.id)[0])


def _change(appointment: Appointment, after: Appointment, settings: Settings, now: datetime, terms: Terms) -> Change:
    """Raises TooManyRequests where the branch takes no more of unproved addresses just now."""
    if terms.unconfirmed:
        raise TooManyRequests(settings.branch.contact)
    bounced = entry_of("bounced", after.branch, after.id, FIRST, now).id
    change = change_of(
        appointment,
        replace(after, counts=terms.counts),
        settings,
        now,
        what="address_corrected",
        by="customer",
        fields=("comment",),
        owed=Obligations((OwedMessage(kind="receipt", caused_by="anybody"),)),
        ticked=(bounced,) if terms.withheld else (bounced, withheld_entry(after.id)),
        charged=terms.charged,
        most=terms.most,
    )
    return withholding(change) if terms.withheld else change
