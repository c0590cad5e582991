"""Declining a wave: all that waits of what was asked for through one link within a span, in one go."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.errors import ChangedMeanwhile, Flaw, Invalid, NotFound, TryAgain
from chalicelib.domain.settings import FURTHEST, Settings
from chalicelib.domain.status import Status
from chalicelib.planner.messages.notifying import Tell
from chalicelib.planner.staff.actions import ReadVersion

if TYPE_CHECKING:
    from chalicelib.planner.messages.notifying import Notifying
    from chalicelib.planner.ports import Clock, Store
    from chalicelib.planner.staff.actions import Actions

WAITING: frozenset[Status] = frozenset({"unconfirmed", "proposed"})
"""States in which neither staff nor the clock has answered yet."""
LOOKS_BACK = timedelta(days=31)
"""How long ago a wave may have begun."""
WITHIN = 8.0
"""Seconds after which no further answer begins: the function is ended after 20, and one answer may take 12."""


@dataclass(frozen=True, kw_only=True)
class Wave:
    """Requests made in `[since, until)` through the link of an alias; None: through any. `tell`: whether their makers get the
    mail that declines; else nobody hears of it."""

    alias: str | None
    since: datetime
    until: datetime
    tell: bool = False


@dataclass(frozen=True)
class Outcome:
    """How many requests of a wave waited, and how many still do."""

    count: int
    left: int


class Waves:
    """`by` is who does it: the id in a token of the staff's pool."""

    def __init__(
        self, store: Store, actions: Actions, notifying: Notifying, now: Clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._actions = actions
        self._notifying = notifying
        self._now = now
        self._monotonic = monotonic

    def look(self, branch: str, wave: Wave) -> Outcome:
        """What `decline` would find; nothing is done. Raises as it does."""
        found = len(self._of(self._settings(branch, wave), wave))
        return Outcome(found, found)

    def decline(self, branch: str, wave: Wave, by: str) -> Outcome:
        """Answers each as the desk does, but at once, since a flood shall hold no time any longer: one that somebody else has
        answered since it was read is left alone. Where time runs out some are left, for another call. Raises NotFound, or
        Invalid naming the field."""
        settings = self._settings(branch, wave)
        end = self._monotonic() + WITHIN
        found = self._of(settings, wave)
        left = 0
        for appointment in found:
            if self._monotonic() >= end or not self._is_answered(appointment, settings, wave, by):
                left += 1
        return Outcome(len(found), left)

    def _settings(self, branch: str, wave: Wave) -> Settings:
        settings = self._store.settings(branch)
        if settings is None:
            raise NotFound
        if wave.alias is not None and settings.access(wave.alias) is None:
            raise Invalid({"alias": Flaw("foreign")})
        if wave.since < self._now() - LOOKS_BACK:
            raise Invalid({"from": Flaw("within_last", most=LOOKS_BACK.days, unit="days")})
        if wave.until <= wave.since:
            raise Invalid({"until": Flaw("after", field="from")})
        return settings

    def _of(self, settings: Settings, wave: Wave) -> list[Appointment]:
        """The wave, in the order in which it was made. What was asked for in the span cannot begin before it."""
        if wave.since > self._now():
            return []
        branch, resources = settings.branch.id, [each.id for each in settings.resources]
        first, last = (int(moment.timestamp()) // 60 for moment in (wave.since, self._now() + timedelta(days=FURTHEST + 1)))
        planned = self._store.planned(branch, resources, first, last, wishes=True)
        waiting = [each.id for each in planned if each.status in WAITING]
        found = [
            appointment
            for appointment in self._store.several(waiting).values()
            if appointment.status in WAITING
            and wave.since <= appointment.made_at < wave.until
            and wave.alias in (None, appointment.alias)
        ]
        return sorted(found, key=lambda appointment: (appointment.made_at, appointment.id))

    def _is_answered(self, appointment: Appointment, settings: Settings, wave: Wave, by: str) -> bool:
        """By us, or by somebody else meanwhile."""
        tell = (
            Tell("email")
            if wave.tell and "email" in self._notifying.ways(self._notifying.reach(appointment), settings)
            else None
        )
        try:
            self._actions.answer(
                ReadVersion(appointment.branch, appointment.id, appointment.version), "declined", by, tell=tell, at_once=True
            )
        except (ChangedMeanwhile, TryAgain):
            now = self._store.appointment(appointment.id)
            return now is None or now.status not in WAITING
        return True
