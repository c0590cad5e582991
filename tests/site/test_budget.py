"""What the booking page may cost: bytes, requests, and time on a slow phone."""

from typing import Any

from playwright.sync_api import Page

from tests.site.helpers import OpenPage, link, settled, times
from tests.site_of_tests import Site

BYTES, REQUESTS, LCP, TBT, SHIFT = 30 * 1024, 6, 900, 100, 0.1
ROUNDS = 5
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
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


def measure(page: Page, address: str) -> dict[str, Any]:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if request.url.startswith("http") else None)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(OBSERVE)
    page.goto(address)
    settled(page)
    times(page).first.wait_for()
    page.wait_for_timeout(500)
    session.send(
        "Emulation.setCPUThrottlingRate", {"rate": 1}
    )  # slowing down is done by spinning: the next round would feel it
    measured: dict[str, Any] = page.evaluate("measured")
    return {**measured, "bytes": page.evaluate(TRANSFERRED), "requests": requests}


def within(found: dict[str, Any]) -> bool:
    return bool(found["lcp"] <= LCP and found["tbt"] <= TBT)


def test_the_booking_page_is_light_and_quick_on_a_slow_phone(site: Site, open_page: OpenPage) -> None:
    address = link(site, site.branch())
    for _ in range(ROUNDS):  # whatever else this machine does only adds: one round within the budget shows that the page is
        found = measure(open_page(width=390), address)
        size, requests = found["bytes"], found["requests"]
        report = "\nbooking page: {bytes} bytes, {asked} requests, LCP {lcp:.0f} ms, TBT {tbt:.0f} ms, shift {shift:.3f}"
        print(report.format(**found, asked=len(requests)))
        if within(found):
            break
    assert size <= BYTES
    assert len(requests) <= REQUESTS
    assert len([url for url in requests if "/slots" in url]) == 1
    assert found["lcp"] <= LCP
    assert found["tbt"] <= TBT
    assert found["shift"] <= SHIFT
