"""How the planner fills the window: its chrome, an appointment beside the calendar, and the day on a phone."""

import pytest
from playwright.sync_api import Page, expect

from chalicelib import wiring
from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.record import Line
from tests.builders import NOW
from tests.site.helpers import OpenPage, moment
from tests.site.staff import dialog, event, go_to, press, requested, sign_in, status_of, two_cabins
from tests.site_of_tests import Site, TestBranch

SWIPE = """(right) => {
    const place = document.querySelector(".agenda");
    const touch = (x) => new Touch({identifier: 1, target: place, clientX: x, clientY: 400});
    const send = (name, more) => place.dispatchEvent(new TouchEvent(name, {bubbles: true, ...more}));
    send("touchstart", {touches: [touch(200)]});
    send("touchend", {changedTouches: [touch(200 + right)]});
}"""


@pytest.fixture
def branch(site: Site) -> TestBranch:
    return two_cabins(site)


def top_of(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box
    return box["y"]


def test_the_chrome_is_one_row_in_each_view_and_a_search_opens_a_customer(site: Site, page: Page, branch: TestBranch) -> None:
    customer = Customer(id=f"meyer-{branch.id}", branch=branch.id, last_name="Meyer", first_name="Anna", made_at=NOW)
    line = Line(branch=branch.id, kind="customer", id=customer.id, what="made", by="staff-1", at=NOW)
    wiring.customers().write(Revision(after=customer, line=line))
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, site, branch, ("admin",))
    places = set()
    for view in ("day", "week", "all", "list"):
        page.locator(f"#view-{view}").click()
        assert top_of(page, ".board") <= 104
        places.add(str(page.get_by_role("button", name="Neuer Termin").bounding_box()))
    assert len(places) == 1
    empty = page.locator(".inbox.empty").bounding_box()
    assert empty
    assert empty["height"] <= 52
    page.locator("#view-day").focus()
    page.keyboard.press("/")
    page.keyboard.type("mey")
    expect(page.locator(".found a")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/staff/customers.html#{customer.id}")
    expect(page.get_by_role("heading", name="Meyer")).to_be_visible()


def test_a_request_opens_on_its_day_beside_a_calendar_that_stays_usable(site: Site, page: Page, branch: TestBranch) -> None:
    first = requested(site, branch, days=2, hour=9)
    requested(site, branch, days=2, hour=10, last_name="Nachbarin")
    sign_in(page, site, branch)
    entry = page.locator(".entry .open", has_text="Mustermann")
    entry.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{moment(2, 9).day}. ")
    expect(dialog(page).get_by_role("heading", level=2)).to_be_focused()
    marked = page.locator(".ev[aria-current]")
    expect(marked).to_contain_text("Mustermann")
    expect(marked).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(entry).to_be_focused()
    event(page, "Mustermann").click()
    event(page, "Nachbarin").click()  # nothing covers it
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("Nachbarin")
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(marked).to_have_count(1)
    page.evaluate("document.querySelector('.panel .details').append(document.createElement('textarea'))")
    page.locator(".panel textarea").fill("Halb getippt")
    event(page, "Mustermann").click()
    press(page, "Zurück")
    expect(page.locator(".panel textarea")).to_have_value("Halb getippt")
    page.locator(".panel textarea").press("Escape")
    press(page, "Verwerfen")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(event(page, "Nachbarin")).to_be_focused()
    assert status_of(first) == "proposed"


@pytest.mark.parametrize("width", [390, 820])
def test_on_a_small_screen_the_day_of_one_resource_is_a_list_that_a_finger_turns(
    site: Site, open_page: OpenPage, branch: TestBranch, width: int
) -> None:
    requested(site, branch, days=1, hour=9)
    page = open_page(width=width, has_touch=True)
    page.set_viewport_size({"width": width, "height": 844 if width == 390 else 1180})
    sign_in(page, site, branch, ("admin",))
    expect(page.locator(".inbox")).to_be_hidden()
    page.locator("#inbox-link").tap()
    page.get_by_role("button", name="Posteingang schließen").tap()
    expect(page.locator(".inbox")).to_be_hidden()
    go_to(page, moment(1, 9))
    assert top_of(page, ".board") <= page.evaluate("innerHeight") / 4
    items = page.locator(".agenda li")
    expect(items).to_have_count(3)
    assert [text.split(" ")[0] for text in items.all_inner_texts()][::2] == ["08:00–09:00", "09:30–18:00"]
    page.evaluate(SWIPE, -150)
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{moment(2, 9).day}. ")
    expect(items).to_have_text(["08:00–18:00 frei"])
    page.evaluate(SWIPE, 150)
    event(page, "Mustermann").tap()
    expect(dialog(page)).to_contain_text("Mustermann")
    dialog(page).get_by_role("button", name="Schließen").tap()
    page.locator("#inbox-link").tap()
    page.locator(".entry .open").tap()
    expect(dialog(page)).to_contain_text("Mustermann")
    expect(page.locator(".inbox")).to_be_hidden()
    dialog(page).get_by_role("button", name="Schließen").tap()
    if width == 820:
        page.locator("#view-week").tap()
        event(page, "Mustermann").tap()  # the first tap opens it: no other control comes between
        expect(dialog(page)).to_contain_text("Mustermann")
