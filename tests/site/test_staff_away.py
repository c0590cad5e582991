"""Who is away looks away, in every view of the planner and on paper."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.settings import TYPES, AvailabilityType, DateException, Resource
from tests.builders import EVERY_DAY, absence, availability
from tests.site.helpers import OpenPage, moment
from tests.site.staff import go_to, sign_in, to_view
from tests.site_of_tests import Site, TestBranch

ILL = AvailabilityType(id="ill", name={"de": "Krank", "en": "Ill"}, effect="closes")
MONDAY = 7 - moment(0, 9).weekday()
DAY = moment(MONDAY + 1, 9)
"""The Tuesday of next week, when the first cabin is away all day."""

ON_TOP = """([time, column]) => {
    const first = Number(document.querySelector(".ec-body .ec-slot time").dateTime.slice(11, 13)) * 60;
    const day = document.querySelectorAll(".ec-body .ec-day")[column];
    day.scrollIntoView({block: "nearest", inline: "center"});
    const box = day.getBoundingClientRect();
    const marked = [...document.querySelectorAll(".ec-bg-event")];
    marked.forEach((each) => (each.style.pointerEvents = "auto"));
    const found = document.elementsFromPoint(box.left + box.width / 2, box.top + (time - first) * 44 / 30 + 12);
    marked.forEach((each) => (each.style.pointerEvents = ""));
    const top = found.map((each) => each.closest(".ec-bg-event")).find(Boolean);
    return top ? [...top.classList].find((name) => ["opens", "closes"].includes(name)) : "nothing";
}"""
"""What is painted over all else at a minute of the day in a column."""


@pytest.fixture
def branch(site: Site) -> TestBranch:
    day = DAY.date()
    cabins = tuple(Resource(id=f"cabin-{number}", name=f"Kabine {number}", released=True, order=number) for number in (1, 2))
    both = tuple(each.id for each in cabins)
    return site.branch(
        availability("08:00-18:00", resources=both, weekdays=EVERY_DAY),
        absence("12:00-13:00", resources=both),
        availability("00:00-24:00", type="ill", valid_from=day, valid_until=day),
        resources=cabins,
        types=(*TYPES, ILL),
        exceptions=(DateException(resource="cabin-2", day=day + timedelta(days=1)),),
        holidays=frozenset({day + timedelta(days=2)}),
    )


def show(page: Page, site: Site, branch: TestBranch, view: str) -> None:
    sign_in(page, site, branch)
    go_to(page, DAY)
    to_view(page, view)
    expect(page.locator(f"#view-{view}")).to_have_attribute("aria-pressed", "true")


def cell(page: Page, resource: str, day: date) -> str:
    return page.locator(f"td[data-resource={resource}][data-date='{day}'] .open").inner_text()


@pytest.mark.parametrize("width", [1280, 360])
def test_in_the_day_an_absence_lies_over_the_hours_and_leaves_the_lunch_break(
    site: Site, open_page: OpenPage, branch: TestBranch, width: int
) -> None:
    page = open_page(width=width)
    page.set_viewport_size({"width": width, "height": 1800})  # all of the day is in sight
    show(page, site, branch, "day")
    expect(page.locator(".ec .why", has_text="Krank")).to_have_text("Krank, Kabine 1, ganztägig")
    away, there = ([page.evaluate(ON_TOP, [minute, column]) for minute in (540, 720, 780)] for column in (0, 1))
    assert (away, there) == (["closes"] * 3, ["opens", "closes", "opens"])


@pytest.mark.parametrize("width", [1280, 360])
def test_in_the_week_a_day_away_a_holiday_and_the_lunch_break_lie_over_the_hours(
    site: Site, open_page: OpenPage, branch: TestBranch, width: int
) -> None:
    page = open_page(width=width)
    page.set_viewport_size({"width": width, "height": 1800})
    show(page, site, branch, "week")
    expect(page.locator(".ec .why", has_text="Krank")).to_be_attached()
    assert [page.evaluate(ON_TOP, [540, column]) for column in range(4)] == ["opens", "closes", "opens", "closes"]
    assert [page.evaluate(ON_TOP, [720, column]) for column in range(4)] == ["closes"] * 4
    page.get_by_label("Ressource").select_option("Kabine 2")
    expect(page.locator(".ec .why", has_text="Ausnahme")).to_have_text("geschlossen (Ausnahme), Kabine 2, ganztägig")
    assert [page.evaluate(ON_TOP, [540, column]) for column in range(4)] == ["opens", "opens", "closes", "closes"]


def test_in_the_week_of_all_absences_are_left_out_of_the_hours_and_a_closed_day_says_why(
    site: Site, page: Page, branch: TestBranch
) -> None:
    show(page, site, branch, "all")
    days = [DAY.date() + timedelta(days=offset) for offset in range(3)]
    split = "08:00–12:00, 13:00–18:00"
    assert [cell(page, "cabin-1", day) for day in days] == ["Krank", split, "Feiertag"]
    assert [cell(page, "cabin-2", day) for day in days] == [split, "geschlossen (Ausnahme)", "Feiertag"]


def test_the_list_says_for_each_day_who_is_away(site: Site, page: Page, branch: TestBranch) -> None:
    show(page, site, branch, "list")
    days = page.locator(".list section")
    expect(days.nth(1).locator(".away")).to_have_text(["Krank, ganztägig: Kabine 1", "Abwesenheit, 12:00–13:00: alle"])
    expect(days.nth(2).locator(".away").first).to_have_text("geschlossen (Ausnahme), ganztägig: Kabine 2")
    expect(days.nth(3).locator(".away").first).to_have_text("Feiertag, ganztägig: alle")


@pytest.mark.parametrize("width", [1280, 390])
def test_in_each_view_and_on_paper_a_day_away_is_read_with_its_reason(
    site: Site, open_page: OpenPage, branch: TestBranch, width: int
) -> None:
    page = open_page(width=width)
    show(page, site, branch, "day")

    def read(place: str) -> str:
        expect(page.locator(place)).to_contain_text("Krank")
        return page.locator(place).aria_snapshot().replace(" ,", ",")

    heard = {}
    for view, place in {"day": "#grid", "week": "#grid", "all": ".overview", "list": ".list"}.items():
        to_view(page, view)
        heard[view] = read(place)
    page.evaluate("() => { window.print = () => {}; }")
    page.get_by_role("button", name="Mehr", exact=True).click()
    page.get_by_role("menuitem", name="Liste drucken", exact=True).click()
    page.get_by_role("dialog").get_by_label("Kabine 2").uncheck()
    page.get_by_role("dialog").get_by_role("button", name="Drucken", exact=True).click()
    page.emulate_media(media="print")
    heard["paper"] = read(".paper")
    for view in ("day", "week"):
        assert "Krank, Kabine 1, ganztägig" in heard[view]
    [cabin, *_] = [line for line in heard["all"].splitlines() if 'row "Kabine 1' in line]
    assert "Krank" in cabin
    for view in ("list", "paper"):
        assert "Krank, ganztägig: Kabine 1" in heard[view]
    assert "Kabine 2" not in heard["paper"]
