"""What the booking page may cost: bytes, requests, and nothing that jumps. How quick it is, `make bench` measures."""

import gzip
import re
from collections.abc import Callable
from posixpath import dirname, join, normpath
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from infra.site.build import built
from tests.site.helpers import OpenPage, challenge, challenging, link, part, settled, times
from tests.site_of_tests import Site

BYTES, REQUESTS, SHIFT = 23 * 1024, 6, 0.1
OBSERVE = """
window.measured = {lcp: 0, tbt: 0, shift: 0};
const observe = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({type, buffered: true});
observe("largest-contentful-paint", (entry) => { measured.lcp = entry.startTime; });
observe("longtask", (entry) => { measured.tbt += entry.duration - 50; });
observe("layout-shift", (entry) => { measured.shift += entry.hadRecentInput ? 0 : entry.value; });
"""
TRANSFERRED = """[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, {encodedBodySize}) => sum + encodedBodySize, 0)"""
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


def measure(page: Page, address: str, shown: Callable[[Page], Locator] = times) -> dict[str, Any]:
    """`lcp` and `tbt` in milliseconds, `shift`, `bytes`, and the addresses of all `requests`, once all has come that is
    `shown`."""
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if request.url.startswith("http") else None)
    page.add_init_script(OBSERVE)
    page.goto(address)
    settled(page)
    shown(page).first.wait_for()
    page.evaluate(DRAWN)
    measured: dict[str, Any] = page.evaluate("measured")
    return {**measured, "bytes": page.evaluate(TRANSFERRED), "requests": requests}


def test_the_booking_page_is_light(site: Site, open_page: OpenPage) -> None:
    found = measure(open_page(width=390), link(site, site.branch()))
    requests = found["requests"]
    print(f"\nbooking page: {found['bytes']} bytes, {len(requests)} requests, shift {found['shift']:.3f}")
    assert found["bytes"] <= BYTES
    assert len(requests) <= REQUESTS
    assert len([url for url in requests if "/slots" in url]) == 1
    assert found["shift"] <= SHIFT


def test_the_solver_is_fetched_by_those_who_have_chosen_a_time(site: Site, page: Page) -> None:
    challenging(page, challenge())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(site.url)))
    page.goto(link(site, site.branch()))
    settled(page)
    before, solver = set(asked), {part("proof"), "/scripts/proof-worker.js"}
    forms = {part("forms"), "/texts/de/form.json"}
    assert not before & (solver | forms)
    times(page).first.click()
    assert page.evaluate("document.querySelector('terminwerk-booking').gate.proof()")
    late = set(asked) - before
    assert late >= solver | forms
    assert {address.rpartition("/")[2] for address in late - solver - forms} == {"challenge", part("advice").rpartition("/")[2]}


KB = 1024
OTHERS = {"staff/index.html": 56 * KB, "staff/settings.html": 38 * KB}
"""The planner without the calendar; all sections of the settings. The texts come beside: 2 to 17 KB, by the page."""
REFERRED = re.compile(r'(?:src|href)="([^"#:]+)"')
PAGES = sorted(address for address in built() if address.endswith(".html"))


@pytest.mark.parametrize("page", PAGES)
def test_markup_script_and_style_of_a_page_are_light(page: str) -> None:
    files = built()
    named = (normpath(join(dirname(page), each)) for each in REFERRED.findall(files[page].decode()))
    parts = [page, *(each for each in named if each in files and "/vendor/" not in each)]
    weight = sum(len(gzip.compress(files[each], 9)) for each in parts)
    print(f"\n{page}: {weight} bytes in {len(parts)} files")
    assert len(parts) == 3
    assert weight <= OTHERS.get(page, 30 * KB)
