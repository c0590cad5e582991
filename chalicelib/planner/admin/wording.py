"""What a message would say in a branch's own words, before they are saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.comment import Comment
from chalicelib.domain.customer import reach_of
from chalicelib.domain.errors import Flaw, Invalid, NotFound
from chalicelib.domain.mail import Mail, SendNever, Sms
from chalicelib.domain.moments import to_local, to_utc
from chalicelib.domain.outbox import Message
from chalicelib.domain.settings import Settings, Text
from chalicelib.domain.wording import flaws
from chalicelib.planner.ports import Compose

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

SOMEBODY = Comment(first_name="Erika", last_name="Mustermann", email="erika.mustermann@example.org", phone="+49 171 3920077")
"""Nobody: the number is one of those that are given to none (Bundesnetzagentur), the domain too (RFC 2606)."""
NO_APPOINTMENT = "0" * 32
AHEAD, AT, MINUTES = timedelta(days=7), 10 * 60, 30


class Wordings(Compose, Protocol):
    def default(self, text: Text) -> str:
        """Our words where the branch would put its own, with places."""


class Wording:
    """`compose` is asked for when the first message is shown: it costs more start-up time than all the rest."""

    def __init__(self, store: Store, now: Clock, compose: Callable[[], Wordings]) -> None:
        self._store = store
        self._now = now
        self._compose = compose

    def preview(self, branch: str, text: Text) -> tuple[Mail | Sms, str]:
        """The message for an invented appointment, in our words where the text is empty; and our words. Nothing is stored.

        Raises NotFound, or Invalid with the field that is wrong.
        """
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
        wrong = flaws(text if text.text else replace(text, text="{{ link }}"))
        if wrong:
            raise Invalid(wrong)
        invented = self._invented(settings, text)
        owed = Message(
            appointment=invented.id,
            event=invented.version,
            kind=text.kind,
            channel=text.channel,
            branch=branch,
            resource=invented.resource,
            start=invented.start,
            end=invented.end,
            status=text.status,
            language=text.language,
            due=self._now(),
        )
        worded = replace(settings, texts=(text,) if text.text else ())
        compose = self._compose()
        try:
            return compose(owed, invented, worded, reach_of(SOMEBODY, None, "requester"), 0), compose.default(text)
        except SendNever:
            raise Invalid({"text": Flaw("message_too_long")}) from None

    def _invented(self, settings: Settings, text: Text) -> Appointment:
        day = to_local(int(self._now().timestamp()) // 60, settings.zone).date() + AHEAD
        start = to_utc(day, AT, settings.zone)
        shown = settings.released or settings.resources
        return Appointment(
            id=NO_APPOINTMENT,
            branch=settings.branch.id,
            resource=shown[0].id if shown else "",
            alias="",
            start=start,
            end=start + MINUTES,
            day=day.isoformat(),
            status=text.status,
            holds={},
            language=text.language,
            fingerprint="",
            made_at=self._now(),
            comment=SOMEBODY,
        )
