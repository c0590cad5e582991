"""A week of 8 resources and 400 appointments. How quick it is on screen, `make bench` measures."""

import re

from playwright.sync_api import Page, expect

from chalicelib.domain.settings import Resource
from chalicelib.store import items
from chalicelib.store.models import AppointmentItem
from tests.builders import appointment, availability
from tests.site.helpers import OpenPage, moment
from tests.site.staff import event, go_to, requested, sign_in, two_cabins
from tests.site_of_tests import Site, TestBranch

RESOURCES, A_DAY, ALL = 8, 7, 400
SOON, AT_WORK = 5_000, 600_000
"""Milliseconds between looks while somebody works with the page, and how long after a touch that is."""


def full_branch(site: Site) -> TestBranch:
    """400 appointments of half an hour in the week after this one."""
    names = [f"cabin-{number}" for number in range(1, RESOURCES + 1)]
    branch = site.branch(
        availability("08:00-18:00", resources=tuple(names)),
        resources=tuple(Resource(id=name, name=name, released=True, order=place) for place, name in enumerate(names)),
    )
    monday = 7 - moment(0, 8).weekday()
    with AppointmentItem.batch_write() as batch:
        for day in range(7):
            for place, name in enumerate(names):
                for number in range(A_DAY + (1 if day == 0 else 0)):
                    start = int(moment(monday + day, 8 + number).timestamp()) // 60
                    made = appointment(
                        branch=branch.id, resource=name, start=start, end=start + 30, status="confirmed", type="appointment",
                        comment=None, name=f"Mustermann-{place}, Erika {number}",
                    )  # fmt: skip
                    batch.save(items.from_appointment(made))
    return branch


def test_a_full_week_of_all_resources_is_one_request_and_another_view_of_it_none(site: Site, open_page: OpenPage) -> None:
    page, asked = open_page(), list[str]()
    sign_in(page, site, full_branch(site))
    page.get_by_role("button", name="Woche, alle").click()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.on("request", lambda request: asked.append(request.url) if "/planner" in request.url else None)
    page.locator("button[aria-label=Weiter]").click()
    expect(page.locator(".overview .ev")).to_have_count(ALL)
    assert len(asked) == 1
    page.locator("#view-list").click()
    expect(page.locator(".list .ev-line")).to_have_count(ALL)
    page.locator("#view-all").click()
    expect(page.locator(".overview .ev")).to_have_count(ALL)
    assert len(asked) == 1


def test_a_planner_that_opens_asks_for_its_week_and_for_the_inbox_once(site: Site, page: Page) -> None:
    branch, asked = two_cabins(site), list[str]()
    requested(site, branch)
    page.on(
        "request", lambda request: asked.append(request.url.rpartition("/")[2]) if f"/{branch.id}/" in request.url else None
    )
    sign_in(page, site, branch)
    expect(page.locator("#inbox-link .count")).to_have_text("1")
    page.get_by_role("button", name="Woche, alle").click()
    page.locator("button[aria-label=Weiter]").click()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    weeks = [each for each in asked if each.startswith("planner")]
    assert len(weeks) == len(set(weeks)) == 2  # this week and, after the button, the next one
    assert asked.count("inbox") == 1


def test_what_others_do_appears_within_seconds_and_only_then_the_days_are_read_again(site: Site, page: Page) -> None:
    """Within a minute where nobody has touched the page for ten, and never while it is hidden."""
    branch, asked = two_cabins(site), list[str]()
    requested(site, branch)
    page.clock.install()
    sign_in(page, site, branch)
    go_to(page, moment(1, 9))
    expect(page.locator("#inbox-link .count")).to_have_text("1")
    page.on("request", lambda request: asked.append(request.url) if f"/{branch.id}/" in request.url else None)

    def looked(every: int) -> tuple[int, int]:
        """The status of one look, and how often the days were read after it."""
        asked.clear()
        with page.expect_response(lambda answer: answer.url.endswith("/inbox")) as looking:
            page.clock.run_for(every)
        looking.value.finished()
        page.evaluate("() => fetch(location.href).then(() => null)")  # the page has read the answer before that of a later one
        assert len([each for each in asked if each.endswith("/inbox")]) == 1
        return looking.value.status, len([each for each in asked if "/planner" in each])

    assert looked(SOON) == (304, 0)
    requested(site, branch, hour=11, last_name="Zweite")
    assert looked(SOON) == (200, 1)
    expect(event(page, "Zweite")).to_be_visible()
    expect(page.locator("#inbox-link .count")).to_have_text("2")
    assert [looked(SOON), looked(SOON)] == [(304, 1), (304, 0)]  # once more, since the index may have been late

    def looks() -> int:
        """How many there are in two minutes."""
        asked.clear()
        for _ in range(2 * 60_000 // SOON):
            page.clock.run_for(SOON)
            page.evaluate("() => fetch(location.href).then(() => null)")
        return len([each for each in asked if each.endswith("/inbox")])

    page.clock.run_for(AT_WORK)
    assert 1 <= looks() <= 3
    page.evaluate("() => Object.defineProperty(document, 'hidden', {get: () => window.isHidden, configurable: true})")
    page.evaluate("window.isHidden = true")
    page.clock.run_for(SOON)
    assert looks() == 0
    with page.expect_request("**/inbox"):
        page.evaluate("window.isHidden = false; document.dispatchEvent(new Event('visibilitychange'))")


def test_a_grid_that_may_be_old_says_from_when_it_is(site: Site, page: Page) -> None:
    branch = two_cabins(site)
    page.clock.install()
    sign_in(page, site, branch)
    expect(page.locator("#inbox-link .count")).to_be_attached()
    as_of = page.locator(".as-of")
    expect(as_of).to_be_hidden()
    page.route("**/inbox", lambda route: route.abort())
    page.clock.run_for(SOON)
    expect(as_of).to_contain_text(re.compile(r"Stand \d\d:\d\d"))
    page.unroute("**/inbox")
    page.clock.run_for(SOON)
    expect(as_of).to_be_hidden()
