"""What a draft of hours would offer, over HTTP with real tokens (R6 to R14); nothing of it is stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib import wiring
from chalicelib.domain.offer import Offer
from chalicelib.domain.settings import ABSENCE, DateException, Hours, PublicHolidays, Resource, Settings, Template
from infra.local import demo
from tests.builders import availability, hours
from tests.site_of_tests import Answer, Site, TestBranch

MONDAY = "2027-03-01"
NOW = "2027-02-01T08:00:00+01:00"
Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def branch(site: Site) -> TestBranch:
    return site.branch(horizon_days=60)


@pytest.fixture(scope="module")
def ask(site: Site, branch: TestBranch) -> Ask:
    token = site.token(("staff",), (branch.id,))

    def post(**fields: Any) -> Answer:
        draft = {"from": MONDAY, "days": 1, "now": NOW, "availabilities": []} | fields
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        path = f"/api/v1/staff/branches/{branch.id}/preview"
        return site.send("POST", path, json.dumps({k: v for k, v in draft.items() if v is not ...}).encode(), headers)

    return post


def today() -> date:
    """In Berlin, where the branches of these tests are: for an hour or two of each day, another date than in UTC."""
    return datetime.now(ZoneInfo("Europe/Berlin")).date()


def weekly(span: str = "09:00-12:00", step: int | None = 30, **fields: Any) -> dict[str, Any]:
    start, end = span.split("-")
    given = {"weekdays": [1, 2, 3, 4, 5, 6, 7], "from": start, "to": end} | fields
    return given if step is None else given | {"step": step}


def taken(span: str, day: str = MONDAY) -> dict[str, str]:
    start, end = span.split("-")
    return {"start": f"{day}T{start}:00+01:00", "end": f"{day}T{end}:00+01:00"}


def beside(**fields: Any) -> dict[str, Any]:
    """A second resource."""
    return {"availabilities": [weekly()]} | fields


def free(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    return [slot["start"][11:16] for day in answer.json["days"] for slot in day["slots"] if slot["state"] == "free"]


def missing(answer: Answer) -> dict[str, str]:
    return {each["start"][11:16]: each["reason"] for day in answer.json["days"] for each in day["missing"]}


def test_a_draft_is_listed_as_customers_would_see_it(ask: Ask) -> None:
    answer = ask(availabilities=[weekly("09:00-10:30")], taken=[taken("09:30-10:00")])
    assert answer.json == {
        "zone": "Europe/Berlin",
        "days": [
            {
                "date": MONDAY,
                "slots": [
                    {"start": f"{MONDAY}T09:00:00+01:00", "end": f"{MONDAY}T09:30:00+01:00", "state": "free"},
                    {"start": f"{MONDAY}T09:30:00+01:00", "end": f"{MONDAY}T10:00:00+01:00", "state": "taken"},
                    {"start": f"{MONDAY}T10:00:00+01:00", "end": f"{MONDAY}T10:30:00+01:00", "state": "free"},
                ],
            }
        ],
        "next_free": None,
    }


def test_a_capacity_is_full_when_as_many_overlap(ask: Ask) -> None:
    twice = [taken("09:00-10:00"), taken("09:30-10:30")]
    assert free(ask(availabilities=[weekly("09:00-10:30")], taken=twice, capacity=2)) == ["09:00", "10:00"]


def test_a_second_resource_must_be_at_work_and_free(ask: Ask) -> None:
    anna = {"availabilities": [weekly("09:00-11:00")], "taken": [taken("09:30-10:00")]}
    ben = {"availabilities": [weekly("09:30-10:30"), weekly("09:30-10:00", None, type="absence")]}
    draft = {"availabilities": [weekly("08:30-12:00")], "explain": True}
    alone = ask(**draft, template={"duration": 30, "second": [anna]})
    assert free(alone) == ["09:00", "10:00", "10:30"]
    assert missing(alone)["09:30"] == missing(alone)["11:00"] == "second_resource"
    both = ask(**draft, template={"duration": 30, "second": [anna, ben | {"capacity": 2}]})
    assert free(both) == ["09:00", "10:00", "10:30"]


def test_a_day_s_limit_counts_what_is_taken(ask: Ask) -> None:
    draft = {"availabilities": [weekly("09:00-11:00")], "taken": [taken("09:00-09:30")], "explain": True}
    limited = ask(**draft, most_appointments_a_day=1)
    assert (free(limited), missing(limited)["10:00"]) == ([], "limit")
    assert free(ask(**draft, most_appointments_a_day=2)) == free(ask(**draft)) == ["09:30", "10:00", "10:30"]


def test_what_is_booked_stands_against_the_draft_of_its_resource(site: Site) -> None:
    day = today() + timedelta(days=7)
    anna, room = Resource(id="anna", name="Anna"), Resource(id="cabin-1", name="Kabine 1", released=True)
    visit = Template(id="visit", name={}, duration=30, resources=("cabin-1",), second=("anna",))
    stored = site.branch(
        availability("09:00-12:00", resources=("cabin-1", "anna")), resources=(room, anna), templates=(visit,), horizon_days=60
    )
    for clock in ("09:00", "10:30"):
        start = datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=ZoneInfo("Europe/Berlin"))
        site.book(stored, start.isoformat(), template="visit")
    token = site.token(("staff",), (stored.id,))

    def ask(**fields: Any) -> Answer:
        draft = {"from": day.isoformat(), "days": 1, "lead_hours": 0, "availabilities": [weekly()]} | fields
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        return site.send("POST", f"/api/v1/staff/branches/{stored.id}/preview", json.dumps(draft).encode(), headers)

    left = ["09:30", "10:00", "11:00", "11:30"]
    beside = {"duration": 30, "second": [{"resource": "anna", "availabilities": [weekly()]}]}
    assert free(ask()) == free(ask(resource="not-yet-stored")) == ["09:00", *left[:2], "10:30", *left[2:]]
    assert free(ask(resource="cabin-1")) == free(ask(resource="cabin-2", template=beside)) == left
    assert free(ask(resource="cabin-1", most_appointments_a_day=2)) == []
    assert free(ask(resource="anna", most_appointments_a_day=2)) == left  # none begins with her


def test_template_minimum_step_and_buffers_count(ask: Ask) -> None:
    draft = {"availabilities": [weekly(minimum_step=15)], "taken": [taken("09:00-09:45")]}
    assert free(ask(**draft, template={"duration": 45})) == ["09:45", "10:15", "10:45", "11:15"]
    assert free(ask(**draft, template={"duration": 45, "preparation": 15})) == ["10:00", "10:30", "11:00"]


def test_an_absence_needs_no_step(ask: Ask) -> None:
    assert free(ask(availabilities=[weekly(), weekly("10:00-11:00", None, type="absence")])) == [
        "09:00",
        "09:30",
        "11:00",
        "11:30",
    ]


def test_an_exception_replaces_and_00_00_to_00_00_closes(ask: Ask) -> None:
    opened = {"date": MONDAY, "windows": [{"from": "14:00", "to": "15:00", "step": 30}]}
    closed = {"date": MONDAY, "windows": [{"from": "00:00", "to": "00:00"}]}
    assert free(ask(availabilities=[weekly()], exceptions=[opened])) == ["14:00", "14:30"]
    assert free(ask(availabilities=[weekly()], exceptions=[closed])) == []


@pytest.mark.parametrize("off", [[], ["2027-03-29"], ["Ostermontag"], ["Easter Monday"]])
def test_a_holiday_closes_unless_it_is_switched_off_by_date_or_name(ask: Ask, off: list[str]) -> None:
    holidays = {"country": "DE", "subdivision": "HH", "except": off}
    answer = ask(**{"from": "2027-03-29"}, availabilities=[weekly("09:00-10:00")], holidays=holidays)
    assert free(answer) == (["09:00", "09:30"] if off else [])


def test_validity_zone_lead_time_and_horizon_of_the_draft_count(ask: Ask) -> None:
    assert free(ask(availabilities=[weekly(valid_from="2027-03-02")])) == []
    assert free(ask(availabilities=[weekly()], lead_hours=24 * 28 + 2)) == ["10:00", "10:30", "11:00", "11:30"]
    assert free(ask(availabilities=[weekly()], horizon_days=27)) == []
    assert (
        ask(availabilities=[weekly()], zone="America/New_York").json["days"][0]["slots"][0]["start"]
        == f"{MONDAY}T09:00:00-05:00"
    )


def test_what_is_left_out_is_the_branch_s_and_the_clock_s(ask: Ask) -> None:
    answer = ask(now=..., **{"from": today().isoformat()}, days=92, availabilities=[weekly()])
    days = [day["date"] for day in answer.json["days"] if day["slots"]]
    assert (date.fromisoformat(days[-1]) - today()).days == 60


def test_next_free_is_told_where_no_asked_day_has_one(ask: Ask) -> None:
    assert ask(availabilities=[weekly(weekdays=[3])]).json["next_free"] == "2027-03-03T09:00:00+01:00"


def test_explain_tells_the_first_reason_that_holds_and_leaves_the_slots_as_they_are(ask: Ask) -> None:
    draft: dict[str, Any] = {
        "availabilities": [weekly("08:00-12:00"), weekly("09:00-09:30", None, type="absence")],
        "taken": [taken("10:00-10:30")],
        "template": {"duration": 60},
        "now": f"{MONDAY}T08:10:00+01:00",
        "lead_hours": 0,
    }
    plain, explained = ask(**draft), ask(**draft, explain=True)
    assert missing(explained) == {
        "08:00": "too_soon",
        "08:30": "absence",
        "09:00": "absence",
        "09:30": "taken",
        "10:00": "taken",
        "11:30": "does_not_fit",
    }
    assert free(explained) == free(plain) == ["10:30", "11:00"]
    assert "missing" not in plain.json["days"][0]


def test_explain_tells_of_holidays_exceptions_and_the_horizon(ask: Ask) -> None:
    answer = ask(
        **{"from": "2027-03-26"},
        days=5,
        availabilities=[weekly("09:00-10:00")],
        holidays={"country": "DE", "subdivision": "HH", "except": []},
        exceptions=[{"date": "2027-03-27", "windows": [{"from": "09:30", "to": "10:00", "step": 30}]}],
        horizon_days=55,
        explain=True,
    )
    reasons = {day["date"]: {each["start"][11:16]: each["reason"] for each in day["missing"]} for day in answer.json["days"]}
    assert reasons == {
        "2027-03-26": {"09:00": "holiday", "09:30": "holiday"},
        "2027-03-27": {"09:00": "exception"},
        "2027-03-28": {},
        "2027-03-29": {"09:00": "holiday", "09:30": "holiday"},
        "2027-03-30": {"09:00": "too_far", "09:30": "too_far"},
    }


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"availabilities": [weekly(step=7)]}, "availabilities[0].step"),
        ({"availabilities": [weekly(), weekly(step=505)]}, "availabilities[1].step"),
        ({"availabilities": [weekly(step=None)]}, "availabilities[0].step"),
        ({"availabilities": [weekly(minimum_step=4)]}, "availabilities[0].minimum_step"),
        ({"availabilities": [weekly("09:00-08:00")]}, "availabilities[0].to"),
        ({"availabilities": [weekly("09:02-10:00")]}, "availabilities[0].from"),
        ({"availabilities": [weekly("09:00-25:00")]}, "availabilities[0].to"),
        ({"availabilities": [weekly(weekdays=[8])]}, "availabilities[0].weekdays"),
        ({"availabilities": [weekly(type="break")]}, "availabilities[0].type"),
        ({"availabilities": [weekly(colour="red")]}, "availabilities[0].colour"),
        ({"exceptions": [{"date": MONDAY, "windows": []}] * 2}, "exceptions[1].date"),
        (
            {"exceptions": [{"date": MONDAY, "windows": [{"from": "10:00", "to": "09:00", "step": 5}]}]},
            "exceptions[0].windows[0].to",
        ),
        ({"exceptions": [{"date": "2027-02-30", "windows": []}]}, "exceptions[0].date"),
        ({"template": {"duration": 0}}, "template.duration"),
        ({"template": {"duration": 480, "preparation": 25}}, "template.duration"),
        ({"template": {}}, "template.duration"),
        ({"capacity": 0}, "capacity"),
        ({"zone": "Europe/Hamburg"}, "zone"),
        ({"lead_hours": -1}, "lead_hours"),
        ({"horizon_days": 100000}, "horizon_days"),
        ({"most_appointments_a_day": 0}, "most_appointments_a_day"),
        ({"resource": ""}, "resource"),
        ({"template": {"duration": 30, "second": [{}]}}, "template.second[0].availabilities"),
        ({"template": {"duration": 30, "second": [beside(capacity=21)]}}, "template.second[0].capacity"),
        (
            {"template": {"duration": 30, "second": [beside(), beside(resource="a"), beside(resource="a")]}},
            "template.second[2].resource",
        ),
        (
            {"template": {"duration": 30, "second": [beside(), beside(availabilities=[weekly(step=7)])]}},
            "template.second[1].availabilities[0].step",
        ),
        (
            {"template": {"duration": 30, "second": [beside(taken=[taken("10:00-10:30", "2026-12-31")])]}},
            "template.second[0].taken[0].start",
        ),
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
        ({"from": "9999-12-31"}, "from"),
        ({"holidays": {"country": "XX"}}, "holidays.country"),
        ({"holidays": {"country": "DE", "subdivision": "XX"}}, "holidays.subdivision"),
        ({"holidays": {"country": "DE", "subdivision": "HH", "except": ["Karneval"]}}, "holidays.except[0]"),
        ({"taken": [taken("10:00-10:00")]}, "taken[0].end"),
        ({"taken": [taken("10:03-11:00")]}, "taken[0].start"),
        ({"taken": [{"start": "2017-01-01T00:00:00Z", "end": "2037-01-01T00:00:00Z"}]}, "taken[0].end"),
        ({"taken": [{"start": f"{MONDAY}T00:00:00Z", "end": f"{MONDAY}T08:25:00Z"}]}, "taken[0].end"),
        ({"taken": [taken("10:00-10:30"), {"start": "0001-01-01T00:00:00Z", "end": "0001-01-01T01:00:00Z"}]}, "taken[1].start"),
        ({"taken": [{"start": "9999-12-31T23:00:00Z", "end": "9999-12-31T23:55:00Z"}]}, "taken[0].start"),
        ({"taken": [taken("10:00-10:30", "2026-12-31")]}, "taken[0].start"),
        ({"taken": [taken("10:00-10:30", "2027-06-01")]}, "taken[0].start"),
        ({"now": "2027-02-01T08:00:00"}, "now"),
        ({"now": "9999-12-31T23:59:59Z"}, "now"),
        ({"now": "0001-01-01T00:00:00+14:00"}, "now"),
        ({"exceptions": [{"date": "9999-12-31", "windows": []}]}, "exceptions[0].date"),
        ({"holidays": {"country": "__init__"}}, "holidays.country"),
        ({"holidays": {"country": "Germany"}}, "holidays.country"),
        ({"holidays": {"country": "utils"}}, "holidays.country"),
        ({"holidays": {"country": "DE", "subdivision": "__init__"}}, "holidays.subdivision"),
        ({"availabilities": ...}, "availabilities"),
    ],
)
def test_what_is_wrong_in_a_draft_is_told_with_its_path(ask: Ask, fields: dict[str, Any], path: str) -> None:
    answer = ask(**fields)
    assert (answer.status, answer.json["code"], list(answer.json["fields"])) == (400, "invalid", [path])


def ever_finer(count: int) -> list[dict[str, Any]]:
    """Whole days, each with a grid of its own."""
    return [weekly("00:00-24:00", 5, minimum_step=5 * (number + 1)) for number in range(count)]


@pytest.mark.parametrize(
    "draft",
    [
        {"availabilities": ever_finer(300)},
        {"availabilities": ever_finer(300), "days": 366, "horizon_days": 731, "explain": True},
        {"availabilities": [weekly("00:00-24:00", 5)], "days": 366},  # more than an answer can hold
        {"availabilities": [weekly()] * 3000, "days": 366},
        {"availabilities": [weekly(step=5)], "days": 366, "template": {"duration": 30, "second": [beside()] * 1000}},
    ],
    ids=["grids", "explained", "slots", "hours", "second resources"],
)
def test_a_draft_of_too_many_starts_is_refused_before_they_are_listed(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, draft: dict[str, Any]
) -> None:
    monkeypatch.setattr(Offer, "slots", lambda *_: pytest.fail("the starts were listed"))
    answer = ask(**draft)
    assert (answer.status, answer.json["code"], list(answer.json["fields"])) == (400, "invalid", ["availabilities"])


def test_the_search_for_the_next_free_start_ends_too(ask: Ask) -> None:
    away = weekly("00:00-24:00", None, type="absence")
    answer = ask(availabilities=[*ever_finer(50), away], horizon_days=731)
    assert (answer.status, answer.json["code"], list(answer.json["fields"])) == (400, "invalid", ["availabilities"])


def test_a_year_of_a_practice_s_hours_is_listed_and_explained(ask: Ask) -> None:
    hours = [weekly("08:00-18:00", 15, minimum_step=15, weekdays=[1, 2, 3, 4, 5])]
    answer = ask(availabilities=hours, days=366, horizon_days=731, explain=True)
    assert (answer.status, len(answer.json["days"])) == (200, 366)


def test_what_is_taken_behind_the_asked_days_counts_for_the_next_free_start(ask: Ask) -> None:
    whole = [taken("09:00-09:30", day) for day in (MONDAY, "2027-03-02")]
    answer = ask(availabilities=[weekly("09:00-09:30")], taken=whole)
    assert answer.json["next_free"] == "2027-03-03T09:00:00+01:00"


def as_draft(settings: Settings, resource: str, template: Template) -> dict[str, Any]:
    """Stored settings in the words of a draft, to which the appointments that are stored are known."""
    public = settings.branch.public_holidays
    return drafted(settings, resource) | {
        "template": {
            "duration": template.duration,
            "preparation": template.preparation,
            "follow_up": template.follow_up,
            "second": [drafted(settings, each) for each in template.second],
        },
        "holidays": public and {"country": public.country, "subdivision": public.subdivision, "except": list(public.off)},
    }


def drafted(settings: Settings, resource: str) -> dict[str, Any]:
    def clock(minute: int) -> str:
        return f"{minute // 60:02}:{minute % 60:02}"

    def window(opened: Hours) -> dict[str, Any]:
        told = {"from": clock(opened.start), "to": clock(opened.end), "step": opened.step}
        return told | ({"minimum_step": opened.minimum_step} if opened.minimum_step else {})

    found = settings.resource(resource)
    assert found is not None
    return {
        "resource": resource,
        "capacity": found.capacity,
        "availabilities": [
            {
                "weekdays": sorted(each.weekdays),
                "type": "absence" if each.type == ABSENCE else "working_time",
                **window(each.hours),
            }
            for each in settings.availabilities
            if resource in each.resources
        ],
        "exceptions": [
            {"date": each.day.isoformat(), "windows": [window(opened) for opened in each.hours]}
            for each in settings.exceptions
            if each.resource == resource
        ],
    }


def compare_over_a_year(site: Site, alias: str, resource: str, template: Template, settings: Settings) -> int:
    """Asserts that preview and slots agree on each month of a year; returns how many slots they list."""
    token = site.token(("admin",), (settings.branch.id,))
    headers = {"Content-Type": "application/json", "Authorization": token}
    today, seen = datetime.now(settings.zone).date(), 0
    draft = as_draft(settings, resource, template)
    for number in range(12):
        first = today + timedelta(days=31 * number)
        query = f"resource={resource}&template={template.id}&from={first}&days=31"
        listed = site.get(f"/api/v1/access/{alias}/slots?{query}").json
        asked = json.dumps(draft | {"from": first.isoformat(), "days": 31}).encode()
        previewed = site.send("POST", f"/api/v1/staff/branches/{settings.branch.id}/preview", asked, headers)
        assert previewed.json | {"today": listed["today"]} == listed
        seen += sum(len(day["slots"]) for day in listed["days"])
    return seen


def test_the_preview_of_the_demo_s_own_settings_is_the_customers_list_over_a_year(site: Site) -> None:
    demo.ensure({"admin": "a-1", "staff": "s-1"})
    settings = wiring.store().settings("demo")
    assert settings is not None
    assert any(each.second for each in settings.shown_on("cabin-1"))
    for template in settings.shown_on("cabin-1"):
        assert compare_over_a_year(site, "demo-showroom", "cabin-1", template, settings) > 500


def test_the_preview_of_lanes_buffers_and_minimum_steps_is_the_customers_list_over_a_year(site: Site) -> None:
    demo.ensure({"admin": "a-1", "staff": "s-1"})
    settings = wiring.store().settings("praxis")
    assert settings is not None
    for template in settings.shown_on("gym"):
        assert compare_over_a_year(site, "praxis-therapie", "gym", template, settings) > 300


def test_a_far_horizon_over_two_clock_changes_is_the_same_list(site: Site) -> None:
    branch = site.branch(
        availability("01:00-04:00", step=20, minimum_step=10),
        availability("22:00-24:00", step=20),
        availability("00:00-00:30", step=20),
        horizon_days=400,
        templates=(Template(id="t", name={}, duration=40, preparation=5, resources=("cabin-1",)),),
        exceptions=(DateException(resource="cabin-1", day=today() + timedelta(days=5), hours=(hours("10:00-11:00"),)),),
        public_holidays=PublicHolidays(country="DE", subdivision="BY"),
    )
    settings = wiring.setup().save(branch.settings)
    assert compare_over_a_year(site, branch.alias, "cabin-1", settings.templates[0], settings) > 3000
