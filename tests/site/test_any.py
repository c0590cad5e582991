"""Who does not mind where, or with whom: the week of whoever is free first, and which one it becomes (R35)."""

from dataclasses import replace

from playwright.sync_api import Page, expect

from chalicelib.domain.settings import Resource
from tests.builders import availability
from tests.site.helpers import HEARING_TEST, expect_received, fill, free, moment, send
from tests.site_of_tests import Site, TestBranch

CABINS = ("cabin-1", "cabin-2")
ANY = "Egal, Hauptsache bald"


def practice(site: Site) -> TestBranch:
    return site.branch(
        availability("08:00-18:00", resources=CABINS),
        resources=tuple(Resource(id=each, name=each.replace("cabin-", "Kabine "), released=True) for each in CABINS),
        templates=(replace(HEARING_TEST, resources=CABINS),),
    )


def test_who_does_not_mind_is_told_on_form_and_done_page_which_one_it_becomes(site: Site, page: Page) -> None:
    """Somebody is faster at both; the nearest time, the form after a reload, and the answer each name their own."""
    branch, start = practice(site), moment(2, 9)
    site.book(branch, start.isoformat(), resource="cabin-1", template=HEARING_TEST.id)
    page.goto(f"{site.url}/?a={branch.alias}")
    offers = page.locator(".offers button")
    expect(offers).to_have_text([ANY, "Kabine 1", "Kabine 2"])
    offers.first.click()
    expect(page.locator(".heading .lead")).to_contain_text(ANY)
    free(page, start).click()
    expect(page.locator(".chosen")).to_contain_text("Kabine 2")
    page.reload()
    expect(page.locator(".chosen")).to_contain_text("Kabine 2")
    fill(page)
    site.book(branch, start.isoformat(), resource="cabin-2", template=HEARING_TEST.id)
    send(page)
    page.locator(".alternatives button").first.click()
    expect(page.locator(".chosen")).to_contain_text("Kabine 1")
    send(page)
    expect_received(page)
    expect(page.locator(".done .moment")).to_contain_text("Kabine 1")
    page.reload()
    expect(page.locator(".done .moment")).to_contain_text("Kabine 1")


def test_a_link_opens_the_week_of_any_at_once_and_its_month(site: Site, page: Page) -> None:
    branch, asked = practice(site), list[str]()
    page.on("request", lambda request: asked.append(request.url) if "/slots" in request.url else None)
    page.goto(f"{site.url}/?a={branch.alias}&r=any&t={HEARING_TEST.id}")
    expect(free(page, moment(2, 9))).to_be_visible()
    assert len(asked) == 1
    page.get_by_role("button", name="Monat zeigen").click()
    expect(page.get_by_role("heading", level=1, name="Welcher Tag passt Ihnen?")).to_be_focused()
    expect(page.locator("terminwerk-month td button").first).to_be_visible()
