"""How light and how quick the pages are on a phone with a quarter of this machine's processor, on slow 4G, with nothing kept.

LCP is when the largest part was painted, TBT how long the page could not have answered a finger, INP the longest time from a
finger to the next picture, which browsers tell in steps of 8 ms from 16 ms on. Times are the least of several rounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.bench.conftest import Note
from tests.evidence.lines import SHORT
from tests.site.helpers import OpenPage, link, moment, settled, times
from tests.site.staff import keep, requested, sign_in, two_cabins
from tests.site.test_budget import DRAWN, measure
from tests.site.test_staff_budget import ALL, full_branch
from tests.site_of_tests import Site, TestBranch

ROUNDS = 1 if SHORT else 5
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
WAITING = 20
KB = 1024
FINGERS = """
window.longest = 0;
new PerformanceObserver((list) => {
    for (const {interactionId, duration} of list.getEntries()) if (interactionId) longest = Math.max(longest, duration);
}).observe({type: "event", durationThreshold: 16, buffered: true});
"""
CLICKED = """([name, count]) => {
    document.documentElement.removeAttribute("data-shown");
    const button = document.querySelector(name);
    button.addEventListener("click", () => {
        const start = performance.now();
        const look = () => {
            const all = document.querySelectorAll(".overview .ev").length;
            if (all < count) return requestAnimationFrame(look);
            requestAnimationFrame(() => setTimeout(() => {
                const asked = performance.getEntriesByType("resource")
                    .filter(({name, startTime}) => name.includes("/planner") && startTime >= start);
                window.shown = performance.now() - start;
                window.waited = asked.reduce((sum, {duration}) => sum + duration, 0);
                document.documentElement.dataset.shown = "";
            }));
        };
        look();
    }, { once: true, capture: true });
}"""


@dataclass(frozen=True)
class Budget:
    """`lcp`, `tbt` and `inp` in milliseconds, `bytes` compressed."""

    bytes: float
    requests: float
    lcp: float
    tbt: float
    inp: float


def slow_down(page: Page, rate: int) -> CDPSession:
    """Slowing down is done by spinning: at the end 1 again, or the next round would feel it."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    return session


def on_a_slow_phone(
    page: Page, address: str, shown: Callable[[Page], Locator], touch: Callable[[Page], None]
) -> dict[str, Any]:
    session = slow_down(page, 4)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    page.add_init_script(FINGERS)
    found = measure(page, address, shown)
    found["requests"] = len(found["requests"])  # before any others are asked for
    touch(page)
    page.evaluate(DRAWN)
    found["inp"] = page.evaluate("longest")
    slow_down(page, 1)
    return found


def noted(note: Note, name: str, rounds: list[dict[str, Any]], most: Budget) -> None:
    facts = {"group": "pages", "of": name}
    note(f"{name}: bytes", rounds[0]["bytes"] / KB, most.bytes, "KB", **facts)
    note(f"{name}: requests", rounds[0]["requests"], most.requests, "", **facts)
    for short, long in (
        ("lcp", "largest contentful paint"),
        ("tbt", "total blocking time"),
        ("inp", "from a finger to a picture"),
    ):
        note(f"{name}: {long}", min(each[short] for each in rounds), getattr(most, short), "ms", **facts)


def bench_booking_page(site: Site, open_page: OpenPage, note: Note) -> None:
    address = link(site, site.branch())

    def touch(page: Page) -> None:
        page.get_by_role("button", name="Spätere Woche").click()
        settled(page)
        times(page).first.click()

    rounds = [on_a_slow_phone(open_page(width=390), address, times, touch) for _ in range(ROUNDS)]
    noted(note, "booking page", rounds, Budget(30, 6, 900, 100, 200))


def bench_manage_page(site: Site, open_page: OpenPage, note: Note) -> None:
    address = site.book(site.branch(), moment(3, 9).isoformat(), language="de")["manage_url"]

    def touch(page: Page) -> None:
        page.get_by_role("button", name="Termin absagen").click()

    rounds = [on_a_slow_phone(open_page(width=390), address, facts, touch) for _ in range(ROUNDS)]
    noted(note, "manage page", rounds, Budget(30, 8, 1200, 100, 200))


def facts(page: Page) -> Locator:
    return page.locator(".facts")


def as_staff(page: Page, site: Site, branch: TestBranch) -> Page:
    """Signed in, with nothing loaded yet."""
    keep(page, site.sign_in(("staff",), (branch.id,)))
    return page


def bench_planner(site: Site, open_page: OpenPage, note: Note) -> None:
    branch = full_branch(site)

    def touch(page: Page) -> None:
        page.locator("button[aria-label=Weiter]").click()
        settled(page)

    address = f"{site.url}/staff/index.html"
    rounds = [on_a_slow_phone(as_staff(open_page(), site, branch), address, drawn, touch) for _ in range(ROUNDS)]
    noted(note, "planner", rounds, Budget(110, 20, 2500, 600, 200))


def drawn(page: Page) -> Locator:
    return page.locator("#main:not([aria-busy])")


def bench_inbox(site: Site, open_page: OpenPage, note: Note) -> None:
    branch = two_cabins(site)
    for number in range(WAITING):
        requested(site, branch, days=1 + number // 9, hour=8 + number % 9)

    def touch(page: Page) -> None:
        page.locator("aside.inbox .entry button").first.click()
        expect(page.get_by_role("dialog").last).to_be_visible()

    address = f"{site.url}/staff/index.html"
    rounds = [on_a_slow_phone(as_staff(open_page(), site, branch), address, entries, touch) for _ in range(ROUNDS)]
    noted(note, f"inbox, {WAITING} waiting", rounds, Budget(110, 20, 2500, 600, 200))


def entries(page: Page) -> Locator:
    return page.locator("aside.inbox .entry")


def clicked(page: Page, site: Site, branch: TestBranch) -> list[tuple[float, float]]:
    """Milliseconds from the click to the picture, and those of them until the answer had come: of another week, and of another
    view of the same, for which nothing is asked."""
    sign_in(page, site, branch)
    page.get_by_role("button", name="Woche, alle").click()
    slow_down(page, 4)
    found = []
    for button in ("button[aria-label=Weiter]", "#view-all"):
        page.evaluate(CLICKED, [button, ALL])
        page.locator(button).click()
        page.locator("html[data-shown]").wait_for(state="attached")  # an expectation reads the whole page each time
        found.append((page.evaluate("shown"), page.evaluate("waited")))
        expect(page.locator(".overview .ev")).to_have_count(ALL)
        if button != "#view-all":
            page.locator("#view-list").click()
            expect(page.locator(".list .ev-line")).to_have_count(ALL)
    slow_down(page, 1)
    return found


def bench_planner_week(site: Site, open_page: OpenPage, note: Note) -> None:
    """The answer comes from functions and a database that share this machine, so what it takes is told beside."""
    branch = full_branch(site)
    rounds = [clicked(open_page(), site, branch) for _ in range(ROUNDS)]
    facts = {"group": "pages", "of": "planner"}
    asked, seen = zip(*rounds, strict=True)
    what = f"planner, click to picture: a week with {ALL} appointments"
    note(f"{what}, without the answer", min(whole - waited for whole, waited in asked), 400, **facts)
    note(f"{what}, with the answer of the local AWS", min(whole for whole, _ in asked), None, **facts)
    note("planner, click to picture: another view of that week", min(whole for whole, _ in seen), 400, **facts)
