"""What a branch may set (R3, R4), told with the field's name."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.errors import Invalid
from chalicelib.domain.settings import Availability, Hours, Resource, Template
from tests.builders import branch, hours, settings


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"start": 541}, "start"),
        ({"end": 722}, "end"),
        ({"end": 540}, "end"),
        ({"end": 480}, "end"),
        ({"end": 1445}, "end"),
        ({"start": -5}, "end"),
        ({"step": 7}, "step"),
        ({"step": 0}, "step"),
        ({"step": 505}, "step"),
        ({"minimum_step": 4}, "minimum_step"),
        ({"minimum_step": -5}, "minimum_step"),
    ],
)
def test_hours_off_the_grid_are_refused_with_the_field_s_name(fields: dict[str, Any], field: str) -> None:
    """R3."""
    with pytest.raises(Invalid) as refusal:
        Hours(**{"start": 540, "end": 720, "step": 30} | fields)
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"duration": 0}, "duration"),
        ({"duration": 32}, "duration"),
        ({"preparation": 3}, "preparation"),
        ({"follow_up": -5}, "follow_up"),
        ({"duration": 480, "preparation": 15, "follow_up": 10}, "duration"),
    ],
)
def test_a_template_that_cannot_be_is_refused_with_the_field_s_name(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Template(**{"id": "test", "name": {"de": "Hörtest"}, "duration": 30, **fields})
    assert list(refusal.value.fields) == [field]


def test_an_appointment_may_be_500_minutes_long_with_its_buffers() -> None:
    """R3."""
    assert Template(id="long", name={}, duration=450, preparation=20, follow_up=30).duration == 450


def test_weekdays_are_1_to_7() -> None:
    with pytest.raises(Invalid):
        Availability(resources=("cabin-1",), weekdays=frozenset({0}), hours=hours("09:00-12:00"))


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        branch(zone="Europe/Hamburg")
    assert list(refusal.value.fields) == ["zone"]


def test_customers_see_released_resources_in_the_branch_s_order() -> None:
    branch_settings = settings(
        resources=(
            Resource(id="b", name="B", released=True, order=2),
            Resource(id="a", name="A", released=True, order=1),
            Resource(id="c", name="C"),
        )
    )
    assert [resource.id for resource in branch_settings.released] == ["a", "b"]


@pytest.mark.parametrize(
    ("fields", "flaws"),
    [
        ({"lead_hours": -1, "lock_minutes": 241}, {"lead_hours": ("range", 17544), "lock_minutes": ("range", 240)}),
        ({"most_open_requests": 0}, {"most_open_requests": ("range", 1_000_000)}),
        ({"reminder_hours": (2, 48)}, {"reminder_hours": ("descending", None)}),
        ({"reminder_hours": (337,)}, {"reminder_hours": ("range", 336)}),
        ({"sms_countries": ("Austria",)}, {"sms_countries": ("countries", None)}),
        ({"name": "a\nBcc: b@example.org"}, {"name": ("one_line", None)}),
        ({"languages": ()}, {"languages": ("not_empty", None)}),
    ],
)
def test_every_wrong_field_of_a_branch_is_refused_by_its_own_rule(
    fields: dict[str, Any], flaws: dict[str, tuple[str, int | None]]
) -> None:
    with pytest.raises(Invalid) as refusal:
        branch(**fields)
    assert {name: (flaw.code, flaw.facts.get("most")) for name, flaw in refusal.value.flaws.items()} == flaws


def test_a_text_that_was_longer_once_stays_readable() -> None:
    assert branch(address="x" * 201).address == "x" * 201
