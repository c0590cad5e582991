"""Every state of the office's pages and dialogs, wide and on a tablet: axe finds nothing, nothing sticks out, nothing is
smaller than a finger."""

import json
from collections.abc import Callable, Iterator
from itertools import islice

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.settings import DateException, Resource
from tests.builders import absence, availability
from tests.site.helpers import FITTING, HEARING_TEST, OpenPage, moment
from tests.site.looks import DESK, seen, sticking_out, wrong
from tests.site.office import ROBOT, Office, drawn, input_of
from tests.site_of_tests import Site

SMALL = """elements => elements.map((element) => [element.outerHTML.slice(0, 120), element.getBoundingClientRect()])
    .filter(([, {width, height}]) => height > 0 && height < 40).map(([html]) => html)"""
"""Controls lower than 40 px; links in a text may be."""
TO_HIT = "main :is(button, summary, select, .field > input, .box > label), dialog button"
TABLET = (820, 900)
SECTIONS = ("first", "branch", "online", "resources", "hours", "closing", "types", "templates", "texts", "people")

States = Callable[[Page, Office], Iterator[str]]


def office(site: Site) -> Office:
    """With something of everything: two cabins, a break, a closed day, an appointment, two customers, a technical user."""
    branch = site.branch(
        availability("08:00-18:00"),
        absence("12:00-13:00"),
        resources=(Resource(id="cabin-1", name="Kabine 1", released=True), Resource(id="cabin-2", name="Kabine 2", order=2)),
        templates=(HEARING_TEST, FITTING),
        exceptions=(DateException(resource="cabin-1", day=moment(4, 0).date()),),
        employees=(ROBOT,),
    )
    made = Office(site, branch)
    site.book(branch, moment(2, 9).isoformat(), template="fitting")
    return made


def customers(page: Page, office: Office) -> Iterator[str]:
    one = office.customer(
        "Meyer", first_name="Anna", phone="040 66969 1", email="anna@example.org", note="Bitte laut sprechen."
    )
    office.customer("Meier", first_name="Anna")
    booked = office.site.book(office.branch, moment(3, 9).isoformat(), template="fitting")
    office("POST", f"appointments/{booked['id']}/customer", {"version": 1, "customer": one["id"]})
    office.open(page, "customers")
    yield "customers"
    page.locator("#search").fill("me")
    expect(page.locator("#results a.row").first).to_be_visible()
    yield "found"
    page.locator("#results a.row", has_text="Meyer, Anna").first.click()
    expect(page.locator("#name")).to_be_visible()
    page.locator("#detail summary").click()
    yield "customer"
    page.locator("#erase").click()
    expect(page.locator("#detail .fault")).to_be_visible()
    yield "customer with an appointment ahead"
    page.locator("#merge").click()
    expect(page.locator(".choices button").first).to_be_visible()
    yield "choosing a duplicate"
    page.locator(".choices button").first.click()
    expect(page.locator("#merge-do")).to_be_visible()
    yield "duplicates side by side"
    page.goto(f"{office.site.url}/staff/customers.html#new")
    page.locator("#keep").click()
    expect(page.locator("#errors")).to_be_focused()
    yield "new customer with errors"
    page.locator("#search").fill("meier")
    page.locator("#results a.row", has_text="Meier").click()
    page.locator("#erase").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "erasing"


def turn(page: Page, name: str) -> None:
    """To a section of the settings."""
    page.locator(f"#part-{name}").click()
    expect(page.locator(f"#part-{name}")).to_have_attribute("aria-current", "page")
    drawn(page)


def settings(page: Page, office: Office) -> Iterator[str]:
    office.open(page, "settings")
    for name in SECTIONS:
        turn(page, name)
        for summary in page.locator("main .part summary").all():
            summary.click()
        drawn(page)
        yield f"settings, {name}"
    turn(page, "texts")
    page.locator(".adder button").click()
    expect(page.locator(".letter")).to_contain_text("Mustermann")
    yield "a text of one's own"
    input_of(page, "texts[0].text").fill("{{ nobody }}")
    expect(page.locator(".letter .error")).to_be_visible()
    yield "a text with a placeholder that is none"
    page.locator("#discard").click()
    turn(page, "closing")
    page.locator('[id="entry.closed-false"]').check()
    yield "an exception with other hours"
    turn(page, "templates")
    input_of(page, "templates[0].duration").fill("47")
    page.locator("#save").click()
    expect(page.locator("#errors")).to_be_focused()
    yield "settings with errors"
    page.locator("#discard").click()
    turn(page, "branch")
    input_of(page, "branch.phone").fill("1")
    office.put(branch={**office.settings["branch"], "phone": "2"})
    page.locator("#save").click()
    expect(page.locator("#keep-mine")).to_be_visible()
    yield "settings that somebody else changed"
    page.locator("#take-theirs").click()
    turn(page, "hours")
    input_of(page, "availabilities[0].hours.to").fill("11:00")
    input_of(page, "availabilities[0].hours.from").fill("10:00")
    drawn(page)
    page.locator("#save").click()
    expect(page.locator(".outside")).to_be_visible()
    drawn(page)
    yield "settings that leave appointments outside"
    turn(page, "resources")
    page.locator(".harm").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "removing"


def accesses(page: Page, office: Office) -> Iterator[str]:
    office.open(page, "accesses")
    expect(page.locator("svg.qr")).to_be_visible()
    yield "accesses"
    input_of(page, "link-resource").select_option("cabin-2")
    expect(page.locator("#link-warning")).to_be_visible()
    page.locator("#make").click()
    expect(page.locator("#new-errors")).to_be_focused()
    yield "accesses with errors and a warning"
    page.locator('[id="new-kind-calendar"]').check()
    input_of(page, "new-label").fill("Outlook")
    page.locator("#make").click()
    expect(page.locator("#made")).to_be_focused()
    yield "a calendar that was made"
    page.locator("tbody .plain").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "an address"
    page.keyboard.press("Escape")
    page.locator("tbody .harm").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "revoking"


def record(page: Page, office: Office) -> Iterator[str]:
    office.customer("Meyer")
    office.open(page, "record")
    yield "record"
    page.route("**/record?*", lambda route: route.fulfill(status=503, body="{}"))
    page.locator("#kind-customer").click()
    expect(page.locator("#lines .fault")).to_be_visible()
    yield "record without an answer"


def messages(page: Page, office: Office) -> Iterator[str]:
    office.open(page, "messages")
    yield "messages, none"
    page.locator("#test").click()
    expect(page.locator("main .done")).to_be_focused()
    yield "a test message"
    start = moment(5, 9)
    planned = {
        "id": "a" * 32, "version": 1, "type": "request", "status": "proposed", "resource": "cabin-1", "second": None,
        "template": None, "start": start.isoformat(), "end": moment(5, 9, 30).isoformat(), "preparation": 0,
        "follow_up": 0, "name": "Mustermann, Erika", "customer": None,
    }  # fmt: skip
    states = (("failed", "sms_limit", "may"), ("bounced", "Permanent", "suppressed"), ("complained", "abuse", "changed"))
    listed = [
        {"id": f"{number}.confirmed.email", "kind": "confirmed", "channel": "email", "state": state, "at": start.isoformat(),
         "failure": failure, "to": "customer", "again": again, "appointment": planned}
        for number, (state, failure, again) in enumerate(states)
    ]  # fmt: skip
    problems = ["unknown", "not_verified", "paused", "sandbox", "no_dkim", "at_risk", "quota"]
    sender = {
        "address": "termine@example.org", "verified": False, "production": None, "quota": 200, "sent": 190, "bounces": 0.051,
        "problems": problems,
    }  # fmt: skip
    fulfil(page, "**/messages", {"messages": listed})
    fulfil(page, "**/sender", sender)
    page.reload()
    drawn(page)
    expect(page.locator(".troubles li")).to_have_count(3)
    yield "messages that did not arrive"
    page.route("**/again", lambda route: route.fulfill(status=409, body='{"code": "changed_meanwhile"}'))
    page.get_by_role("button", name="Confirmation").or_(page.get_by_role("button", name="Bestätigung")).click()
    expect(page.locator("#undelivered .fault")).to_be_focused()
    yield "one that somebody else has sent"
    page.goto(f"{office.site.url}/staff/settings.html")
    expect(page.locator("main .fault a")).to_be_visible()
    yield "settings of a branch that cannot send"


def fulfil(page: Page, address: str, body: object) -> None:
    page.route(address, lambda route: route.fulfill(body=json.dumps(body), content_type="application/json"))


def figures(page: Page, office: Office) -> Iterator[str]:
    zero = {"cancelled": 1, "no_show": 1, "lead_days": 2.5, "held_minutes": 600, "open_minutes": 2400}
    weeks = [
        {
            "week": f"2026-{10 + number // 5}-{5 + 7 * (number % 4):02}",
            "resource": "cabin-1",
            "requests": 5 + number,
            "confirmed": number,
            **zero,
        }
        for number in range(8)
    ]
    kinds = [
        {
            "week": "2026-10-05",
            "resource": "cabin-1",
            "template": None,
            "online": 2,
            "desk": 1,
            "confirmed": 2,
            "held_minutes": 90,
        }
        | {"cancelled": 1, "no_show": 0}
    ]
    page.route(
        "**/figures?*",
        lambda route: route.fulfill(body=json.dumps({"weeks": weeks, "kinds": kinds}), content_type="application/json"),
    )
    office.open(page, "figures")
    for summary in page.locator("main summary").all():
        summary.click()
    yield "figures"


def look(page: Page) -> list[str]:
    small = [f"small {each}" for each in page.locator(TO_HIT).evaluate_all(SMALL)]
    words = page.locator("main").inner_text().split()
    missing = [f"a text is missing: {word}" for word in words if "_" in word and word.islower() and "://" not in word]
    return sticking_out(page) + small + missing


@pytest.mark.parametrize("states", [customers, settings, accesses, messages, record, figures])
def test_every_state_can_be_used_by_everybody(site: Site, open_page: OpenPage, states: States) -> None:
    page = open_page()
    found = seen(page, states(page, office(site)), (DESK, TABLET), look)
    assert not wrong(found), wrong(found)


@pytest.mark.parametrize(
    ("states", "first"), [(customers, 3), (settings, len(SECTIONS)), (accesses, 1), (messages, 1), (record, 1), (figures, 1)]
)
def test_every_page_fits_on_a_tablet_in_english(site: Site, open_page: OpenPage, states: States, first: int) -> None:
    """For its further states see German, whose words are the longer ones; both have the same texts (test_office_texts)."""
    page = open_page(width=TABLET[0], locale="en-GB")
    found = seen(page, islice(states(page, office(site)), first), [TABLET], look, once=None)
    assert not wrong(found), wrong(found)
    assert len(found) == first
