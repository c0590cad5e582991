"""A kind's own rules hold in list, acceptance, preview, explanation and move alike (R18, R38)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chalicelib.api.draft_schemas import DraftAvailability, DraftTemplate, PreviewRequest
from chalicelib.api.drafts import draft
from chalicelib.domain.agenda import Agenda
from chalicelib.domain.appointment import Appointment, Change, UnitsTaken
from chalicelib.domain.errors import OutsideAvailability, PastCutOff, SlotTaken, TooFar, TooManyRequests, TooSoon
from chalicelib.domain.limits import Standing
from chalicelib.domain.moments import to_local, to_utc, units_of
from chalicelib.domain.settings import Resource, Settings, Template
from chalicelib.domain.slots import Slot
from chalicelib.messages.numbers import mobile
from chalicelib.planner.admin.preview import Preview
from chalicelib.planner.customer.booking import Booked
from chalicelib.planner.customer.moving import Moving
from chalicelib.planner.customer.shown import ReadAppointment
from chalicelib.planner.messages.notifying import Notifying
from chalicelib.planner.ports import Store
from tests.builders import SECRET, agenda, appointment, availability, in_lane, settings
from tests.planner.customer.test_booking import MOMENTS, ONE_DAY, Shelf, Shop

LOOK = 7
HOUR = 60
Fate = str | None
"""Why a start of the grid is not to be had, as the explanation tells it; None: it is free. `BOTH` if it is taken on a day that
is full by the branch's limit: the list shows it as taken."""
BOTH = "limit, taken"


class Counting(Shelf):
    """It knows how many begin on a day, all and of the kinds that are asked for. Who moves gives back what was held."""

    def agenda(self, branch: str, resources: Sequence[Resource], first: str, last: str, kinds: Sequence[str] = ()) -> Agenda:
        found = super().agenda(branch, resources, first, last)
        return replace(found, kinds={place: count for place, count in self.taken.kinds.items() if place[2] in kinds})

    def write(self, change: Change) -> None:
        own = change.before.holds if change.before else {}
        others = self.taken.without(own).holds
        if any(units & others.get(place, frozenset()) for place, units in change.after.holds.items()):
            raise UnitsTaken(Agenda(others))
        self.written.append(change)

    def count_turned_away(self, branch: str, day: str, count: int, at: datetime) -> None:
        """Nobody looks at it."""


@dataclass(frozen=True)
class Case:
    """`mine` is an appointment of the kind, which stands among what is `known`."""

    settings: Settings
    now: datetime
    known: Agenda
    mine: Appointment

    @property
    def kind(self) -> Template:
        return self.settings.templates[0]

    @property
    def today(self) -> date:
        return self.now.astimezone(self.settings.zone).date()

    def own(self, name: str, of_branch: str) -> int | None:
        value: int | None = getattr(self.kind, name)
        return getattr(self.settings.branch, of_branch) if value is None else value

    def fates(self, known: Agenda) -> dict[int, Fate]:
        """What the rules say of each start of the grid, written out once more."""
        lead, horizon = self.own("lead_hours", "lead_hours"), self.own("horizon_days", "horizon_days")
        most = self.own("most_a_day", "most_appointments_a_day")
        soonest = self.now.timestamp() + (lead or 0) * 3600
        taken = known.holds
        fates: dict[int, Fate] = {}
        for day in (self.today + offset * ONE_DAY for offset in range(LOOK)):
            place = ("cabin-1", day.isoformat())
            limited = self.kind.most_a_day is not None
            begun = known.kinds.get((*place, "test"), 0) if limited else known.starts.get(place, 0)
            for start in range(to_utc(day, 8 * HOUR, self.settings.zone), to_utc(day, 12 * HOUR, self.settings.zone), HOUR):
                places = in_lane(0, "cabin-1", units_of(start, start + HOUR)).items()
                is_taken = any(units & taken.get(at, frozenset()) for at, units in places)
                if start * 60 < soonest:
                    fates[start] = "too_soon"
                elif day > self.today + timedelta(days=horizon or 0):
                    fates[start] = "too_far"
                elif most is not None and begun >= most:
                    fates[start] = BOTH if is_taken and not limited else "limit"
                else:
                    fates[start] = "taken" if is_taken else None
        return fates


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Rules of the branch and of the kind, none, 0 and others; counts of days that need not agree with what is taken."""

    def one_of(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    kind = Template(
        id="test",
        name={},
        duration=HOUR,
        resources=("cabin-1",),
        lead_hours=one_of(None, None, 0, 5, 50),
        horizon_days=one_of(None, None, 0, 1, 5),
        cut_off_hours=one_of(None, None, 0, 30, 60),
        most_a_day=one_of(None, None, 0, 1, 2),
    )
    made = settings(
        availability("08:00-12:00", step=HOUR),
        templates=(kind, replace(kind, id="other", lead_hours=700, horizon_days=0, most_a_day=0, shown="staff")),
        zone=one_of("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati"),
        lead_hours=one_of(0, 3, 40),
        horizon_days=one_of(0, 2, 4),
        cut_off_hours=one_of(0, 24, 40),
        most_appointments_a_day=one_of(None, None, 1, 2),
    )
    now = one_of(*MOMENTS)
    today = now.astimezone(made.zone).date()
    days = [today + offset * ONE_DAY for offset in range(LOOK)]
    begins = {day: to_utc(day, 8 * HOUR, made.zone) for day in days}
    hours = draw(st.lists(st.tuples(st.sampled_from(days), st.integers(0, 3)), max_size=8, unique=True))
    mine_on = one_of(*days[1:4])
    start = begins[mine_on] + HOUR
    mine = appointment(template="test", start=start, end=start + HOUR, day=mine_on.isoformat(), resource="cabin-1", made_at=now)
    taken = {(begins[day] + hour * HOUR, begins[day] + (hour + 1) * HOUR) for day, hour in hours} | {(start, start + HOUR)}
    kinds = {("cabin-1", day.isoformat(), "test"): draw(st.integers(day == mine_on, 3)) for day in days}
    starts = {place[:2]: count + draw(st.integers(0, 1)) for place, count in kinds.items()}
    return Case(made, now, replace(agenda(*taken), starts=starts, kinds=kinds), mine)


def listed(days: Mapping[date, Sequence[Slot]]) -> dict[int, bool]:
    return {slot.start: slot.free for slots in days.values() for slot in slots}


def to_list(fates: Mapping[int, Fate]) -> dict[int, bool]:
    return {start: fate is None for start, fate in fates.items() if fate in (None, "taken", BOTH)}


def assert_accepted(case: Case, fates: Mapping[int, Fate], take: Callable[[int], int]) -> None:
    """What is free is taken, and each other start refused for its reason: a kind's full day offers none (R38)."""
    refusals = {
        "too_soon": TooSoon,
        "too_far": TooFar,
        "limit": TooManyRequests if case.kind.most_a_day is None else OutsideAvailability,
        "taken": SlotTaken,
        BOTH: SlotTaken,
    }
    for start, fate in fates.items():
        if fate is None:
            assert take(start) == start
        else:
            with pytest.raises(refusals[fate]) as refusal:
                take(start)
            assert type(refusal.value) is refusals[fate]


def shop_of(case: Case) -> Shop:
    shop = Shop(case.settings, now=case.now)
    shop.shelf = Counting(case.settings, case.known)
    shop.booking._store = cast(Store, shop.shelf)
    shop.booking._turned_away._store = cast(Store, shop.shelf)
    return shop


@hypothesis_settings(max_examples=60)
@given(cases())
def test_a_kind_s_own_rules_hold_in_list_and_acceptance_alike(case: Case) -> None:
    shop, fates = shop_of(case), case.fates(case.known)
    assert listed(shop.week(case.today, LOOK).days) == to_list(fates)
    assert_accepted(case, fates, lambda start: shop.request(start).appointment.start)


@hypothesis_settings(max_examples=60)
@given(cases())
def test_a_kind_s_own_rules_hold_in_preview_and_explanation_alike(case: Case) -> None:
    """Of a branch with other rules, since the draft states them."""
    fates, branch, kind = case.fates(case.known), case.settings.branch, case.kind
    asked = PreviewRequest(
        first=case.today,
        days=LOOK,
        now=case.now,
        zone=branch.zone,
        lead_hours=branch.lead_hours,
        horizon_days=branch.horizon_days,
        most_appointments_a_day=branch.most_appointments_a_day,
        resource="cabin-1",
        availabilities=[DraftAvailability(weekdays=[1, 2, 3, 4, 5, 6, 7], start="08:00", end="12:00", step=HOUR)],
        template=DraftTemplate(
            id=kind.id,
            duration=HOUR,
            lead_hours=kind.lead_hours,
            horizon_days=kind.horizon_days,
            most_a_day=kind.most_a_day,
        ),
        explain=True,
    )
    stored = settings(zone="Asia/Kolkata", lead_hours=99, horizon_days=99, most_appointments_a_day=9)
    preview = Preview(cast(Store, Counting(stored, case.known)), lambda: case.now)
    shown = preview.show("elbe", draft(asked))
    assert listed(shown.days) == to_list(fates)
    told = {start: reason for day in (shown.missing or {}).values() for start, reason in day}
    assert told == {start: "limit" if fate == BOTH else fate for start, fate in fates.items() if fate}


@hypothesis_settings(max_examples=60)
@given(cases())
def test_a_kind_s_own_rules_hold_for_a_move_as_if_the_appointment_were_not_there(case: Case) -> None:
    """Until the kind's own cut-off; its own start is none to move it to."""
    mine, shelf = case.mine, Counting(case.settings, case.known)
    place = ("cabin-1", mine.day)
    others = Agenda(
        case.known.without(mine.holds).holds,
        {**case.known.starts, place: case.known.starts[place] - 1},
        {**case.known.kinds, (*place, "test"): case.known.kinds[*place, "test"] - 1},
    )
    read = ReadAppointment(Booked(mine, case.settings, "token"), case.now, Standing(proved=True))
    moving = Moving(cast(Store, shelf), Notifying(cast(Any, None), mobile), SECRET)
    cut_off = case.own("cut_off_hours", "cut_off_hours") or 0
    if case.now.timestamp() > (mine.start - cut_off * HOUR) * 60:
        for act in (lambda: moving.offered(read, case.today, LOOK), lambda: moving.move(read, mine.start + HOUR)):
            with pytest.raises(PastCutOff):
                act()
        return
    fates = case.fates(others)
    seen = listed(moving.offered(read, case.today, LOOK).days)
    assert seen == {start: free and start != mine.start for start, free in to_list(fates).items()}
    del fates[mine.start]
    assert_accepted(case, fates, lambda start: moving.move(read, start).start)


def test_a_day_that_is_full_of_its_kind_has_no_start_that_others_moved_away() -> None:
    """Nobody came late: there is none to be had (R20, R38)."""
    kind = Template(id="test", name={}, duration=30, resources=("cabin-1",), most_a_day=1)
    made = settings(availability("09:00-12:00", minimum_step=10), templates=(kind,), zone="UTC")
    nine = to_utc(date(2026, 11, 24), 9 * HOUR, made.zone)
    known = replace(agenda((nine, nine + 175)), kinds={("cabin-1", "2026-11-24", "test"): 1})
    case = Case(made, datetime(2026, 11, 23, 6, tzinfo=UTC), known, appointment())
    with pytest.raises(OutsideAvailability):
        shop_of(case).request(nine + 30)
    assert to_local(nine, made.zone).hour == 9
