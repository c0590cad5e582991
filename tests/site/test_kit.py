"""The page of the local run that shows every component: in each language and scheme, without an error, and never deployed."""

import re

from playwright.sync_api import Frame, Page, expect

from infra.deploy.site import layout
from tests.site.helpers import OpenPage, channels
from tests.site.looks import axe_as_it_is
from tests.site_of_tests import Site

PARTS = {
    "kit-customers.html": (
        "button.main",
        "button.offer",
        "#week-shown",
        "#month-shown",
        ".slot",
        ".taken",
        ".skeleton",
        ".status",
    ),
    "kit-customers.html?show=form": (".chosen", "#errors", ".field.wrong", ".hint", ".box", ".typo:not(:empty)"),
    "kit-office.html": (
        "button:disabled",
        "button[aria-busy]",
        ".fault",
        ".several",
        "input:disabled",
        "select",
        "table",
        ".qr",
    ),
    "kit-office.html?show=dialog": ("dialog[open] .danger",),
    "kit-planner.html": (".badge.status-no_show", ".ev.type-blocked", ".radios", "[aria-pressed=true]"),
    "kit-planner.html?show=menu": ("[role=menuitem]",),
}
"""Parts of the page with some of what each has to show."""


def shown(site: Site, page: Page) -> list[Frame]:
    page.goto(f"{site.url}/kit.html")
    expect(page.locator("iframe")).to_have_count(len(PARTS) * 4)
    frames = page.frames[1:]
    for frame in frames:
        expect(frame.locator("main")).not_to_have_attribute("aria-busy", "true")
    return frames


def test_every_component_is_shown_in_each_language_and_scheme(site: Site, page: Page) -> None:
    seen = set()
    for frame in shown(site, page):
        address, _, more = frame.url.removeprefix(f"{site.url}/").partition("l=")
        language, _, scheme = more.partition("&scheme=")
        for component in PARTS[address.rstrip("?&")]:
            expect(frame.locator(component).first).to_be_attached()
        assert frame.evaluate("document.documentElement.lang") == language
        ground = channels(frame.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert (max(ground) < 40) if scheme == "dark" else (min(ground) > 240)
        missing = [word for word in frame.locator("main").inner_text().split() if "_" in word]
        assert missing == []
        seen.add((address, language, scheme))
    assert len(seen) == len(PARTS) * 4


def addresses_of_parts(site: Site, page: Page) -> list[str]:
    """Without loading any."""
    page.route("**/kit-*", lambda route: route.fulfill(body="<!doctype html><main></main>", content_type="text/html"))
    page.goto(f"{site.url}/kit.html")
    expect(page.locator("iframe")).to_have_count(len(PARTS) * 4)
    addresses: list[str] = page.locator("iframe").evaluate_all("frames => frames.map(({src}) => src)")
    page.unroute_all()
    return addresses


CHOSEN = "[aria-pressed=true], [aria-current], [aria-selected=true], input:checked + label, .slot"
CONTRAST = """async (element) => (await axe.run(element, {runOnly: ["color-contrast"]})).violations
    .map(({nodes}) => nodes.map(({html, failureSummary}) => `${html.slice(0, 200)} ${failureSummary}`).join())"""


def faint(page: Page) -> list[str]:
    """What is chosen and cannot be read while the pointer or the focus is on it."""
    found: list[str] = []
    for each in page.locator(CHOSEN).all()[:8]:
        if each.is_visible():
            each.hover(force=True)
            found += each.evaluate(CONTRAST)
            each.focus()
            found += each.evaluate(CONTRAST)
    return found


def test_axe_finds_nothing_in_any_component(site: Site, open_page: OpenPage) -> None:
    """In German in the light and in English in the dark. Each part has its scheme fixed, whatever the visitor prefers."""
    page = open_page(reduced_motion="reduce")
    addresses = [each for each in addresses_of_parts(site, page) if re.search("l=(de&scheme=light|en&scheme=dark)", each)]
    assert len(set(addresses)) == len(PARTS) * 2
    found = {}
    for address in addresses:
        page.goto(address)
        expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")
        found[address] = axe_as_it_is(page) + faint(page)
    assert {address: said for address, said in found.items() if said} == {}


def test_the_deployed_site_has_no_such_page() -> None:
    assert [file.key for file in layout().files if "kit" in file.key] == []
