"""A month at a glance, for whoever asks for it; and a link that begins with a day."""

import json
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.builders import availability
from tests.site.helpers import (
    BERLIN,
    FITTING,
    HEARING_TEST,
    MONTHS,
    NARROW,
    OpenPage,
    day,
    fill,
    free,
    link,
    moment,
    open_month,
    part,
    send,
    settled,
    spoken,
    times,
)
from tests.site_of_tests import Site

SHOWN = "#month-shown"


def month_name(of: datetime) -> str:
    return f"{MONTHS[of.month - 1]} {of.year}"


def months_ahead(count: int) -> datetime:
    """A day in the middle of a month after this one."""
    first = datetime.now(BERLIN).replace(day=15, hour=9, minute=0, second=0, microsecond=0)
    for _ in range(count):
        first = (first + timedelta(days=31)).replace(day=15)
    return first


def turn(page: Page, to: datetime) -> None:
    """Pages on until the month of that day is shown."""
    for _ in range(15):
        if page.locator(SHOWN).inner_text() == month_name(to):
            return
        page.get_by_role("button", name="Späterer Monat").click()
        settled(page)
    raise AssertionError("that month never came")


def test_a_day_of_the_month_leads_to_the_week_that_begins_with_it(site: Site, page: Page) -> None:
    start = months_ahead(1)
    open_month(page, site, site.branch())
    turn(page, start)
    page.emulate_media(media="print")
    expect(day(page, start)).to_be_visible()
    page.emulate_media(media="screen")
    expect(day(page, start)).to_have_accessible_name(f"{spoken(start).rpartition(',')[0]}, 20 freie Zeiten")
    day(page, start).click()
    expect(page.get_by_role("heading", level=1, name="Wann möchten Sie kommen?")).to_be_focused()
    expect(free(page, start)).to_be_visible()
    expect(page.locator("thead th").nth(1)).to_contain_text(spoken(start).rpartition(",")[0])


def test_on_a_phone_the_chosen_day_is_open(site: Site, open_page: OpenPage) -> None:
    page, start = open_page(width=390), months_ahead(1)
    open_month(page, site, site.branch())
    turn(page, start)
    day(page, start).click()
    expect(page.locator("details").first).to_have_attribute("open", "")
    expect(free(page, start)).to_be_visible()


def test_a_day_is_chosen_by_keyboard(site: Site, page: Page) -> None:
    start = months_ahead(1)
    open_month(page, site, site.branch())
    turn(page, start)
    expect(page.get_by_role("button", name="Späterer Monat")).to_be_focused()
    day(page, start).focus()
    for key, ahead in (("ArrowRight", 1), ("ArrowDown", 8), ("ArrowLeft", 7), ("ArrowUp", 0)):
        page.keyboard.press(key)
        expect(day(page, start + timedelta(days=ahead))).to_be_focused()
    for _ in range(7):  # from Sunday on to Monday
        page.keyboard.press("ArrowRight")
    expect(day(page, start + timedelta(days=7))).to_be_focused()
    page.keyboard.press("Tab")
    expect(day(page, start + timedelta(days=8))).to_be_focused()
    page.keyboard.press("Enter")
    expect(free(page, start + timedelta(days=8))).to_be_visible()


def test_every_date_of_the_month_stands_under_its_weekday(site: Site, page: Page) -> None:
    start = months_ahead(1)
    open_month(page, site, site.branch())
    turn(page, start)
    expect(page.get_by_role("columnheader", name="Sonntag")).to_have_count(1)
    shown = page.locator("terminwerk-month td").evaluate_all(
        "cells => cells.filter((cell) => cell.textContent)"
        ".map((cell) => [cell.cellIndex, Number(cell.querySelector('b').textContent)])"
    )
    dates = [start.replace(day=1) + timedelta(days=number) for number in range(31)]
    assert shown == [[date.weekday(), date.day] for date in dates if date.month == start.month]


def test_days_without_free_times_are_told_but_are_no_buttons(site: Site, page: Page) -> None:
    start = months_ahead(1)
    off = start.isoweekday()
    open_month(page, site, site.branch(availability("08:00-18:00", weekdays=frozenset(range(1, 8)) - {off})))
    turn(page, start)
    expect(day(page, start)).to_have_count(0)
    expect(day(page, start + timedelta(days=1))).to_have_count(1)
    expect(page.get_by_text(f"{spoken(start).rpartition(',')[0]}, nichts frei", exact=True)).to_have_count(1)


def test_months_are_turned_between_today_and_the_horizon(site: Site, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/days" in request.url else None)
    open_month(page, site, site.branch(horizon_days=60))
    back, on = (page.get_by_role("button", name=name) for name in ("Früherer Monat", "Späterer Monat"))
    expect(page.locator(SHOWN)).to_have_text(month_name(moment(0, 12)))
    expect(back).to_be_disabled()
    turn(page, moment(60, 12))
    expect(on).to_be_disabled()
    expect(day(page, moment(60, 12))).to_have_count(1)
    expect(day(page, moment(61, 12))).to_have_count(0)
    back.click()
    expect(on).to_be_enabled()
    assert len(asked) == 1, "one question covers the horizon"


def test_a_far_horizon_is_asked_for_in_parts(site: Site, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/days" in request.url else None)
    open_month(page, site, site.branch(horizon_days=400))
    turn(page, months_ahead(6))
    expect(day(page, months_ahead(6))).to_have_count(1)
    assert len(asked) in (2, 3)


def test_a_month_without_free_days_leads_to_the_next_one_that_has(site: Site, page: Page) -> None:
    opens = months_ahead(2)
    open_month(page, site, site.branch(availability("08:00-18:00", valid_from=opens.date()), horizon_days=90))
    expect(page.locator(".notice")).to_contain_text("In diesem Monat ist nichts frei.")
    page.locator(".notice button").click()
    expect(free(page, opens)).to_be_visible()


def test_where_nothing_is_free_at_all_the_month_says_how_else(site: Site, page: Page) -> None:
    open_month(page, site, site.branch(availability("08:00-18:00", valid_from=moment(300, 8).date())))
    expect(page.locator(".notice")).to_contain_text("Rufen Sie an oder schreiben Sie uns")


def test_the_month_can_be_left_by_its_button_and_by_the_browsers(site: Site, page: Page) -> None:
    branch = site.branch()
    open_month(page, site, branch)
    page.get_by_role("button", name="Zurück zur Woche").click()
    expect(free(page, moment(1, 9))).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcher Tag passt Ihnen?")
    page.go_back()
    expect(free(page, moment(1, 9))).to_be_visible()
    assert page.url == link(site, branch)


def test_the_month_changes_its_language(site: Site, page: Page) -> None:
    open_month(page, site, site.branch())
    turn(page, months_ahead(1))
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which day suits you?")
    expect(page.get_by_role("button", name=f"{months_ahead(1):%A} {months_ahead(1).day} {months_ahead(1):%B}")).to_have_count(1)


def test_a_month_that_does_not_load_can_be_asked_for_again(site: Site, page: Page) -> None:
    page.route("**/days*", lambda route: route.abort())
    page.goto(link(site, site.branch()))
    page.get_by_role("button", name="Monat zeigen").click()
    expect(page.locator("#fault")).to_be_visible()
    page.unroute("**/days*")
    page.get_by_role("button", name="Noch einmal versuchen").click()
    turn(page, moment(1, 9))
    expect(day(page, moment(1, 9))).to_be_visible()


def test_a_busy_moment_between_two_months_keeps_the_way_back(site: Site, page: Page) -> None:
    open_month(page, site, site.branch(horizon_days=400))
    turn(page, months_ahead(2))
    page.route("**/days*", lambda route: route.fulfill(status=503, body=json.dumps({"code": "try_again", "message": ""})))
    for _ in range(3):
        if not page.locator("#fault").count():
            page.get_by_role("button", name="Späterer Monat").click()
            settled(page)
    expect(page.locator("#fault")).to_be_focused()
    page.unroute("**/days*")
    page.get_by_role("button", name="Noch einmal versuchen").click()
    expect(page.locator(SHOWN)).to_be_focused()


def test_the_month_costs_nothing_before_it_is_asked_for(site: Site, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link(site, site.branch()))
    settled(page)
    assert [url for url in asked if "/days" in url or url.endswith(part("month"))] == []
    page.get_by_role("button", name="Monat zeigen").click()
    settled(page)
    assert len([url for url in asked if "/days" in url]) == len([url for url in asked if url.endswith(part("month"))]) == 1


def test_the_month_is_of_the_chosen_kind_and_fresh_after_a_booking(site: Site, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/days" in request.url else None)
    open_month(page, site, site.branch(templates=(HEARING_TEST, FITTING)), "&t=fitting")
    page.get_by_role("button", name="Zurück zur Woche").click()
    free(page, moment(1, 9)).click()
    fill(page)
    send(page)
    page.get_by_role("button", name="Weiteren Termin anfragen").click()
    page.get_by_role("button", name="Monat zeigen").click()
    settled(page)
    assert ["template=fitting" in url for url in asked] == [True, True]
    assert ["fresh=" in url for url in asked] == [False, True]


@pytest.mark.parametrize("width", [360, 390, NARROW])
def test_days_can_be_hit_on_a_phone(site: Site, open_page: OpenPage, width: int) -> None:
    page = open_page(width=width)
    open_month(page, site, site.branch())
    turn(page, months_ahead(1))
    boxes = page.locator("terminwerk-month td button").evaluate_all("all => all.map((one) => one.getBoundingClientRect())")
    least = 44 if width == NARROW else 48  # seven days of 48 px do not fit into 320
    assert min(box["width"] for box in boxes) >= least
    assert min(box["height"] for box in boxes) >= 48
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_link_may_name_the_day_to_begin_with(site: Site, page: Page) -> None:
    start = moment(20, 9)
    page.goto(link(site, site.branch(), f"&d={start.date()}"))
    expect(free(page, start)).to_be_visible()
    expect(page.locator("thead th").nth(1)).to_contain_text(spoken(start).rpartition(",")[0])
    back = page.get_by_role("button", name="Frühere Woche")
    expect(back).to_be_enabled()
    back.click()
    expect(free(page, moment(13, 9))).to_be_visible()


@pytest.mark.parametrize(
    ("named", "first"), [(-30, 0), (-1, 0), (400, 60), (61, 60), (60, 60), (0, 0)], ids=lambda days: f"{days} days ahead"
)
def test_the_day_in_a_link_is_kept_between_today_and_the_horizon(site: Site, page: Page, named: int, first: int) -> None:
    page.goto(link(site, site.branch(), f"&d={moment(named, 9).date()}"))
    settled(page)
    expect(page.locator("thead th").nth(1)).to_contain_text(spoken(moment(first, 9)).rpartition(",")[0])
    assert page.get_by_role("button", name="Frühere Woche").is_enabled() == (first > 0)
    assert page.get_by_role("button", name="Spätere Woche").is_enabled() == (first < 60)


@pytest.mark.parametrize("named", ["", "tomorrow", "2027-02-30", "2027-13-01", "0001-01-01", "9999-12-31", "2027-1-1"])
def test_what_is_no_date_is_left_aside(site: Site, page: Page, named: str) -> None:
    page.goto(link(site, site.branch(), f"&d={named}"))
    expect(page.locator("thead th").nth(1)).to_contain_text("Heute")


def next_free(page: Page, start: datetime) -> None:
    """The quick button says this time."""
    name = f"{start.day}. {MONTHS[start.month - 1]}, {start:%H:%M}\u00a0Uhr"
    expect(page.locator("#next-free")).to_contain_text(name)


def test_the_next_free_appointment_is_right_where_the_link_begins_later(site: Site, page: Page) -> None:
    opens = moment(3, 8)
    branch = site.branch(availability("08:00-18:00", valid_from=opens.date()))
    page.goto(link(site, branch, f"&d={moment(20, 9).date()}"))
    expect(free(page, moment(20, 9))).to_be_visible()
    next_free(page, opens)


def test_the_next_free_appointment_is_right_after_paging_and_another_kind(site: Site, page: Page) -> None:
    opens, last = moment(3, 8), moment(3, 8, 45)
    narrow = availability("08:00-08:45", step=45, valid_from=opens.date(), valid_until=opens.date())
    wide = availability("09:00-12:00", step=60, valid_from=moment(5, 9).date())
    assert (last - opens).seconds // 60 == HEARING_TEST.duration < FITTING.duration
    page.goto(link(site, site.branch(narrow, wide, templates=(HEARING_TEST, FITTING)), "&t=hearing-test"))
    next_free(page, opens)
    page.get_by_role("button", name="Spätere Woche").click()
    expect(times(page).first).to_be_visible()
    next_free(page, opens)
    page.get_by_role("button", name="Auswahl ändern").click()
    page.get_by_role("button", name="Anpassung").click()
    settled(page)
    next_free(page, moment(5, 9))


def test_the_next_free_appointment_is_right_after_a_booking_in_a_later_week(site: Site, page: Page) -> None:
    branch, opens = site.branch(availability("08:00-18:00", valid_from=moment(3, 8).date())), moment(3, 8)
    page.goto(link(site, branch, f"&d={moment(20, 9).date()}"))
    page.locator("#next-free").click()
    fill(page)
    send(page)
    page.get_by_role("button", name="Weiteren Termin anfragen").click()
    settled(page)
    next_free(page, opens + timedelta(minutes=30))


def test_a_week_with_nothing_free_before_later_ones_offers_both(site: Site, page: Page) -> None:
    early = availability("08:00-18:00", valid_until=moment(2, 8).date())
    late = availability("08:00-18:00", valid_from=moment(30, 8).date())
    page.goto(link(site, site.branch(early, late), f"&d={moment(10, 9).date()}"))
    expect(page.locator(".notice")).to_contain_text(f"Danach ist der nächste freie Termin am {spoken(moment(30, 8))}")
    expect(page.locator("#next-free")).to_be_visible()
    page.locator("#next-free").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Angaben")
