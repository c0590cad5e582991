"""A draft of settings shows what customers would be offered (R18), whatever the settings are: from the settings that a page
holds, by the page's own code, to the list of starts."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

import msgspec
import pytest

from chalicelib.api.draft_schemas import PreviewRequest
from chalicelib.api.drafts import draft
from chalicelib.api.setup_views import settings as settings_view
from chalicelib.domain.agenda import Agenda, Place
from chalicelib.domain.moments import units_of
from chalicelib.domain.offer import Offer
from chalicelib.domain.settings import (
    TYPES,
    WORKING_TIME,
    Availability,
    AvailabilityType,
    DateException,
    Hours,
    PublicHolidays,
    Resource,
    Settings,
    Template,
)
from chalicelib.planner.admin.holidays import closing_days
from chalicelib.planner.admin.preview import Preview, Previewed
from chalicelib.planner.customer.booking import Week, listed
from chalicelib.planner.customer.taking import agenda_of
from chalicelib.planner.ports import Store
from tests.builders import settings
from tests.repeated import rounds

PAGE = Path(__file__).parents[3] / "static_site" / "staff" / "settings" / "preview-body.js"
BODIES = """
import { readFileSync } from "node:fs";
const asked = JSON.parse(readFileSync(0, "utf8"));
const bodies = asked.map(({ settings, resource, template, from, days }) =>
  previewBody(
    settings,
    settings.resources.find(({ id }) => id === resource),
    settings.templates.find(({ id }) => id === template),
    from,
    days,
  ),
);
process.stdout.write(JSON.stringify(bodies));
"""
ZONES = ("Europe/Berlin", "Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland")
PERSONS = ("anna", "ben", "cem")
KINDS = (
    *TYPES,
    AvailabilityType(id="open-house", name={}, effect="opens"),
    AvailabilityType(id="ill", name={}, effect="closes"),
    AvailabilityType(id="note", name={}, effect="neither"),
)
EXAMPLES = rounds(few=150, many=1000)


@dataclass(frozen=True)
class Example:
    """Settings, what is held under them, and a question about `room`."""

    settings: Settings
    held: Agenda
    template: str | None
    first: date
    days: int
    now: datetime

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)


class Known:
    """Some settings and the agenda of an example, read as the store reads them."""

    def __init__(self, example: Example, stored: Settings) -> None:
        self._example = example
        self._stored = stored

    def settings(self, branch: str) -> Settings:
        return self._stored

    def agenda(self, branch: str, resources: Sequence[Resource], first: str, last: str, kinds: Sequence[str] = ()) -> Agenda:
        lanes = {each.id: each.capacity for each in resources}
        held = self._example.held
        return Agenda(
            {
                place: units
                for place, units in held.holds.items()
                if place[2] < lanes.get(place[0], 0) and first <= place[1] <= last
            },
            {place: count for place, count in held.starts.items() if place[0] in lanes and first <= place[1] <= last},
            {
                place: count
                for place, count in held.kinds.items()
                if place[0] in lanes and first <= place[1] <= last and place[2] in kinds
            },
        )


def some_example(seed: int) -> Example:
    chance = random.Random(seed)

    def on_grid(least: int, most: int) -> int:
        return chance.randrange(least, most + 1, 5)

    def some(choices: Sequence[str]) -> tuple[str, ...]:
        return tuple(chance.sample(choices, chance.randint(1, len(choices))))

    def hours(kind: str = WORKING_TIME) -> Hours:
        start = on_grid(0, 22 * 60)
        end = on_grid(start + 30, 24 * 60)
        minimum = chance.choice((None, None, 5, 15, 60)) if kind == WORKING_TIME else None
        return Hours(start=start, end=end, step=on_grid(10, 90), minimum_step=minimum)

    first = date(2026, 12, 1) + timedelta(days=chance.randrange(480))
    resources = (
        Resource(id="room", name="Raum", released=True, capacity=chance.choice((1, 1, 2, 4))),
        *(Resource(id=each, name=each, capacity=chance.choice((1, 1, 2)), order=chance.randint(0, 2)) for each in PERSONS),
    )
    everyone = ("room", *PERSONS)
    template = Template(
        id="visit",
        name={},
        duration=on_grid(10, 90),
        preparation=on_grid(0, 20),
        follow_up=on_grid(0, 20),
        resources=("room",),
        second=some(PERSONS) if chance.random() < 0.7 else (),
        lead_hours=chance.choice((None, None, 0, 30)),
        horizon_days=chance.choice((None, None, 0, 3, 45)),
        most_a_day=chance.choice((None, None, 0, 1, 2)),
    )
    opening = [
        Availability(resources=each, weekdays=frozenset(chance.sample(range(1, 8), 5)), hours=hours())
        for each in (everyone, ("room",), *((person,) for person in some(PERSONS)))
    ]
    others = [
        Availability(
            resources=some(everyone),
            weekdays=frozenset(chance.sample(range(1, 8), 2)),
            hours=hours(kind),
            type=kind,
            valid_from=first + timedelta(days=chance.randint(-9, 9)) if chance.random() < 0.5 else None,
            valid_until=first + timedelta(days=chance.randint(10, 20)) if chance.random() < 0.5 else None,
        )
        for kind in chance.choices([each.id for each in KINDS], k=chance.randint(0, 5))
    ]
    days = {(each, first + timedelta(days=chance.randrange(9))) for each in everyone if chance.random() < 0.3}
    exceptions = tuple(
        DateException(resource=each, day=day, hours=tuple(hours() for _ in range(chance.randint(0, 2))))
        for each, day in sorted(days)
    )
    public = (
        PublicHolidays(country="DE", subdivision="SN", off=("Karfreitag",), also=("Fronleichnam",))
        if chance.random() < 0.4
        else None
    )
    made = settings(
        *opening,
        *others,
        zone=chance.choice(ZONES),
        types=KINDS,
        resources=resources,
        templates=(template,),
        exceptions=exceptions,
        public_holidays=public,
        holidays=closing_days(public, range(first.year - 1, first.year + 3)) if public else frozenset(),
        lead_hours=chance.choice((0, 0, 5, 48)),
        horizon_days=chance.choice((5, 20, 45)),
        most_appointments_a_day=chance.choice((None, None, 2)),
    )
    return Example(
        settings=made,
        held=some_held(chance, resources, first),
        template="visit" if chance.random() < 0.9 else None,
        first=first,
        days=chance.choice((1, 7, 9)),
        now=datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(hours=chance.randint(-100, 20)),
    )


def some_held(chance: random.Random, resources: Sequence[Resource], first: date) -> Agenda:
    """Appointments of one to two hours at any time of three weeks; counted as if some of them began at the resource."""
    midnight = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) // 60
    holds: dict[Place, frozenset[int]] = {}
    starts: Counter[tuple[str, str]] = Counter()
    kinds: Counter[tuple[str, str, str]] = Counter()
    for resource in resources:
        for _ in range(chance.choice((0, 20, 60))):
            start = midnight + chance.randrange(-2 * 1440, 19 * 1440, 5)
            lane = chance.randrange(resource.capacity)
            for day, units in units_of(start, start + chance.randrange(60, 125, 5)).items():
                holds[resource.id, day, lane] = holds.get((resource.id, day, lane), frozenset()) | units
            begun = (first + timedelta(days=chance.randrange(20))).isoformat()
            starts[resource.id, begun] += 1
            kinds[resource.id, begun, chance.choice(("visit", "visit", "other"))] += 1
    return Agenda(holds, starts, kinds)


def bodies_of_the_page(examples: Sequence[Example]) -> list[PreviewRequest]:
    """What the staff's page would send, made by its own code."""
    asked = [
        {
            "settings": settings_view(each.settings, "https://site", each.now),
            "resource": "room",
            "template": each.template,
            "from": each.first,
            "days": each.days,
        }
        for each in examples
    ]
    script = PAGE.read_text() + BODIES
    node = ["node", "--input-type=module", "-e", script]
    made = subprocess.run(node, input=msgspec.json.encode(asked), capture_output=True, check=True).stdout
    bodies = [body | {"now": each.now} for body, each in zip(msgspec.json.decode(made), examples, strict=True)]
    return msgspec.json.decode(msgspec.json.encode(bodies), type=list[PreviewRequest])


def customers_list(example: Example) -> Week:
    known = cast("Store", Known(example, example.settings))
    template = next((each for each in example.settings.templates if each.id == example.template), None)
    offer = Offer(example.settings, example.settings.resources[0], template, example.now)

    def held(since: date, until: date) -> Agenda:
        return agenda_of(known, offer, since, until)

    week = listed(offer, example.first, example.last, held)
    if not any(slot.free for day in week.days.values() for slot in day):
        behind = max(example.last + timedelta(days=1), offer.today), offer.last_day
        free = (slot.start for slot in offer.slots(*behind, held(*behind)) if slot.free)
        assert week.next_free == next(free, None)
    return week


def previewed(example: Example, body: PreviewRequest) -> Previewed:
    """Nothing of the example is stored yet but its resources and what they hold."""
    stored = settings(resources=example.settings.resources, lead_hours=1, horizon_days=1, most_appointments_a_day=1)
    return Preview(cast("Store", Known(example, stored)), lambda: example.now).show("elbe", draft(body))


@pytest.mark.chance
def test_the_preview_is_the_customers_list_for_any_settings() -> None:
    examples = [some_example(seed) for seed in range(EXAMPLES)]
    seen: Counter[str] = Counter()
    for seed, (example, body) in enumerate(zip(examples, bodies_of_the_page(examples), strict=True)):
        week, shown = customers_list(example), previewed(example, body)
        assert (shown.days, shown.next_free) == (week.days, week.next_free), f"seed {seed}"
        slots = [slot for day in week.days.values() for slot in day]
        seen["free"] += any(slot.free for slot in slots)
        seen["taken"] += any(not slot.free for slot in slots)
        seen["later"] += week.next_free is not None
        for day in (shown.missing or {}).values():
            seen.update({reason for _, reason in day})
    assert min(seen[each] for each in ("free", "taken", "later", "limit", "second_resource", "holiday")) > EXAMPLES // 100, seen
