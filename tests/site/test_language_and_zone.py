"""German and English, and whose clock the times are by."""

import json
import re
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, Route, expect

from infra.site.build import VOLUMES
from tests.builders import availability
from tests.site.helpers import (
    BERLIN,
    FITTING,
    HEARING_TEST,
    NARROW,
    ROOT,
    WEEKDAYS,
    OpenPage,
    book,
    fill,
    free,
    link,
    moment,
    open_form,
    send,
    settled,
    times,
)
from tests.site_of_tests import Site


def test_an_english_browser_gets_english_and_may_change_to_german(site: Site, open_page: OpenPage) -> None:
    page = open_page(locale="en-US")
    page.goto(link(site, site.branch()))
    expect(page.get_by_role("heading", level=1)).to_have_text("When would you like to come?")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="09:30, free")).not_to_have_count(0)
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wann möchten Sie kommen?")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page).to_have_title("Wann möchten Sie kommen? – Hörakustik Elbufer")
    expect(page.get_by_role("button", name="English")).to_be_focused()


def test_the_language_changes_in_the_middle_of_the_form_without_losing_anything(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page, last_name="Wechsel")
    page.get_by_label("Ich frage für jemand anderen an").check()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your details")
    expect(page.get_by_label("Last name", exact=True)).to_have_value("Wechsel")
    expect(page.get_by_label("I am asking for someone else")).to_be_checked()
    page.get_by_label("Their last name").fill("Petersen")
    page.get_by_role("button", name="Request appointment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Request received – not yet confirmed")


@pytest.mark.parametrize(
    ("named", "heading"),
    [
        ("en", "When would you like to come?"),
        ("xx", "Wann möchten Sie kommen?"),
        ("<b>", "Wann möchten Sie kommen?"),
        ("", "Wann möchten Sie kommen?"),
    ],
)
def test_the_link_may_name_the_language(site: Site, page: Page, named: str, heading: str) -> None:
    page.goto(link(site, site.branch(), f"&l={named}"))
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_only_the_branchs_languages_are_offered(site: Site, open_page: OpenPage) -> None:
    page = open_page(locale="en-US")
    page.goto(link(site, site.branch(languages=("de",))))
    expect(page.get_by_role("heading", level=1)).to_have_text("Wann möchten Sie kommen?")
    expect(page.get_by_role("button", name="English")).to_have_count(0)


def test_arabic_is_written_from_right_to_left_and_so_are_the_ways_on(site: Site, open_page: OpenPage) -> None:
    page = open_page(locale="ar-EG")
    page.goto(link(site, site.branch(languages=("de", "ar"))))
    settled(page)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    first, second = (page.locator("thead th").nth(column).bounding_box() for column in (1, 2))
    assert first
    assert second
    assert first["x"] > second["x"]
    expect(page.locator("footer a[href^='tel:']")).to_have_attribute("dir", "ltr")
    times(page).first.focus()
    before = page.locator(":focus").bounding_box()
    page.keyboard.press("ArrowLeft")
    after = page.locator(":focus").bounding_box()
    assert before
    assert after
    assert after["x"] < before["x"]
    times(page).first.click()
    expect(page.locator(".binding a")).to_have_text(re.compile("^Datenschutzerklärung"))
    expect(page.locator("#email")).to_have_attribute("dir", "ltr")


def test_what_a_kind_is_called_falls_back_to_the_wider_language_and_to_the_practices_own(
    site: Site, open_page: OpenPage
) -> None:
    names = {"de": "Hörtest", "en": "Hearing test"}
    kinds = tuple(replace(each, name=names) for each in (FITTING, HEARING_TEST))
    branch = site.branch(templates=kinds, languages=("en", "de", "ar", "de-simple"))
    page = open_page()
    for tag, lang, name in (("de-simple", "de", "Hörtest"), ("ar", "ar", "Hearing test"), ("fr", "de", "Hörtest")):
        page.goto(link(site, branch, f"&l={tag}"))
        expect(page.get_by_role("button", name=name)).to_have_count(2)
        expect(page.locator("html")).to_have_attribute("lang", lang)
    page.locator("#languages").click()
    page.get_by_role("button", name="Einfache Sprache").click()
    expect(page.locator("#languages")).to_be_focused()
    expect(page.locator("#languages")).to_contain_text("Einfache Sprache")


def test_times_are_the_branchs_wherever_the_visitor_is(site: Site, open_page: OpenPage) -> None:
    page, branch = open_page(zone="America/New_York"), site.branch()
    page.goto(link(site, branch))
    expect(free(page, moment(1, 9, 30))).to_be_visible()
    expect(page.locator(".zone")).to_contain_text("Mitteleuropäische")
    expect(page.locator(".zone")).to_contain_text("Berlin")
    page.goto(book(page, site, branch, moment(1, 9, 30)))
    expect(page.locator(".facts")).to_contain_text("Zeitzone: Mitteleuropäische")


def test_at_home_nothing_is_said_about_zones(site: Site, page: Page) -> None:
    branch = site.branch()
    page.goto(link(site, branch))
    settled(page)
    expect(page.locator(".zone")).to_have_count(0)
    page.goto(book(page, site, branch, moment(1, 9, 30)))
    expect(page.locator(".facts")).to_be_visible()
    expect(page.locator(".zone")).to_have_count(0)


def clocks_change(month: int) -> date:
    """The next last Sunday of a month."""
    today = datetime.now(BERLIN).date()
    sundays = (date(year, month, 31 - (date(year, month, 31).isoweekday() % 7)) for year in (today.year, today.year + 1))
    return next(sunday for sunday in sundays if sunday > today)


def night(page: Page, site: Site, sunday: date) -> None:
    branch = site.branch(availability("01:00-04:00"), horizon_days=400)
    page.goto(link(site, branch, f"&d={sunday}"))
    settled(page)


def test_in_the_night_the_clocks_go_back_equal_times_are_told_apart(site: Site, page: Page) -> None:
    sunday = clocks_change(10)
    night(page, site, sunday)
    names = ["01:00", "01:30", "02:00 MESZ", "02:00 MEZ", "02:30 MESZ", "02:30 MEZ", "03:00", "03:30"]
    of_that_night = page.get_by_role("button", name=f"{WEEKDAYS[6]}, {sunday.day}. Oktober, ")
    expect(of_that_night).to_have_text(names)
    page.get_by_role("button", name="02:30 MEZ, frei").click()
    expect(page.locator(".chosen")).to_contain_text("02:30 MEZ")
    fill(page)
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        send(page)
    assert answer.value.json()["start"] == f"{sunday}T02:30:00+01:00"
    expect(page.locator(".moment")).to_contain_text("02:30 MEZ")


def test_the_phones_list_tells_equal_times_apart_too(site: Site, open_page: OpenPage) -> None:
    page = open_page(width=NARROW)
    night(page, site, clocks_change(10))
    names = ["01:00", "01:30", "02:00 MESZ", "02:00 MEZ", "02:30 MESZ", "02:30 MEZ", "03:00", "03:30"]
    shown = page.locator("details").first.get_by_role("button")
    assert sorted(shown.all_inner_texts()) == sorted(names)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


def test_half_an_hour_that_comes_twice_is_told_apart(site: Site, page: Page) -> None:
    """Lord Howe Island sets its clocks by half an hour."""
    zone = ZoneInfo("Australia/Lord_Howe")
    year = datetime.now(zone).year
    sunday = next(
        day
        for day in (date(year + later, 4, number) for later in (0, 1) for number in range(1, 8))
        if day.isoweekday() == 7 and day > datetime.now(zone).date()
    )
    branch = site.branch(availability("01:00-04:00"), zone=zone.key, horizon_days=400)
    page.goto(link(site, branch, f"&d={sunday}"))
    settled(page)
    of_that_night = page.get_by_role("button", name=f"{WEEKDAYS[6]}, {sunday.day}. April, ")
    names = ["01:00", "01:30 GMT+11", "01:30 GMT+10:30", "02:00", "02:30", "03:00", "03:30"]
    expect(of_that_night).to_have_text(names)
    page.get_by_role("button", name="01:30 GMT+10:30, frei").click()
    expect(page.locator(".chosen")).to_contain_text("01:30 GMT+10:30")


def test_times_are_those_of_the_answer_where_the_browser_knows_other_rules(site: Site, page: Page) -> None:
    def older(route: Route) -> None:
        route.fulfill(
            response=(answer := route.fetch()), body=answer.text().replace("+01:00", "-07:00").replace("+02:00", "-07:00")
        )

    page.route("**/slots*", older)
    page.goto(link(site, site.branch(availability("09:00-09:30"))))
    expect(page.locator("tbody th")).to_have_text(["09:00"])
    times(page).first.click()
    expect(page.locator(".chosen")).to_contain_text("09:00\u00a0Uhr")


def test_in_the_night_the_clocks_go_forward_an_hour_is_missing(site: Site, page: Page) -> None:
    sunday = clocks_change(3)
    night(page, site, sunday)
    of_that_night = page.get_by_role("button", name=f"{WEEKDAYS[6]}, {sunday.day}. März, ")
    expect(of_that_night).to_have_text(["01:00", "01:30", "03:00", "03:30"])
    expect(page.get_by_role("button", name=", 02:00, frei")).to_have_count(6)  # the other days have it


def test_no_text_has_the_key_of_another_that_a_page_speaks_with_it() -> None:
    volumes = [json.loads((ROOT / "chalicelib" / "texts" / "de" / f"{volume}.json").read_text()) for volume in VOLUMES]
    keys = [key for volume in volumes for key in volume]
    assert sorted(keys) == sorted(set(keys))
