"""Where a page's script does not come, or cannot run, the page itself says after some seconds how to go on."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.site.helpers import link, moment
from tests.site.test_manage import own
from tests.site_of_tests import Site

PAGES = ("index.html", "manage.html", "accessibility.html", "staff/index.html", "staff/sign-in.html")
SENTENCE = "Diese Seite konnte nicht geladen werden."
BROKEN = "Auf unserer Seite ist etwas schiefgegangen."


def blocked(route: Route) -> None:
    route.abort()


def broken(route: Route) -> None:
    route.fulfill(status=200, content_type="text/javascript", body="this is no script (")


def missing(route: Route) -> None:
    route.fulfill(status=404, json={"code": "not_found", "message": ""})


def passing(page: Page, rate: float) -> None:
    """How quickly time passes for what the page's style moves."""
    session = page.context.new_cdp_session(page)
    session.send("Animation.enable")
    session.send("Animation.setPlaybackRate", {"playbackRate": rate})


def fails(site: Site, browser: Browser, name: str, fault: Callable[[Route], None], **more: Any) -> None:
    """Opens a page whose scripts fail: soon it says so."""
    with browser.new_context(**more) as context:
        page = context.new_page()
        passing(page, 50)
        page.route("**/scripts/*.js", fault)
        page.goto(f"{site.url}/{name}")
        expect(page.get_by_text(SENTENCE)).to_be_in_viewport()


@pytest.mark.parametrize("fault", [blocked, broken, missing], ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("name", PAGES)
def test_the_page_says_that_it_could_not_be_loaded(
    site: Site, browser: Browser, name: str, fault: Callable[[Route], None]
) -> None:
    fails(site, browser, name, fault)


def test_the_sentence_comes_also_where_nothing_may_move(site: Site, browser: Browser) -> None:
    fails(site, browser, "index.html", blocked, reduced_motion="reduce")


def test_the_sentence_is_not_seen_while_the_script_is_awaited(site: Site, browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        passing(page, 0)
        page.route("**/scripts/*.js", blocked)
        page.goto(f"{site.url}/index.html")
        expect(page.get_by_text(SENTENCE)).to_be_hidden()
        assert page.locator(".unloaded").evaluate("(each) => getComputedStyle(each).animationDelay") == "8s"


@pytest.mark.parametrize("name", PAGES)
def test_the_sentence_goes_where_the_script_comes_after_all(site: Site, browser: Browser, name: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        passing(page, 50)
        page.route("**/scripts/*.js", lambda _: None)  # neither comes nor fails
        page.goto(f"{site.url}/{name}", wait_until="commit")
        expect(page.get_by_text(SENTENCE)).to_be_in_viewport()
        page.unroute("**/scripts/*.js")  # lets it come
        expect(page.get_by_text(SENTENCE)).to_be_hidden()


LACKING = {
    "what names a week": "Intl.DateTimeFormat.prototype.formatRange = undefined",
    "what names a day": "Intl.DateTimeFormat = undefined",
}


@pytest.mark.parametrize("lacking", LACKING)
def test_where_drawing_fails_the_page_says_so(site: Site, browser: Browser, lacking: str) -> None:
    with browser.new_context(locale="de-DE") as context:
        page = context.new_page()
        page.add_init_script(LACKING[lacking])
        page.goto(link(site, site.branch()))
        expect(page.locator("#fault")).to_contain_text(BROKEN)
        expect(page.locator("[aria-busy], .skeleton")).to_have_count(0)


def test_where_drawing_fails_the_customers_own_page_says_so(site: Site, browser: Browser) -> None:
    with browser.new_context(locale="de-DE") as context:
        page = context.new_page()
        page.add_init_script(LACKING["what names a day"])
        page.goto(own(site, site.branch(), moment(1, 9)))
        expect(page.locator("#fault")).to_contain_text(BROKEN)


def test_in_a_frame_that_may_not_ask_the_page_says_so(site: Site, browser: Browser) -> None:
    """A sandbox without an origin."""
    with browser.new_context(locale="de-DE") as context:
        page = context.new_page()
        framing = f'<iframe sandbox="allow-scripts" src="{escape(link(site, site.branch()))}"></iframe>'
        page.route("**/homepage", lambda route: route.fulfill(body=framing, content_type="text/html"))
        page.goto(f"{site.url}/homepage")
        expect(page.frame_locator("iframe").locator("#fault")).to_contain_text("auf ihrer Homepage")
