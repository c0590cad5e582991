"""What is wrong with a field, as programs and pages read it: a code with its facts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_booking import clock
from tests.api.test_setup import Admin, resource, template, weekly, words
from tests.builders import body
from tests.site_of_tests import Site, TestBranch

ON_SETTINGS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"branch": {"reminder_gap_hours": 169}},
        {"branch.reminder_gap_hours": {"code": "range", "least": 0, "most": 168, "unit": "hours"}},
    ),
    (
        {"branch": {"name": "", "email": "nobody"}},
        {"branch.name": {"code": "required"}, "branch.email": {"code": "email"}},
    ),
    (
        {"branch": {"reminder_hours": [24, 337]}},
        {"branch.reminder_hours": {"code": "range", "least": 1, "most": 336, "unit": "hours"}},
    ),
    ({"branch": {"reminder_hours": [1, 2, 3]}}, {"branch.reminder_hours": {"code": "too_many", "most": 2}}),
    ({"branch": {"surprise": 1}}, {"branch.surprise": {"code": "unknown_field"}}),
    ({"branch": {"night_from": "8 Uhr"}}, {"branch.night_from": {"code": "clock"}}),
    (
        {"resources": [resource("cabin-1"), resource("cabin-1")]},
        {"resources[1].id": {"code": "twice"}},
    ),
    (
        {"templates": [template("t", duration=7)]},
        {"templates[0].duration": {"code": "multiple", "of": 5, "unit": "minutes"}},
    ),
    (
        {"availabilities": [weekly(hours={"from": "10:00", "to": "09:00", "step": 30})]},
        {"availabilities[0].hours.to": {"code": "after", "field": "from"}},
    ),
    (
        {"texts": [words(text="{{ first_name }}")]},
        {"texts[0].text": {"code": "placeholder", "name": "first_name"}},
    ),
]


@pytest.fixture
def branch(site: Site) -> TestBranch:
    return site.branch()


@pytest.mark.parametrize(("given", "codes"), ON_SETTINGS, ids=lambda each: str(each)[:60])
def test_what_is_wrong_with_the_settings_is_told_as_codes(
    site: Site, branch: TestBranch, given: dict[str, Any], codes: dict[str, Any]
) -> None:
    admin = Admin(site, branch)
    if "branch" in given:
        given = {"branch": admin.settings["branch"] | given["branch"]}
    answer = admin.put(**given)
    assert (answer.status, answer.json["codes"]) == (400, codes), answer.text
    assert answer.json["fields"].keys() == codes.keys()


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"email": "jörg@example.org"}, {"email": {"code": "email_character", "character": "ö"}}),
        ({"last_name": "a" * 61}, {"last_name": {"code": "too_long", "most": 60}}),
        ({"last_name": "0401234567"}, {"last_name": {"code": "name_digits", "most": 3}}),
        ({"start": "morgen"}, {"start": {"code": "instant"}}),
        ({"language": "fr"}, {"language": {"code": "foreign"}}),
    ],
)
def test_what_is_wrong_with_a_request_is_told_as_codes(
    site: Site, branch: TestBranch, fields: dict[str, Any], codes: dict[str, Any]
) -> None:
    answer = site.request(branch, body(clock("09:30")) | fields)
    assert (answer.status, answer.json["codes"]) == (400, codes), answer.text
