"""A customer books by an invitation: nothing to fill in, once, and a link that is over says what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.languages import LANGUAGES
from tests.api.test_customers import Desk
from tests.api.test_invitations import invite, inviting, token_of
from tests.site.helpers import OpenPage, free, link, moment, settled, times
from tests.site.looks import DESK, PHONE, seen, wrong
from tests.site_of_tests import Site, TestBranch


@pytest.fixture
def branch(site: Site) -> TestBranch:
    return inviting(site)


@pytest.fixture
def staff(site: Site, branch: TestBranch) -> Desk:
    return Desk(site, branch, "staff")


def choose(page: Page, given: Any, hour: int = 10) -> None:
    page.goto(given["url"])
    free(page, moment(2, hour)).click()
    expect(page.get_by_role("heading", level=1, name="Passt dieser Termin?")).to_be_focused()


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_focused()


def test_who_is_invited_books_without_a_form_and_no_address_that_is_asked_holds_the_token(
    site: Site, page: Page, staff: Desk
) -> None:
    given, customer = invite(staff)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(given["url"])
    expect(page.locator("main")).to_contain_text("Sie ist für Anna M.")
    choose(page, given)
    expect(page.locator("main")).to_contain_text("a***@example.org")
    expect(page.locator("main input")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Passt dieser Termin?")).to_be_visible()
    page.get_by_role("button", name="Termin anfragen").click()
    heading(page, "Anfrage erhalten – noch nicht bestätigt")
    expect(page.get_by_role("link", name="Ihren Termin ansehen")).to_be_visible()
    assert not [each for each in asked if token_of(given) in each.partition("#")[0]]
    [kept] = staff.done("GET", f"customers/{customer}")["invitations"]
    assert kept["state"] == "used"


def test_in_two_browsers_at_once_one_books_and_the_other_hears_that_the_invitation_is_used(
    site: Site, open_page: OpenPage, staff: Desk
) -> None:
    given, _ = invite(staff)
    pages = [open_page(), open_page()]
    for hour, page in enumerate(pages, 10):
        choose(page, given, hour)
    for page in pages:  # without waiting for the answer to the first
        page.evaluate("setTimeout(() => document.querySelector('#book').click(), 50)")
    for page in pages:
        expect(page.locator("terminwerk-confirm")).to_have_count(0)
    told = Counter(page.locator("h1").inner_text() for page in pages)
    assert told == {
        "Anfrage erhalten – noch nicht bestätigt": 1,
        "Mit dieser Einladung wurde schon ein Termin gebucht": 1,
    }


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ("used", "Mit dieser Einladung wurde schon ein Termin gebucht"),
        ("withdrawn", "Diese Einladung gilt nicht mehr"),
        ("broken", "Diese Einladung gilt nicht mehr"),
    ],
)
def test_a_link_that_is_over_says_how_to_reach_the_practice(
    site: Site, page: Page, staff: Desk, branch: TestBranch, over: str, says: str
) -> None:
    given, customer = invite(staff)
    if over == "withdrawn":
        staff.done("POST", f"customers/{customer}/invitations/{given['id']}/withdraw", {})
    if over == "used":
        choose(page, given)
        page.get_by_role("button", name="Termin anfragen").click()
        heading(page, "Anfrage erhalten – noch nicht bestätigt")
        page.reload()
    else:
        page.goto(given["url"][: -1 if over == "broken" else None])
    expect(page.get_by_role("heading", level=1, name=says)).to_be_visible()
    main = page.locator("main")
    expect(main).to_contain_text("ihrer Homepage" if over == "broken" else branch.settings.branch.phone)


def states(page: Page, site: Site) -> Iterator[str]:
    """Leads a page through its states and names each."""
    given, _ = invite(Desk(site, inviting(site, languages=LANGUAGES), "staff"))
    page.goto(given["url"])
    settled(page)
    yield "week"
    times(page).first.click()
    expect(page.locator("#book")).to_be_visible()
    yield "to be booked"
    page.locator("#book").click()
    expect(page.locator(".success")).to_be_visible()
    yield "booked"
    page.reload()
    expect(page.locator("main .ways")).to_be_visible()
    yield "used"


def test_axe_finds_nothing_and_nothing_sticks_out_or_is_too_small(site: Site, open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")
    found = seen(page, states(page, site), (PHONE, DESK))
    assert not wrong(found), wrong(found)
    assert len(found) == 4


def test_who_has_no_invitation_fetches_nothing_of_it(site: Site, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link(site, site.branch()))
    settled(page)
    assert not [each for each in asked if "invited" in each]
