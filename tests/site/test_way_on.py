"""Where a page cannot do what it is for, it says how to go on: number and address, or where they stand if it knows none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.site.helpers import PRACTICE, fill, free, link, moment, part, settled
from tests.site.test_manage import own
from tests.site_of_tests import Site

NO_TOKEN = f"{'0' * 32}.{'0' * 43}"
ELSEWHERE = "Telefonnummer und E-Mail-Adresse der Praxis stehen auf ihrer Homepage und in ihren E-Mails."
AGAIN = "Noch einmal versuchen"


def failing(status: int) -> Callable[[Route], None]:
    def fail(route: Route) -> None:
        if status:
            route.fulfill(status=status, json={"code": "internal", "message": ""})
        else:
            route.abort()

    return fail


def number_and_address(place: Locator) -> None:
    expect(place.get_by_role("link", name=PRACTICE["phone"])).to_be_visible()
    expect(place.get_by_role("link", name=PRACTICE["email"])).to_be_visible()


@pytest.mark.parametrize(("lang", "told"), [("de", "stehen auf ihrer Homepage"), ("en", "are on its homepage")])
def test_an_unknown_alias_says_where_number_and_address_stand(site: Site, page: Page, lang: str, told: str) -> None:
    page.goto(f"{site.url}/?a=nobody-0000&l={lang}")
    expect(page.locator("main")).to_contain_text(told)


@pytest.mark.parametrize("status", [0, 500, 503])
def test_where_the_api_is_down_the_booking_page_says_where_they_stand(site: Site, page: Page, status: int) -> None:
    page.route("**/api/v1/access/**", failing(status))
    page.goto(link(site, site.branch(**PRACTICE)))
    expect(page.locator("#fault")).to_contain_text(ELSEWHERE)
    expect(page.locator("#fault")).not_to_contain_text("rufen Sie an")
    page.unroute("**/api/v1/access/**")
    page.get_by_role("button", name=AGAIN).click()
    settled(page)
    number_and_address(page.locator("footer"))


def test_a_link_that_opens_nothing_leads_to_the_practice_that_it_names(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/manage.html#{NO_TOKEN}&a={site.branch(**PRACTICE).alias}")
    number_and_address(page.locator("main"))


@pytest.mark.parametrize("behind", ["", "&a=nobody-0000"])
def test_a_link_that_names_no_practice_says_where_they_stand(site: Site, page: Page, behind: str) -> None:
    page.goto(f"{site.url}/manage.html#{NO_TOKEN}{behind}")
    expect(page.locator("main")).to_contain_text("in der E-Mail und auf der Homepage der Praxis")


def test_where_the_appointment_does_not_come_the_practice_is_told_by_the_alias(site: Site, page: Page) -> None:
    page.route("**/api/v1/appointment", failing(500))
    page.goto(own(site, site.branch(**PRACTICE), moment(3, 9)))
    number_and_address(page.locator("#fault"))


@pytest.mark.parametrize("status", [0, 500])
def test_where_the_api_is_down_the_customers_page_says_where_they_stand(site: Site, page: Page, status: int) -> None:
    page.route("**/api/v1/**", failing(status))
    page.goto(own(site, site.branch(**PRACTICE), moment(3, 9)))
    expect(page.locator("#fault")).to_contain_text(ELSEWHERE)
    page.unroute("**/api/v1/**")
    page.get_by_role("button", name=AGAIN).click()
    expect(page.locator(".facts")).to_be_visible()


# ------------------------------------------------------------------------------------------------- parts that come later


@pytest.fixture
def unwatched(browser: Browser) -> Iterator[Page]:
    """A page whose console may name what did not come."""
    with browser.new_context(locale="de-DE", timezone_id="Europe/Berlin") as context:
        yield context.new_page()


@pytest.mark.parametrize("what", ["script", "texts"])
def test_where_the_form_does_not_come_there_is_a_way_on(site: Site, unwatched: Page, what: str) -> None:
    page = unwatched
    address = f"**{part('forms')}" if what == "script" else "**/texts/*/form.json"
    page.route(address, failing(0))
    page.goto(link(site, site.branch(**PRACTICE)))
    settled(page)
    free(page, moment(1, 9)).click()
    number_and_address(page.locator("#fault"))
    page.unroute(address)
    page.get_by_role("button", name=AGAIN).click()
    fill(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Angaben")


def test_a_form_on_its_way_says_so(site: Site, unwatched: Page) -> None:
    page = unwatched
    held: list[Route] = []
    page.route(f"**{part('forms')}", lambda route: held.append(route))
    page.goto(link(site, site.branch()))
    settled(page)
    free(page, moment(1, 9)).click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator("terminwerk-form")).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    fill(page)
    expect(page.locator("terminwerk-form")).not_to_have_attribute("aria-busy", "true")


def test_where_the_month_does_not_come_there_is_a_way_on(site: Site, unwatched: Page) -> None:
    page = unwatched
    page.route(f"**{part('month')}", failing(0))
    page.goto(link(site, site.branch(**PRACTICE)))
    settled(page)
    page.get_by_role("button", name="Monat zeigen").click()
    number_and_address(page.locator("#fault"))
    page.unroute(f"**{part('month')}")
    page.get_by_role("button", name=AGAIN).click()
    expect(page.locator("terminwerk-month table")).to_be_visible()


def test_where_the_times_to_move_to_do_not_come_there_is_a_way_on(site: Site, unwatched: Page) -> None:
    page = unwatched
    page.route(f"**{part('moving', 'manage')}", failing(0))
    page.goto(own(site, site.branch(**PRACTICE), moment(3, 9)))
    page.get_by_role("button", name="Termin verschieben").click()
    number_and_address(page.locator("#fault"))
    page.unroute(f"**{part('moving', 'manage')}")
    page.get_by_role("button", name=AGAIN).click()
    page.get_by_role("button", name="Termin verschieben").click()
    expect(page.locator("terminwerk-week button.slot:visible").first).to_be_visible()
