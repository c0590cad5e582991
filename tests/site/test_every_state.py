"""Every state of the pages, wide and narrow: axe finds nothing, nothing sticks out, text is never fainter than it may be."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.languages import LANGUAGES
from tests.builders import availability
from tests.site.helpers import (
    FITTING,
    HEARING_TEST,
    NARROW,
    REACHED,
    TOLD,
    WIDE,
    OpenPage,
    contrast,
    expect_received,
    fill,
    link,
    moment,
    refuse,
    send,
    settled,
    times,
    worded,
)
from tests.site.looks import DESK, PHONE, SMALL, Size, axe_as_it_is, seen, sticking_out, wrong
from tests.site_of_tests import Site

BETWEEN: Size = (768, 900)


def states(page: Page, site: Site) -> Iterator[str]:
    """Leads a page through its states and names each."""
    branch = site.branch(
        required=("phone",),
        message_field=True,
        templates=(replace(HEARING_TEST, early=10, **TOLD),),
        languages=LANGUAGES,
    )
    yield from loading(page, link(site, branch))
    yield from choices(page, site)
    page.goto(link(site, branch))
    settled(page)
    yield "week"
    page.locator("#languages").click()
    yield "languages"
    yield from month(page)
    times(page).nth(0).click()
    yield "form"
    page.get_by_label(worded(page, "Ich frage für jemand anderen an")).check()
    page.get_by_label(worded(page, "E-Mail-Adresse"), exact=True).fill("jansen@gmial.com")
    send(page)
    expect(page.locator("#errors")).to_be_focused()
    yield "form with errors"
    yield from outcomes(page, site)
    yield from dead_ends(page, site)


def loading(page: Page, address: str) -> Iterator[str]:
    for part in ("access", "slots"):
        page.route("**/slots*" if part == "slots" else "**/access/*", lambda route: None)  # stays on its way
        page.goto(address)
        expect(page.locator("main h1.unseen" if part == "access" else "footer")).to_be_attached()
        yield f"loading {part}"
        page.unroute_all()


def choices(page: Page, site: Site) -> Iterator[str]:
    page.goto(link(site, site.branch(templates=(FITTING, HEARING_TEST), languages=LANGUAGES)))
    expect(page.get_by_role("button", name=re.compile("Anpassung|Fitting"))).to_be_visible()
    yield "kinds"
    for opens in (moment(40, 8), moment(400, 8)):
        page.goto(link(site, site.branch(availability("08:00-18:00", valid_from=opens.date()), languages=LANGUAGES)))
        expect(page.locator(".notice")).to_be_visible()
        yield f"empty week, free from {opens.date()}"
        page.get_by_role("button", name=worded(page, "Monat zeigen")).click()
        expect(page.locator("#month-shown")).to_be_visible()
        yield f"empty month, free from {opens.date()}"


def month(page: Page) -> Iterator[str]:
    page.route("**/days*", lambda route: route.abort())
    page.get_by_role("button", name=worded(page, "Monat zeigen")).click()
    expect(page.locator("#fault")).to_be_visible()
    yield "month without an answer"
    page.unroute_all()
    page.get_by_role("button", name=worded(page, "Noch einmal versuchen")).click()
    expect(page.locator("#month-shown")).to_be_visible()
    settled(page)
    yield "month"
    page.get_by_role("button", name=worded(page, "Späterer Monat")).click()
    settled(page)
    yield "another month"
    page.get_by_role("button", name=worded(page, "Zurück zur Woche")).click()
    settled(page)


def outcomes(page: Page, site: Site) -> Iterator[str]:
    page.get_by_label(worded(page, "Nachname der Person"), exact=True).fill("Petersen")
    page.get_by_role("textbox", name=worded(page, "Telefon")).fill("+49 40 66969 123")
    page.route("**/appointments", lambda route: route.abort())
    fill(page)
    send(page)
    expect(page.locator("#fault")).to_be_focused()
    yield "no answer"
    page.unroute_all()
    refuse(page, 429, {"code": "too_many_requests", "message": "", "contact": {"name": "Elbufer", **REACHED}})
    page.locator("#send").click()
    expect(page.locator("#fault").get_by_role("link")).to_have_count(2)
    yield "too many requests"
    alternatives = [{"start": moment(2, hour).isoformat(), "end": moment(2, hour, 30).isoformat()} for hour in range(9, 14)]
    page.unroute_all()
    refuse(page, 409, {"code": "slot_taken", "message": "", "alternatives": alternatives})
    page.locator("#send").click()
    settled(page)
    yield "lost race"
    page.unroute_all()
    page.locator(".alternatives button").first.click()
    send(page)
    expect_received(page)
    yield "done"
    page.get_by_role("button", name=worded(page, "Stimmt die E-Mail-Adresse nicht?")).click()
    page.get_by_label(worded(page, "E-Mail-Adresse"), exact=True).fill("")
    page.get_by_role("button", name=worded(page, "Adresse ändern")).click()
    expect(page.locator("#errors")).to_be_focused()
    yield "another address"
    page.goto(page.get_by_role("link", name=worded(page, "Ihren Termin ansehen")).get_attribute("href") or "")
    expect(page.locator(".facts")).to_be_visible()
    yield "manage"


def dead_ends(page: Page, site: Site) -> Iterator[str]:
    page.goto(f"{site.url}/manage.html#nonsense")
    expect(page.get_by_role("heading", name=worded(page, "Dieser Link gilt nicht"))).to_be_visible()
    yield "bad token"
    page.goto(f"{site.url}/?a=nobody-0000")
    settled(page)
    yield "unknown alias"
    page.goto(f"{site.url}/accessibility.html?a={site.branch(accessibility_url='').alias}")
    settled(page)
    yield "accessibility statement"
    page.route("**/access/*", lambda route: route.abort())
    page.goto(f"{site.url}/?a=nobody-0000")
    expect(page.locator("#fault")).to_be_visible()
    yield "no connection"
    page.unroute_all()


@pytest.mark.parametrize(
    ("locale", "scheme", "sizes"),
    [("de-DE", "light", (PHONE, BETWEEN, DESK)), ("ar", "dark", (DESK, PHONE))],
    ids=["German in the light", "Arabic in the dark"],
)
def test_axe_finds_nothing_and_nothing_sticks_out(
    site: Site, open_page: OpenPage, locale: str, scheme: str, sizes: tuple[Size, ...]
) -> None:
    """Colours are the same in both languages, and so is what else axe looks at in both schemes."""
    page = open_page(locale=locale, color_scheme=scheme, reduced_motion="reduce")
    found = seen(page, states(page, site), sizes, sticking_out, axe_as_it_is)
    assert not wrong(found), wrong(found)
    assert len(found) >= 20


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("accent", ["#ffee00", "#ffffff", "#000000", "#ff8fb1", "#767676"])
def test_text_keeps_its_contrast_on_any_accent(site: Site, page: Page, accent: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(link(site, site.branch(accent_colour=accent)))
    colours = "element => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor]"
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert contrast(*times(page).first.evaluate(colours)) >= 4.5, scheme
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert contrast(page.get_by_role("link", name="Impressum").evaluate(colours)[0], paper) >= 4.5, scheme
    times(page).first.click()
    send = page.get_by_role("button", name="Termin anfragen")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert contrast(*send.evaluate(colours)) >= 4.5, scheme


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_everything_to_press_is_at_least_48_pixels(site: Site, open_page: OpenPage, width: int) -> None:
    page = open_page(width=width)
    page.goto(link(site, site.branch()))
    settled(page)
    assert page.locator("button, summary, footer a").evaluate_all(SMALL) == []
    page.get_by_role("button", name="Monat zeigen").click()
    expect(page.locator("#month-shown")).to_be_visible()
    assert page.locator("button:not(.date), footer a").evaluate_all(SMALL) == []  # for the days see test_month
    page.get_by_role("button", name="Zurück zur Woche").click()
    times(page).first.click()
    assert page.locator("button, input:not([type=checkbox]), .box").evaluate_all(SMALL) == []
