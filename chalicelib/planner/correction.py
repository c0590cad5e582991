"""Whoever has just asked for a time and sees that the e-mail address is wrong gives another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.appointment import Appointment, Change, event_of, message_of
from chalicelib.domain.errors import ChangedMeanwhile, NotFound, TooManyRequests, Unauthorized
from chalicelib.domain.limits import MOST_MAILS_PROVED, MOST_MAILS_UNPROVED, mails
from chalicelib.domain.owed import due_of
from chalicelib.domain.settings import Settings
from chalicelib.domain.status import AHEAD
from chalicelib.domain.tokens import Secret, appointment_of, clipped, is_mailed
from chalicelib.planner.booking import Booked
from chalicelib.planner.telling import write_counted

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

        The token is that of the booking's answer: one that was mailed has arrived. Asking twice is answered as before. The
        request keeps its place in the branch's bounds. Raises Unauthorized, ChangedMeanwhile where it is too late,
        TooManyRequests where the owner of the new address has stopped online acts, or TryAgain.
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
        if appointment.token_version == CORRECTED and comment and comment.email == email:
            return appointment  # asked before
        if (
            appointment.version != FIRST
            or appointment.status not in AHEAD
            or comment is None
            or now > appointment.made_at + WITHIN
        ):
            raise ChangedMeanwhile
        standing = self._addresses.standing(appointment.branch, self._secret.mailbox(email), now)
        if standing.stopped:
            raise TooManyRequests(settings.branch.contact)
        after = replace(appointment, comment=replace(comment, email=email), version=CORRECTED, token_version=CORRECTED)
        after = replace(after, due=due_of(after, settings, now))
        change = Change(
            before=appointment,
            after=after,
            event=event_of(after, "address_corrected", "customer", now, ("comment",), settings.branch.record_months),
            messages=(message_of(after, "receipt", after.language, now, caused_by="anybody"),),
            kept_days=settings.branch.comment_days,
        )
        most = MOST_MAILS_PROVED if standing.proved else MOST_MAILS_UNPROVED
        write_counted(self._store, change, mails(self._secret.counted(email), now), most)
        return after
