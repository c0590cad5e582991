"""A week of 8 resources and 400 appointments. How quick it is on screen, `make bench` measures."""

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.settings import Resource
from chalicelib.store import items
from chalicelib.store.models import AppointmentItem
from tests.builders import appointment, availability
from tests.site.helpers import OpenPage, moment
from tests.site.staff import requested, sign_in, two_cabins
from tests.site_of_tests import Site, TestBranch

RESOURCES, A_DAY, ALL = 8, 7, 400


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


@pytest.mark.parametrize(("name", "every"), [("inbox", 15_000), ("planner", 60_000)])
def test_what_is_looked_at_again_comes_once_it_has_changed(site: Site, page: Page, name: str, every: int) -> None:
    branch = two_cabins(site)
    requested(site, branch)
    page.clock.install()
    sign_in(page, site, branch)
    expect(page.locator("#inbox-link .count")).to_have_text("1")

    def looked() -> int:
        with page.expect_response(lambda answer: f"/{branch.id}/{name}" in answer.url) as looking:
            page.clock.run_for(every)
        looking.value.finished()
        page.evaluate("() => fetch(location.href).then(() => null)")  # the page has read the answer before that of a later one
        return looking.value.status

    assert looked() == 304
    expect(page.locator("#inbox-link .count")).to_have_text("1")
    requested(site, branch, hour=11)
    assert looked() == 200
    expect(page.locator("#inbox-link .count")).to_have_text("2")
    assert looked() == 304
