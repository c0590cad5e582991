"""A week of 8 resources and 400 appointments on a slow machine."""

from playwright.sync_api import Page, expect

from chalicelib import wiring
from chalicelib.domain.appointment import Change, event_of
from chalicelib.domain.settings import Resource
from tests.builders import NOW, appointment, availability
from tests.site.helpers import OpenPage, moment
from tests.site.staff import sign_in
from tests.site_of_tests import Site, TestBranch

RESOURCES, A_DAY, EXTRA = 8, 7, 8
MILLISECONDS, ROUNDS = 1000, 5
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


def full_branch(site: Site) -> TestBranch:
    """400 appointments of half an hour in the week after this one."""
    names = [f"cabin-{number}" for number in range(1, RESOURCES + 1)]
    its = site.branch(
        availability("08:00-18:00", resources=tuple(names)),
        resources=tuple(Resource(id=name, name=name, released=True, order=place) for place, name in enumerate(names)),
    )
    monday = moment(7 - moment(0, 8).weekday(), 8)
    for day in range(7):
        for place, name in enumerate(names):
            for number in range(A_DAY + (1 if day == 0 else 0)):
                start = int(moment((monday - moment(0, 8)).days + day, 8 + number).timestamp()) // 60
                made = appointment(
                    branch=its.id, resource=name, start=start, end=start + 30, status="confirmed", type="appointment",
                    comment=None, name=f"Mustermann-{place}, Erika {number}",
                )  # fmt: skip
                wiring.store().write(Change(before=None, after=made, event=event_of(made, "booked", "test", NOW)))
    return its


def measured(page: Page, site: Site, branch: TestBranch) -> tuple[float, float]:
    """Milliseconds from the click to the picture: of another week, which is asked for, and of another view of the same."""
    sign_in(page, site, branch)
    page.get_by_role("button", name="Woche, alle").click()
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
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
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return found[0], found[1]


def test_a_full_week_of_all_resources_is_on_screen_within_a_second(site: Site, open_page: OpenPage) -> None:
    branch = full_branch(site)
    for _ in range(ROUNDS):  # what else this machine does only adds: one round within the budget shows that the page is
        found = measured(open_page(), site, branch)
        print("\nfull week: {:.0f} ms with the answer, {:.0f} ms without".format(*found))
        if max(found) <= MILLISECONDS:
            break
    assert max(found) <= MILLISECONDS
