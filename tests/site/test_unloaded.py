"""Where a page's script does not come, or cannot run, the page itself says after some seconds how to go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.site_of_tests import Site

PAGES = ("index.html", "manage.html", "staff/index.html", "staff/sign-in.html")
SENTENCE = "Diese Seite konnte nicht geladen werden."


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
