"""Every state of the staff's own pages and dialogs, on desktop and tablet: axe finds nothing, nothing sticks out, everything
can be hit by a finger."""

import json
from collections.abc import Iterator
from itertools import chain

from playwright.sync_api import Page, expect

from tests.site.helpers import FITTING, ROOT, OpenPage, moment
from tests.site.looks import Size, resize, seen, size_of, sticking_out, wrong
from tests.site.staff import PASSWORD, dialog, requested, sign_in, two_cabins
from tests.site_of_tests import Site

TEXTS = ROOT / "static_site" / "texts" / "staff"
SMALL = """elements => elements.filter((each) => each.checkVisibility())
    .map((each) => [each.outerHTML, each.getBoundingClientRect()])
    .filter(([, {width, height}]) => height > 0 && (width < 40 || height < 40)).map(([html]) => html.slice(0, 200))"""
TO_HIT = "button:not(.ev, .more), select, input:not([type=checkbox], [type=radio]), summary, nav a"
DESK: Size = (1280, 800)
TABLET: Size = (820, 1180)
SMALL_PHONE: Size = (360, 740)
SIDEWAYS = """dialogs => dialogs.flatMap((each) => [each, ...each.querySelectorAll("*")])
    .filter((each) => each.scrollWidth > each.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(each).overflowX))
    .map((each) => `scrolls sideways: ${each.outerHTML.slice(0, 200)}`)"""


class Walk:
    """Leads a page through its states, by the texts of its language."""

    def __init__(self, page: Page, site: Site, language: str) -> None:
        self.page, self.site = page, site
        self.texts: dict[str, str] = json.loads((TEXTS / f"{language}.json").read_text())

    def press(self, key: str) -> None:
        (dialog(self.page) if self.page.get_by_role("dialog").count() else self.page).get_by_role(
            "button", name=self.texts[key], exact=True
        ).click()

    def choose(self, key: str) -> None:
        self.page.get_by_role("menuitem", name=self.texts[key], exact=True).click()

    def leave(self) -> None:
        """Closes the dialog on top."""
        count = self.page.get_by_role("dialog").count()
        self.page.keyboard.press("Escape")
        if self.page.get_by_role("dialog").count() == count:
            self.page.keyboard.press("Escape")  # something was typed
        expect(self.page.get_by_role("dialog")).to_have_count(count - 1)

    def states(self) -> Iterator[str]:
        yield from self.signing_in()
        yield from self.planner()
        yield from self.appointment()
        yield from self.made()
        yield from self.menus()
        yield from self.others()

    def planner(self) -> Iterator[str]:
        branch = two_cabins(self.site, templates=(FITTING,), message_field=True)
        requested(
            self.site, branch, template="fitting", phone="+49 171 3920 211", message="Bis dann", visitor_last_name="Petersen"
        )
        requested(self.site, branch, hour=12, template="fitting", in_writing=True, email="writing@example.org")
        sign_in(self.page, self.site, branch, ("admin",))
        self.page.get_by_label(self.texts["go_to_date"]).fill(f"{moment(1, 9):%Y-%m-%d}")
        yield from self.views()

    def signing_in(self) -> Iterator[str]:
        page = self.page
        page.goto(f"{self.site.url}/staff/sign-in.html?why=over")
        yield "sign in"
        page.get_by_label(self.texts["user_name"]).fill("nobody")
        page.get_by_label(self.texts["password"], exact=True).fill(PASSWORD)
        self.press("sign_in")
        expect(page.get_by_role("alert")).to_be_focused()
        yield "wrong password"
        self.press("forgot")
        yield "forgotten password"

    def views(self) -> Iterator[str]:
        for view in ("day", "week", "all", "list"):
            self.page.locator(f"#view-{view}").click()
            expect(self.page.locator(".ev:visible, .ev-line:visible").first).to_be_visible()
            yield view
        self.page.locator("#view-day").click()
        if self.page.locator(".inbox").is_hidden():
            self.page.locator("#inbox-link").click()
        expect(self.page.locator(".entry")).to_have_count(2)
        yield "inbox"
        self.press("wave")
        yield "wave"
        self.press("wave_count")
        expect(dialog(self.page).locator("button.danger")).to_be_visible()
        yield "wave, counted"
        self.leave()
        self.press("online_stop")
        yield "online requests"
        self.leave()

    def appointment(self) -> Iterator[str]:
        page = self.page
        page.locator(".entry .open").first.click()
        expect(dialog(page).locator(".comment")).to_be_visible()
        page.locator("details summary", has_text=self.texts["history"].split(" ")[0]).click()
        yield "details"
        for key in ("do_move", "do_declined", "do_tell"):
            self.press(key)
            expect(dialog(page).locator(".telling .message:not([aria-busy])")).to_be_visible()
            if key == "do_move":
                self.press("free_look")
                expect(dialog(page).locator(".chips button").first).to_be_visible()
            yield key
            self.leave()
        self.press("do_confirmed")
        expect(dialog(page).locator(".customer-choice")).to_be_visible()
        yield "customer"
        dialog(page).get_by_label(self.texts["label_email"], exact=True).fill("no address")
        self.press("go_on")
        expect(dialog(page).get_by_role("alert")).to_be_focused()
        yield "customer with errors"
        self.leave()
        self.leave()

    def made(self) -> Iterator[str]:
        page = self.page
        self.press("new_appointment")
        expect(dialog(page).locator(".starts button").first).to_be_visible()
        dialog(page).get_by_label(self.texts["series"]).check()
        yield "new appointment"
        dialog(page).get_by_label(self.texts["who"], exact=True).fill("Reihe")
        self.press("book")
        expect(dialog(page).locator(".outcomes, [role=alert]:visible").first).to_be_visible()
        yield "series checked"
        dialog(page).get_by_role("button", name=self.texts["book_free"].format(count=10)).or_(
            dialog(page).get_by_role("button", name=self.texts["book_free"].format(count=9))
        ).first.click()
        expect(dialog(page).locator("tr.booked").first).to_be_visible()
        yield "series booked"
        self.leave()
        self.press("more")
        yield "tools"
        self.choose("block")
        yield "block"
        self.leave()
        self.press("more")
        self.choose("ill")
        for key in ("span_from_date", "span_to_date"):
            dialog(page).get_by_label(self.texts[key]).fill(f"{moment(1, 9):%Y-%m-%d}")
        yield "ill"
        self.press("ill_show")
        dialog(page).get_by_label(self.texts["ill_all"]).select_option("cancel")
        expect(dialog(page).locator(".message:not([aria-busy])")).to_be_visible()
        yield "ill, appointments"
        dialog(page).get_by_label(self.texts["ill_all"]).select_option("keep")
        dialog(page).locator("button.main").click()
        expect(dialog(page).get_by_role("heading", name=self.texts["ill_done"])).to_be_visible()
        self.leave()
        self.press("more")
        self.choose("closings")
        expect(dialog(page).locator("table")).to_be_visible()
        yield "closings"
        dialog(page).locator("table button").click()
        self.press("reopen")
        expect(page.get_by_role("dialog")).to_have_count(0)

    def menus(self) -> Iterator[str]:
        page = self.page
        page.locator(".ev:visible").first.click(button="right")
        expect(page.get_by_role("menu")).to_be_visible()
        yield "menu of an appointment"
        page.keyboard.press("Escape")
        page.locator("#view-all").click()
        page.locator("td[data-resource=cabin-2]").first.click()
        dialog(page).get_by_label(self.texts["who"], exact=True).fill("Erika Neu")
        expect(dialog(page).get_by_role("option")).to_have_count(2)
        yield "quick form"
        dialog(page).get_by_role("option").first.click()
        yield "quick form, somebody new"

    def others(self) -> Iterator[str]:
        page = self.page
        self.press("hours")
        expect(dialog(page).locator(".row")).to_be_visible()
        yield "hours"
        self.leave()
        page.keyboard.press("?")
        yield "help"
        self.leave()
        page.locator(".menu summary").click()
        yield "menu of the user"
        self.press("factor")
        expect(dialog(page).locator(".qr")).to_be_visible()
        yield "second factor"
        self.leave()
        page.locator(".menu summary").click()
        self.press("lock_now")
        expect(page.get_by_role("dialog")).to_be_visible()
        yield "locked"


def look(page: Page) -> list[str]:
    """On a phone only whether a dialog has to be scrolled sideways."""
    if size_of(page) == SMALL_PHONE:
        wide: list[str] = page.locator("dialog[open], [role=dialog]").evaluate_all(SIDEWAYS)
        return wide
    small = [f"small: {each}" for each in page.locator(TO_HIT).evaluate_all(SMALL)]
    return small + sticking_out(page)


def test_axe_finds_nothing_in_any_state(site: Site, open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")
    resize(page, DESK)
    found = seen(page, Walk(page, site, "de").states(), (DESK, TABLET, SMALL_PHONE), look)
    assert not wrong(found), wrong(found)
    assert len(found) >= 30


def test_axe_finds_nothing_in_a_planner_that_began_on_a_tablet(site: Site, open_page: OpenPage) -> None:
    """It begins without the inbox, and its menus open where there is room."""
    page = open_page(width=TABLET[0], locale="en-GB", reduced_motion="reduce")
    resize(page, TABLET)
    walk = Walk(page, site, "en")
    found = seen(page, chain(walk.signing_in(), walk.planner(), walk.menus()), [TABLET], look)
    assert not wrong(found), wrong(found)
    assert len(found) == 14


def test_both_languages_have_the_same_texts_and_the_same_gaps() -> None:
    def gaps(text: str) -> list[str]:
        return sorted(part.split("}")[0] for part in text.split("{")[1:])

    for german in TEXTS.glob("*de.json"):
        ours = json.loads(german.read_text())
        theirs = json.loads(german.with_name(german.name.replace("de.json", "en.json")).read_text())
        assert {key: gaps(text) for key, text in ours.items()} == {key: gaps(text) for key, text in theirs.items()}, german.name
