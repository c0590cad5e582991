"""What operators do: write what a branch has set."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypedDict, TypeVar

from chalicelib.domain.appointment import Planned
from chalicelib.domain.checks import check
from chalicelib.domain.difference import left_outside, names
from chalicelib.domain.errors import ChangedMeanwhile, Flaw, Invalid, NotFound, ReadOtherwise, TryAgain, at
from chalicelib.domain.moments import from_text, to_local
from chalicelib.domain.owed import owes_otherwise
from chalicelib.domain.record import Line
from chalicelib.domain.settings import (
    FURTHEST,
    Availability,
    AvailabilityType,
    Branch,
    DateException,
    Employee,
    Resource,
    Settings,
    Template,
    Text,
)
from chalicelib.domain.status import HOLDING
from chalicelib.planner.admin.holidays import closing_days

if TYPE_CHECKING:
    from chalicelib.planner.ports import Clock, Store

YEARS = 10
"""For how long public holidays are looked up: further than any horizon reaches."""
ROUNDS = 8
"""How often a change that depends on nothing else is tried while others change settings too."""
MOST_NAMES = 100
"""Names that one line of the record has."""
WRITTEN_BY_THEN = timedelta(seconds=30)
"""Whoever has read the settings before they were saved has written what was reckoned by them: they are kept for 5 seconds, and
no request takes more than 20."""
END = from_text(f"{date.max}T23:59Z")
"""Past whatever is ahead: staff's series go on for years."""
ALL = "settings"
"""The id of the record's line where several things have changed."""


class Sections(TypedDict, total=False):
    """What shall change; what is left out stays. A branch's types and holidays are not taken from `branch`."""

    branch: Branch
    types: tuple[AvailabilityType, ...]
    resources: tuple[Resource, ...]
    templates: tuple[Template, ...]
    availabilities: tuple[Availability, ...]
    exceptions: tuple[DateException, ...]
    employees: tuple[Employee, ...]
    texts: tuple[Text, ...]


class BranchSettings:
    """`by` is who does it: the id in a token of the staff's pool."""

    def __init__(self, store: Store, now: Clock) -> None:
        self._store = store
        self._now = now

    def settings(self, branch: str) -> Settings:
        """As of now, resources and templates in the branch's order. Raises NotFound."""
        found = self._store.settings_now(branch)
        if found is None:
            raise NotFound
        return replace(found, resources=in_order(found.resources), templates=in_order(found.templates))

    def save(self, settings: Settings) -> Settings:
        """Checks and writes all that a branch has set, with its public holidays looked up. Returns what was written.

        Appointments stay as they are (R32). Raises Invalid with the path of what is wrong, and then has stored nothing.
        For imports: it neither asks for a version nor keeps a record.
        """
        check(settings)
        stored = self._store.settings_now(settings.branch.id)
        self._refuse_lower_capacity(settings, stored)
        settings = self._with_holidays(settings)
        return self._store.replace_settings(settings, self._recount(stored, settings) if stored else None)

    def change(
        self, branch: str, version: int, sections: Sections, by: str, *, other_times: bool = False
    ) -> tuple[Settings, list[Planned]]:
        """Writes what differs, if the settings still have the version that was read. Accounts and accesses are not touched.

        Returns the new settings, and the coming appointments that lie outside the hours now and did not before; they stay as
        they are (R32). Raises ChangedMeanwhile, Invalid with the path of what is wrong, or, without `other_times`,
        ReadOtherwise where customers were told another time than a new zone has; then nothing is stored.
        """
        before = self.settings(branch)
        if before.version != version:
            raise ChangedMeanwhile
        after = _changed(before, sections)
        if "branch" in sections:
            after = self._with_holidays(after)
        self._refuse_removal(before, after)
        if before.zone != after.zone and not other_times:
            self._refuse_other_times(before, after)
        saved = self._write(before, after, by)
        return saved, self._outside(before, saved)

    def alter(self, branch: str, alter: Callable[[Settings], Settings], by: str) -> Settings:
        """Writes what `alter` makes of the settings as they are, whoever else changes them meanwhile. Raises what it does."""
        for _ in range(ROUNDS):
            before = self.settings(branch)
            try:
                return self._write(before, alter(before), by)
            except ChangedMeanwhile:
                continue
        raise TryAgain

    def open_online(self, branch: str, online: bool, by: str) -> Settings:
        """Lets customers ask online, or not; what their links do with appointments stays as it is (R27). Raises NotFound."""
        return self.alter(branch, lambda settings: replace(settings, branch=replace(settings.branch, online=online)), by)

    def employ(self, branch: str, employee: str, account: bool, by: str) -> Settings:
        """Gives a technical employee an account, which its accesses need, or takes it away. Raises NotFound or Invalid."""

        def alter(settings: Settings) -> Settings:
            found = settings.employee(employee)
            if found is None:
                raise NotFound
            if not found.technical:
                raise Invalid({"employee": Flaw("invited")})
            return replace(settings, employees=_replaced(settings.employees, replace(found, account=account)))

        return self.alter(branch, alter, by)

    def link(self, branch: str, employee: str, user: str, subject: str, by: str) -> Settings:
        """Notes which account of the user pool is an employee's. Raises NotFound or Invalid."""

        def alter(settings: Settings) -> Settings:
            found = settings.employee(employee)
            if found is None:
                raise NotFound
            if found.user not in (None, user):
                raise Invalid({"employee": Flaw("has_account")})
            linked = replace(found, account=True, user=user, subject=subject)
            return replace(settings, employees=_replaced(settings.employees, linked))

        return self.alter(branch, alter, by)

    def _write(self, before: Settings, after: Settings, by: str) -> Settings:
        check(after, before)
        self._refuse_lower_capacity(after, before)
        changed = names(before, after)
        if not changed and before.branch == after.branch:
            return before
        things = {name.partition(".")[0] for name in changed}
        line = Line(
            branch=before.branch.id,
            kind="setting",
            id=things.pop() if len(things) == 1 else ALL,
            what="changed",
            by=by,
            at=self._now(),
            fields=changed[:MOST_NAMES],
            months=after.branch.record_months,
        )
        after = replace(after, version=before.version + 1)
        self._store.change_settings(before, after, line, self._recount(before, after))
        return after

    def _recount(self, before: Settings, after: Settings) -> datetime | None:
        """When to reckon anew what appointments owe, if that has changed, and to count those of a newly limited kind."""
        otherwise = owes_otherwise(before.branch, after.branch) or not set(after.limited_kinds) <= set(before.limited_kinds)
        return self._now() + WRITTEN_BY_THEN if otherwise else None

    def _with_holidays(self, settings: Settings) -> Settings:
        wanted = settings.branch.public_holidays
        if wanted is None:
            return replace(settings, branch=replace(settings.branch, holidays=frozenset()))
        this_year = self._now().year
        with at("branch.public_holidays"):
            closed = closing_days(wanted, range(this_year, this_year + YEARS))
        return replace(settings, branch=replace(settings.branch, holidays=closed))

    def _refuse_lower_capacity(self, settings: Settings, stored: Settings | None) -> None:
        """Neither a capacity nor the places behind it may be lowered below what future units hold, however far ahead (R14,
        R36)."""
        first, last = self._now().date().isoformat(), date.max.isoformat()
        for number, resource in enumerate(settings.resources):
            before = stored.resource(resource.id) if stored else None
            if before is None or (before.capacity <= resource.capacity and before.lanes <= resource.lanes):
                continue
            lanes = {lane for _, _, lane in self._store.agenda(settings.branch.id, [before], first, last).holds}
            held = 1 + max((lane for lane in lanes if lane < before.capacity), default=-1)
            if held > resource.capacity:
                raise Invalid({f"resources[{number}].capacity": Flaw("held", count=held)})
            if (last_one := 1 + max(lanes, default=-1)) > resource.lanes:
                raise Invalid({f"resources[{number}].standby": Flaw("held", count=last_one - resource.capacity)})

    def _refuse_removal(self, before: Settings, after: Settings) -> None:
        """What still stands for something is not removed: appointments would lose their place, accounts their owner."""
        gone = {each.id for each in before.resources} - {each.id for each in after.resources}
        if gone and any(gone & {each.resource, each.second} for each in self._coming(before)):
            raise Invalid({"resources": Flaw("has_appointments")})
        kept = {each.id for each in after.employees}
        if any(each.account and each.id not in kept for each in before.employees):
            raise Invalid({"employees": Flaw("owner_left_out")})

    def _refuse_other_times(self, before: Settings, after: Settings) -> None:
        """An appointment keeps its instant, and its customer the time that was told."""
        told = (each for each in self._coming(before) if each.type != "blocked")
        walls = [[to_local(each.start, zone.zone).replace(tzinfo=None) for zone in (before, after)] for each in told]
        if count := sum(was != would_be for was, would_be in walls):
            raise ReadOtherwise(count)

    def _outside(self, before: Settings, after: Settings) -> list[Planned]:
        """Up to the longest horizon: hours are reckoned for each day."""
        if _opening(before) == _opening(after):
            return []
        furthest = self._minute() + FURTHEST * 24 * 60
        coming = (each for each in self._coming(after, furthest) if each.type != "blocked")
        return left_outside(before, after, coming, self._now())

    def _coming(self, settings: Settings, until: int = END) -> list[Planned]:
        """The appointments that hold time from now on."""
        resources = [each.id for each in settings.resources]
        found = self._store.planned(settings.branch.id, resources, self._minute(), until)
        return [each for each in found if each.status in HOLDING]

    def _minute(self) -> int:
        return int(self._now().timestamp()) // 60


Ordered = TypeVar("Ordered", Resource, Template)


def in_order(given: Iterable[Ordered]) -> tuple[Ordered, ...]:
    return tuple(sorted(given, key=lambda each: (each.order, each.id)))


def _changed(before: Settings, sections: Sections) -> Settings:
    """Raises Invalid."""
    branch = sections.get("branch", before.branch)
    types = sections.get("types", before.branch.types)
    if branch.id != before.branch.id:
        raise Invalid({"branch.id": Flaw("fixed")})
    return replace(
        before,
        branch=replace(branch, types=types, holidays=before.branch.holidays),
        resources=sections.get("resources", before.resources),
        templates=sections.get("templates", before.templates),
        availabilities=_closed(before, sections["availabilities"]) if "availabilities" in sections else before.availabilities,
        exceptions=sections.get("exceptions", before.exceptions),
        employees=_employed(before, sections["employees"]) if "employees" in sections else before.employees,
        texts=sections.get("texts", before.texts),
    )


def _closed(before: Settings, given: Iterable[Availability]) -> tuple[Availability, ...]:
    """With who entered a closing and when, as it is stored: nobody changes that."""
    entered = {each.closing.id: each.closing for each in before.availabilities if each.closing}
    found: list[Availability] = []
    for each in given:
        if each.closing:
            known = entered.get(each.closing.id)
            by, made_at = (known.by, known.made_at) if known else ("", None)
            each = replace(each, closing=replace(each.closing, by=by, made_at=made_at))
        found.append(each)
    return tuple(found)


def _employed(before: Settings, given: Iterable[Employee]) -> tuple[Employee, ...]:
    """With the accounts that they have: those are given and taken elsewhere."""
    found: list[Employee] = []
    for number, each in enumerate(given):
        stored = before.employee(each.id)
        if stored and stored.account and stored.technical != each.technical:
            raise Invalid({f"employees[{number}].technical": Flaw("has_account")})
        if stored and stored.account:
            each = replace(each, account=True, user=stored.user, subject=stored.subject)
        found.append(each)
    return tuple(found)


def _replaced(employees: Iterable[Employee], by: Employee) -> tuple[Employee, ...]:
    return tuple(by if each.id == by.id else each for each in employees)


def _opening(settings: Settings) -> tuple[object, ...]:
    """All that says when time is open."""
    branch = settings.branch
    return branch.zone, branch.types, branch.holidays, settings.availabilities, settings.exceptions
