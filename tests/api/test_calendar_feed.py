"""A resource's busy times, as calendar programs fetch them: when, and nothing else (R31); until the access is revoked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar

from chalicelib import wiring
from chalicelib.domain.appointment import Appointment
from chalicelib.domain.settings import Access, Employee, Resource
from tests.builders import appointment, made
from tests.site_of_tests import Answer, Site, TestBranch

ROBOT = Employee(id="robot", name="Kalender", technical=True, account=True)
TODAY = int(datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0).timestamp()) // 60
A_DAY = 24 * 60


def with_calendar(site: Site, **fields: Any) -> TestBranch:
    """A branch whose first access is the calendar of the first cabin."""
    resources = (Resource(id="cabin-1", name="Kabine 1", released=True), Resource(id="cabin-2", name="Kabine 2"))
    settings = site.branch(resources=resources, employees=(ROBOT,), **fields).settings
    access = Access(alias=f"{settings.branch.id}-secret", kind="calendar", employee="robot", resource="cabin-1")
    settings = replace(settings, accesses=(access,))
    site.change(settings)
    return TestBranch(settings)


def feed(site: Site, branch: TestBranch) -> Answer:
    return site.get(f"/api/v1/calendar/{wiring.secret().calendar(branch.alias)}")


def events(answer: Answer) -> list[Any]:
    assert answer.status == 200, answer.text
    return list(Calendar.from_ical(answer.text).walk("VEVENT"))


def booked(branch: TestBranch, days: int, **fields: Any) -> Appointment:
    start = TODAY + days * A_DAY
    booked = appointment(branch=branch.id, alias=branch.alias, **{"start": start, "end": start + 30} | fields)
    wiring.store().write(made(booked))
    return booked


def test_a_calendar_holds_the_busy_times_of_its_resource_and_nothing_of_whom_they_are_for(site: Site) -> None:
    branch = with_calendar(site)
    first, second = (
        booked(branch, 1, template="hearing-test", name="Mustermann", note="Mustermann"),
        booked(branch, 2, status="confirmed"),
    )
    answer = feed(site, branch)
    found = events(answer)
    assert [each["uid"] for each in found] == [f"{first.id}@terminwerk", f"{second.id}@terminwerk"]
    assert [str(each["summary"]) for each in found] == ["Belegt", "Belegt"]
    assert [str(each["status"]) for each in found] == ["TENTATIVE", "CONFIRMED"]
    assert found[0].decoded("dtstart") == datetime.fromtimestamp(first.start * 60, UTC)
    assert found[0].decoded("dtend") == datetime.fromtimestamp(first.end * 60, UTC)
    told = set(answer.text.replace("\r\n ", "").split("\r\n"))
    assert {"METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-WR-TIMEZONE:Europe/Berlin"} <= told
    assert [str(each["url"]) for each in found] == [
        f"{wiring.site_url()}/staff/index.html#{each.id}" for each in (first, second)
    ]
    for word in ("Mustermann", "erika", "hearing", "ORGANIZER", "ATTENDEE", "LOCATION", "DESCRIPTION"):
        assert word not in answer.text


@pytest.mark.parametrize("behind", [".ics", ".", ")", "%3E", "%20", "%E2%80%8B", "&utm_source=x"])
def test_what_a_hand_has_put_behind_a_calendars_address_is_cut_off(site: Site, behind: str) -> None:
    token = wiring.secret().calendar(with_calendar(site).alias)
    assert site.get(f"/api/v1/calendar/{token}{behind}").status == 200


def test_a_calendar_says_what_it_is_and_who_may_keep_it(site: Site) -> None:
    answer = feed(site, with_calendar(site))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert str(Calendar.from_ical(answer.text)["X-WR-CALNAME"]) == "Hörakustik Elbufer: Kabine 1"


def test_it_reaches_from_30_days_back_to_the_horizon(site: Site) -> None:
    branch = with_calendar(site, horizon_days=20)
    booked(branch, -32)
    within = [booked(branch, days).id for days in (-28, 0, 20)]
    booked(branch, 23)
    assert [each["uid"].removesuffix("@terminwerk") for each in events(feed(site, branch))] == within


def test_only_what_holds_time_at_the_resource_is_in_it_also_where_it_comes_second(site: Site) -> None:
    branch = with_calendar(site)
    booked(branch, 1, status="cancelled")
    booked(branch, 2, resource="cabin-2")
    beside = booked(branch, 3, resource="cabin-2", second="cabin-1")
    assert [each["uid"] for each in events(feed(site, branch))] == [f"{beside.id}@terminwerk"]


def test_an_empty_calendar_is_one_too(site: Site) -> None:
    assert events(feed(site, with_calendar(site))) == []


@pytest.mark.parametrize("wrong", ["forged", "no signature", "another alias", "nonsense", "a customer's token"])
def test_no_other_token_opens_it(site: Site, wrong: str) -> None:
    branch, other = with_calendar(site), with_calendar(site)
    token = wiring.secret().calendar(branch.alias)
    tried = {
        "forged": token[:-1] + ("0" if token[-1] != "0" else "1"),
        "no signature": branch.alias,
        "another alias": f"{other.alias}.{token.rpartition('.')[2]}",
        "nonsense": "%C3%A9..",
        "a customer's token": wiring.secret().token(branch.alias, 1),
    }[wrong]
    answer = site.get(f"/api/v1/calendar/{tried}")
    assert (answer.status, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize("change", ["revoked", "idle", "inactive", "no resource", "an alias"])
def test_it_ends_with_its_access(site: Site, change: str) -> None:
    branch = with_calendar(site)
    settings = branch.settings
    [access] = settings.accesses
    changed = {
        "revoked": replace(settings, accesses=(replace(access, revoked_at=datetime.now(UTC)),)),
        "idle": replace(settings, employees=(replace(ROBOT, account=False),)),
        "inactive": replace(settings, employees=(replace(ROBOT, active=False),)),
        "no resource": replace(settings, resources=settings.resources[1:]),
        "an alias": replace(settings, accesses=(replace(access, kind="alias"),)),
    }
    site.change(changed[change])
    assert feed(site, branch).status == 404


def test_a_calendars_alias_opens_no_booking_page(site: Site) -> None:
    assert site.get(f"/api/v1/access/{with_calendar(site).alias}").json["code"] == "unknown_access"


def test_fetching_it_is_a_use_of_its_access(site: Site) -> None:
    branch = with_calendar(site)
    assert wiring.store().used(branch.id) == {}
    feed(site, branch)
    assert wiring.store().used(branch.id).keys() == {branch.alias}
