"""A week of 8 resources and 400 appointments. How quick it is on screen, `make bench` measures."""

from playwright.sync_api import expect

from chalicelib.domain.settings import Resource
from chalicelib.store import items
from chalicelib.store.models import AppointmentItem
from tests.builders import appointment, availability
from tests.site.helpers import OpenPage, moment
from tests.site.staff import sign_in
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
