"""What links carry: made, revoked, and used."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.appointment import Planned
from chalicelib.domain.errors import Flaw, Invalid, NotFound
from chalicelib.domain.settings import Access, Resource, Settings
from chalicelib.domain.status import HOLDING
from chalicelib.domain.tokens import Secret, clipped
from chalicelib.planner.usage import Usage

if TYPE_CHECKING:
    from chalicelib.planner.admin.settings import BranchSettings
    from chalicelib.planner.ports import Clock, Store

RANDOM = 10
"""Bytes of an alias that nobody guesses."""
LOOKS_BACK = timedelta(days=30)
"""How far a calendar goes back."""
MOST_ACCESSES = 500


@dataclass(frozen=True)
class Busy:
    """When a resource is taken, in order."""

    settings: Settings
    resource: Resource
    appointments: list[Planned]


class Accesses:
    """`by` is who does it: the id in a token of the staff's pool."""

    def __init__(self, store: Store, branch_settings: BranchSettings, secret: Secret, now: Clock) -> None:
        self._store = store
        self._branch_settings = branch_settings
        self._secret = secret
        self._now = now
        self._usage = Usage(store, now)

    def all(self, branch: str) -> tuple[Settings, Mapping[str, datetime]]:
        """With when each was last used. Raises NotFound."""
        return self._branch_settings.settings(branch), self._store.used(branch)

    def make(
        self,
        branch: str,
        kind: Literal["alias", "calendar"],
        label: str,
        employee: str,
        resource: str | None,
        by: str,
    ) -> tuple[Settings, Mapping[str, datetime]]:
        """Adds an access that acts as a technical employee with an account. Raises Invalid or NotFound."""
        made = Access(
            alias=f"{branch}-{secrets.token_hex(RANDOM)}",
            kind=kind,
            label=label,
            employee=employee,
            resource=resource,
            made_at=self._now(),
        )

        def alter(settings: Settings) -> Settings:
            _refuse_if_wrong(settings, made)
            return replace(settings, accesses=(*settings.accesses, made))

        return self._branch_settings.alter(branch, alter, by), self._store.used(branch)

    def revoke(self, branch: str, alias: str, by: str) -> tuple[Settings, Mapping[str, datetime]]:
        """For good; one that is revoked already stays so. Raises NotFound."""

        def alter(settings: Settings) -> Settings:
            found = settings.access(alias)
            if found is None:
                raise NotFound
            if found.revoked_at:
                return settings
            revoked = replace(found, revoked_at=self._now())
            return replace(settings, accesses=tuple(revoked if each.alias == alias else each for each in settings.accesses))

        return self._branch_settings.alter(branch, alter, by), self._store.used(branch)

    def busy(self, token: str) -> Busy:
        """What a calendar's token opens: from 30 days back to the horizon. Raises NotFound, whatever is wrong with it."""
        token = clipped(token)
        alias = token.rpartition(".")[0]
        settings = self._store.settings(alias.rpartition("-")[0]) if self._secret.opens_calendar(token, alias) else None
        access = settings.access(alias) if settings else None
        resource = settings.resource(access.resource or "") if settings and access else None
        if settings is None or access is None or resource is None or access.kind != "calendar" or not settings.is_good(access):
            raise NotFound("There is no such calendar, or no longer.")
        self._usage.note(settings.branch.id, alias)
        return Busy(settings, resource, self._taken(settings, resource))

    def _taken(self, settings: Settings, resource: Resource) -> list[Planned]:
        """Also where the resource comes second."""
        since, until = (
            int((self._now() + span).timestamp()) // 60 for span in (-LOOKS_BACK, timedelta(days=settings.furthest + 1))
        )
        found = self._store.planned(settings.branch.id, [each.id for each in settings.resources], since, until)
        taken = (each for each in found if each.status in HOLDING and resource.id in (each.resource, each.second))
        return sorted(taken, key=lambda each: (each.start, each.id))


def _refuse_if_wrong(settings: Settings, made: Access) -> None:
    wrong: dict[str, Flaw] = {}
    employee = settings.employee(made.employee or "")
    if employee is None or not employee.technical:
        wrong["employee"] = Flaw("not_technical")
    elif not (employee.active and employee.account):
        wrong["employee"] = Flaw("no_account")
    if made.kind == "calendar" and made.resource is None:
        wrong["resource"] = Flaw("required")
    elif made.resource is not None and settings.resource(made.resource) is None:
        wrong["resource"] = Flaw("unknown")
    if wrong:
        raise Invalid(wrong)
    if sum(each.revoked_at is None for each in settings.accesses) >= MOST_ACCESSES:
        raise Invalid(message=f"A branch can have {MOST_ACCESSES} accesses at once. Please revoke some.")
