"""How quick the pages are on a phone with a quarter of this machine's processor (and, for customers, on slow 4G)."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import CDPSession, Page, expect

from tests.bench.conftest import Note
from tests.site.helpers import OpenPage, link
from tests.site.staff import sign_in
from tests.site.test_budget import measure
from tests.site.test_staff_budget import full_branch
from tests.site_of_tests import Site, TestBranch

ROUNDS = 5
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
CLICKED = """name => {
    document.documentElement.removeAttribute("data-shown");
    const button = document.querySelector(name);
    button.addEventListener("click", () => {
        const start = performance.now();
        const look = () => {
            const all = document.querySelectorAll(".overview .ev").length;
            if (all < 400) return requestAnimationFrame(look);
            requestAnimationFrame(() => setTimeout(() => {
                window.shown = performance.now() - start;
                document.documentElement.dataset.shown = "";
            }));
        };
        look();
    }, { once: true, capture: true });
}"""


def slow_down(page: Page, rate: int) -> CDPSession:
    """Slowing down is done by spinning: at the end 1 again, or the next round would feel it."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    return session


def on_a_slow_phone(page: Page, address: str) -> dict[str, Any]:
    session = slow_down(page, 4)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    found = measure(page, address)
    slow_down(page, 1)
    return found


def bench_booking_page(site: Site, open_page: OpenPage, note: Note) -> None:
    address = link(site, site.branch())
    rounds = [on_a_slow_phone(open_page(width=390), address) for _ in range(ROUNDS)]
    note("booking page, slow phone, slow 4G: largest contentful paint", min(each["lcp"] for each in rounds), 900)
    note("booking page, slow phone, slow 4G: total blocking time", min(each["tbt"] for each in rounds), 100)


def measured(page: Page, site: Site, branch: TestBranch) -> tuple[float, float]:
    """Milliseconds from the click to the picture: of another week, which is asked for, and of another view of the same."""
    sign_in(page, site, branch)
    page.get_by_role("button", name="Woche, alle").click()
    slow_down(page, 4)
    found = []
    for button in ("button[aria-label=Weiter]", "#view-all"):
        page.evaluate(CLICKED, button)
        page.locator(button).click()
        expect(page.locator("html[data-shown]")).to_be_attached()
        found.append(page.evaluate("window.shown"))
        expect(page.locator(".overview .ev")).to_have_count(400)
        if button != "#view-all":
            page.locator("#view-list").click()
            expect(page.locator(".list .ev-line")).to_have_count(400)
    slow_down(page, 1)
    return found[0], found[1]


def bench_planner_week(site: Site, open_page: OpenPage, note: Note) -> None:
    branch = full_branch(site)
    rounds = [measured(open_page(), site, branch) for _ in range(ROUNDS)]
    note("planner, slow phone: a full week of 8 resources that is asked for", min(asked for asked, _ in rounds), 1000)
    note("planner, slow phone: another view of the same week", min(drawn for _, drawn in rounds), 1000)
