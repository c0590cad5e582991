"""What the pages know of the settings beforehand is what the API holds to."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.api.catalogue import catalogue
from chalicelib.api.customer_schemas import CustomerBody
from chalicelib.api.http import decoded
from chalicelib.api.setup_schemas import SettingsBody
from chalicelib.api.setup_views import sections, settings
from chalicelib.domain.errors import Flaw, Invalid
from chalicelib.domain.settings import PublicHolidays
from chalicelib.planner.admin.holidays import closing_days
from tests.builders import NOW
from tests.builders import settings as some_settings

BRANCH: dict[str, Any] = catalogue()["sections"]["branch"]["fields"]
VIEW = settings(some_settings(), "https://example.org", NOW)
CROSSED = {"expire_warning_hours", "expire_after_hours"}
"""One is refused where it does not fit to the other."""
YEARS = range(2024, 2036)
NUMBERS = {name: each for name, each in BRANCH.items() if each["type"] == "number"}
TEXTS = {name: each for name, each in BRANCH.items() if each["type"] == "text" and "most" in each}


def given(**fields: Any) -> None:
    """Reads a branch as an admin gives it. Raises Invalid."""
    body = {"version": 1, "branch": VIEW["branch"] | fields}
    sections(decoded(json.dumps(body), SettingsBody), "b")


def flaw(**fields: Any) -> Flaw:
    with pytest.raises(Invalid) as refusal:
        given(**fields)
    [(path, found)] = refusal.value.flaws.items()
    assert path == f"branch.{next(iter(fields))}"
    return found


def test_it_is_plain_json() -> None:
    assert json.loads(json.dumps(catalogue())) == catalogue()


def test_it_has_each_section_and_each_field_of_the_branch_by_the_wire_s_names() -> None:
    assert set(catalogue()["sections"]) == set(VIEW) - {"version", "id", "missing", "site_url", "holidays"}
    assert list(BRANCH) == list(VIEW["branch"])
    hours = catalogue()["sections"]["availabilities"]["item"]["fields"]["hours"]["fields"]
    assert list(hours) == ["from", "to", "step", "minimum_step"]


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_good_up_to_its_bounds_and_refused_beyond_with_them(name: str) -> None:
    said = NUMBERS[name]
    facts = {"least": said["least"], "most": said["most"], "unit": said["unit"]}
    assert flaw(**{name: said["least"] - 1}) == Flaw("range", **facts)
    assert flaw(**{name: said["most"] + 1}) == Flaw("range", **facts)
    if name not in CROSSED:
        given(**{name: said["least"]})
        given(**{name: said["most"]})


@pytest.mark.parametrize("name", NUMBERS)
def test_only_a_number_that_may_be_nothing_can_be_left_empty(name: str) -> None:
    if "nullable" in NUMBERS[name]:
        given(**{name: None})
    else:
        assert flaw(**{name: None}) == Flaw("type")


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_refused_beyond_its_length(name: str) -> None:
    assert flaw(**{name: "x" * (TEXTS[name]["most"] + 1)}) == Flaw("too_long", most=TEXTS[name]["most"])


@pytest.mark.parametrize("name", TEXTS)
def test_only_a_text_that_is_required_cannot_be_left_empty(name: str) -> None:
    if TEXTS[name]["required"]:
        assert flaw(**{name: ""}) == Flaw("required")
    else:
        given(**{name: ""})


def test_a_choice_has_the_values_that_the_api_takes() -> None:
    for each in BRANCH["notices"]["choices"]:
        given(notices=each)
    assert flaw(notices="sometimes") == Flaw("choice")


@pytest.mark.parametrize("name", catalogue()["lengths"]["customer"])
def test_a_field_of_a_customer_is_refused_beyond_its_length(name: str) -> None:
    most = catalogue()["lengths"]["customer"][name]
    body = {"last_name": "Mustermann"}
    decoded(json.dumps(body | {name: "x" * most}), CustomerBody)
    with pytest.raises(Invalid):
        decoded(json.dumps(body | {name: "x" * (most + 1)}), CustomerBody)


@pytest.mark.parametrize("country", catalogue()["holidays"])
def test_the_holidays_that_hold_for_some_can_be_chosen_and_then_close_more_days(country: str) -> None:
    parts = catalogue()["holidays"][country]
    assert "" in parts
    for part, names in parts.items():
        plain = PublicHolidays(country=country, subdivision=part or None)
        whole = closing_days(plain, YEARS)
        for name in names:
            assert whole < closing_days(replace(plain, also=(name,)), YEARS)
