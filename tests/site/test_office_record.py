"""The record and the figures, in words and numbers that can be read without seeing."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib import wiring
from chalicelib.domain.appointment import Change, event_of
from chalicelib.domain.settings import Resource
from tests.builders import NOW, appointment
from tests.site.helpers import HEARING_TEST, OpenPage, moment
from tests.site.office import ROBOT, Office
from tests.site_of_tests import Site


@pytest.fixture
def office(site: Site) -> Office:
    return Office(site, site.branch())


def rows(page: Page) -> Any:
    return page.locator("#lines tbody tr")


def test_changes_stand_in_words_without_what_stood_in_the_fields(office: Office, page: Page) -> None:
    office.customer("Meyer", phone="040 1234567")
    office.put(branch={**office.settings["branch"], "lead_hours": 7})
    office.put(resources=[{**office.settings["resources"][0], "capacity": 2}])
    office.open(page, "record")
    expect(page.locator("#lines")).to_contain_text("Vorlaufzeit")
    expect(page.locator("#lines")).to_contain_text("Ressource Kabine 1")
    expect(page.locator("#lines")).to_contain_text("Plätze")
    expect(page.locator("#lines")).to_contain_text("Nachname, Telefon")
    expect(page.locator("#lines")).not_to_contain_text("1234567")


def test_an_access_is_called_by_its_label(site: Site, page: Page) -> None:
    office = Office(site, site.branch(employees=(ROBOT,)))
    office("POST", "accesses", {"kind": "alias", "label": "Schaufenster", "employee": ROBOT.id})
    office.open(page, "record")
    expect(page.locator("#lines")).to_contain_text("Zugang Schaufenster")


def test_kinds_are_shown_or_not(site: Site, office: Office, page: Page) -> None:
    site.book(office.branch, moment(2, 9).isoformat())
    office.customer("Meyer")
    office.open(page, "record")
    expect(rows(page)).to_have_count(2)
    page.get_by_label("Termine").uncheck()
    expect(rows(page)).to_have_count(1)
    expect(rows(page).get_by_role("link")).to_have_text("Meyer")
    expect(rows(page)).to_contain_text("Kunde")


def test_older_lines_are_loaded_behind_the_newer_ones_and_on_where_few_are_wanted(office: Office, page: Page) -> None:
    line: dict[str, Any] = {
        "at": "2026-11-20T09:00:00+01:00",
        "kind": "customer",
        "id": "c",
        "what": "made",
        "by": "Jana",
        "fields": [],
    }
    line |= {"name": None, "start": None, "blocked": False}

    def answer(route: Any) -> None:
        _, _, asked = route.request.url.partition("before=")
        body = {"lines": [line] * (1 if asked else 25), "before": {"": "here", "here": "there"}.get(asked), "since": None}
        route.fulfill(body=json.dumps(body), content_type="application/json")

    page.route("**/record?*", answer)
    office.open(page, "record")
    expect(rows(page)).to_have_count(25)
    page.get_by_role("button", name="Ältere Einträge laden").click()
    expect(rows(page)).to_have_count(27)
    expect(page.get_by_role("button", name="Ältere Einträge laden")).to_have_count(0)


def test_months_before_the_first_line_are_not_offered_and_who_did_it_can_be_chosen(office: Office, page: Page) -> None:
    office.customer("Meyer")
    office.open(page, "record")
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_label("Monat").locator("option")).to_have_count(1)
    page.get_by_label("Wer").select_option("automatisch")
    expect(page.locator("#lines")).to_have_text("In diesem Monat gibt es nichts zu zeigen.")


def test_an_admin_keeps_the_month_as_a_file(office: Office, page: Page) -> None:
    office.customer("Meyer")
    office.open(page, "record")
    with page.expect_download() as download:
        page.get_by_role("button", name="Als CSV-Datei speichern").click()
    assert download.value.suggested_filename.endswith(".csv")
    assert len(Path(download.value.path()).read_text().splitlines()) == 2


def test_an_admin_sees_who_looked_at_whose_data_and_keeps_it_as_a_file(office: Office, page: Page) -> None:
    found = office.customer("Meyer")
    office("GET", f"customers/{found['id']}")
    office.open(page, "record")
    page.get_by_label("Was", exact=True).select_option("Einsichten in Kundendaten")
    expect(page.locator(".lead")).to_contain_text("Wer hat wann Kundendaten angesehen?")
    page.get_by_label("Listen").uncheck()
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("angesehen")
    expect(rows(page).get_by_role("link")).to_have_attribute("href", f"customers.html#{found['id']}")
    with page.expect_download() as kept:
        page.get_by_role("button", name="Als CSV-Datei speichern").click()
    assert kept.value.suggested_filename.startswith("einsichten-")
    assert found["id"] in Path(kept.value.path()).read_text(encoding="utf-8")


def test_staff_read_the_record_but_take_no_file_and_do_not_see_who_looked(site: Site, open_page: OpenPage) -> None:
    page = Office(site, site.branch(), groups=("staff",)).open(open_page(), "record")
    expect(page.get_by_label("Monat")).to_be_visible()
    expect(page.get_by_label("Was", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Als CSV-Datei speichern")).to_have_count(0)


# ---------------------------------------------------------------------------------------------------------------- figures


def numbers(page: Page, heading: str) -> list[list[str]]:
    """The table below a chart."""
    figure = page.locator("figure", has=page.get_by_role("heading", name=heading))
    figure.locator("summary").click()
    return [each.locator("th, td").all_inner_texts() for each in figure.locator("tbody tr").all()]


def test_what_a_chart_shows_stands_in_the_table_below_it(site: Site, office: Office, page: Page) -> None:
    for hour in (9, 10, 11):
        site.book(office.branch, moment(1, hour).isoformat())
    with page.expect_response("**/figures?*") as answered:
        office.open(page, "figures")
    weeks = answered.value.json()["weeks"]
    assert [row[1] for row in numbers(page, "Anfragen und bestätigte Termine")] == [str(each["requests"]) for each in weeks]


def sample(**fields: Any) -> dict[str, Any]:
    zero = {
        "requests": 0,
        "confirmed": 0,
        "cancelled": 0,
        "no_show": 0,
        "lead_days": None,
        "held_minutes": 0,
        "open_minutes": 0,
    }
    return {"week": "2026-11-16", "resource": "cabin-1", **zero, **fields}


def test_resources_are_added_up_or_shown_alone(site: Site, page: Page) -> None:
    cabins = (Resource(id="cabin-1", name="Kabine 1", released=True), Resource(id="cabin-2", name="Kabine 2", order=2))
    office = Office(site, site.branch(resources=cabins))
    weeks = [
        sample(requests=3, lead_days=2.0, held_minutes=60, open_minutes=120),
        sample(resource="cabin-2", requests=1, lead_days=6.0, held_minutes=0, open_minutes=120),
    ]
    page.route(
        "**/figures?*",
        lambda route: route.fulfill(body=json.dumps({"weeks": weeks, "kinds": []}), content_type="application/json"),
    )
    office.open(page, "figures")
    assert numbers(page, "Anfragen und bestätigte Termine") == [["Woche ab 16. Nov.", "4", "0"]]
    assert numbers(page, "Vorlauf in Tagen") == [["Woche ab 16. Nov.", "3"]]
    assert numbers(page, "Auslastung") == [["Woche ab 16. Nov.", "25\u00a0%"]]
    with page.expect_download() as saved:
        page.get_by_role("button", name=re.compile("Als CSV-Datei speichern.*Auslastung$")).click()
    kept = Path(saved.value.path()).read_text(encoding="utf-8-sig")
    assert kept.splitlines() == ['"Woche";"Auslastung"', '"2026-11-16";"0,25"']
    page.get_by_label("Ressource", exact=True).select_option("cabin-1")
    assert numbers(page, "Auslastung") == [["Woche ab 16. Nov.", "50\u00a0%"]]


def test_hours_are_told_to_a_tenth_and_one_of_them_is_one(office: Office, page: Page) -> None:
    cabins = (
        Resource(id="cabin-1", name="Kabine 1"),
        Resource(id="cabin-2", name="Kabine 2"),
        Resource(id="anna", name="Anna"),
    )
    office.site.change(replace(office.branch.settings, resources=cabins))
    held = {"cabin-1": 30, "cabin-2": 60, "anna": 270}
    weeks = [sample(resource=resource, held_minutes=minutes, open_minutes=600) for resource, minutes in held.items()]
    body = json.dumps({"weeks": weeks, "kinds": []})
    page.route("**/figures?*", lambda route: route.fulfill(body=body, content_type="application/json"))
    office.open(page, "figures")
    expect(page.locator(".gauges tbody td:last-child")).to_have_text(["4,5 Stunden", "0,5 Stunden", "1 Stunde"])


def test_kinds_are_shown_by_the_way_they_came_and_kept_as_a_file(site: Site, page: Page) -> None:
    office = Office(site, site.branch(templates=(HEARING_TEST,)))
    site.book(office.branch, moment(1, 9).isoformat(), template="hearing-test")
    start = int(moment(1, 11).timestamp()) // 60
    desk = appointment(
        branch=office.branch.id,
        start=start,
        end=start + 90,
        status="confirmed",
        type="appointment",
        comment=None,
        template=None,
    )
    wiring.store().write(Change(before=None, after=desk, event=event_of(desk, "booked", "test", NOW)))
    office.open(page, "figures")
    page.get_by_label("Zeitraum").select_option(label="die nächsten 8 Wochen")
    rows = page.locator(".figure", has=page.get_by_role("heading", name="Termine nach Terminart")).locator("tbody tr")
    expect(rows).to_have_text(["Hörtest100000,8 Stunden", "Ohne oder mit gelöschter Terminart011001,5 Stunden"])
    with page.expect_download() as saved:
        page.get_by_role("button", name=re.compile("Als CSV-Datei speichern.*Terminart")).click()
    head, *lines = Path(saved.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert head.startswith('"Woche";"Ressource";"Terminart";"Online angefragt";"Selbst eingetragen"')
    assert [line.split(";")[1:] for line in lines] == [
        ['"Kabine 1"', '"Hörtest"', '"1"', '"0"', '"0"', '"0"', '"0"', '"0,75"'],
        ['"Kabine 1"', '"Ohne oder mit gelöschter Terminart"', '"0"', '"1"', '"1"', '"0"', '"0"', '"1,5"'],
    ]


def test_another_time_is_asked_for(office: Office, page: Page) -> None:
    office.open(page, "figures")
    with page.expect_request("**/figures?*weeks=26*"):
        page.get_by_label("Zeitraum").select_option("26")
    today = moment(0, 0).date()
    monday = today - timedelta(days=today.weekday())
    with page.expect_request(f"**/figures?from={monday}&weeks=8"):
        page.get_by_label("Zeitraum").select_option(label="die nächsten 8 Wochen")
