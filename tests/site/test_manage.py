"""The customer's own page of an appointment, and what is said where there is nothing to see."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.site.helpers import PRACTICE, book, link, moment
from tests.site_of_tests import Site


def test_the_customers_page_shows_the_appointment_and_how_to_change_it(site: Site, page: Page) -> None:
    start = moment(3, 9, 30)
    page.goto(book(page, site, site.branch(**PRACTICE), start))
    main = page.locator("main")
    expect(main).to_contain_text("Angefragt – noch nicht bestätigt")
    expect(main).to_contain_text(f"{start:%H:%M}\u00a0Uhr")
    expect(main).to_contain_text("Elbuferweg 12, 20457 Hamburg")
    expect(main).to_contain_text("Möchten Sie absagen oder verschieben?")
    expect(main.get_by_role("link", name="+49 40 66969 000")).to_have_attribute("href", "tel:+494066969000")
    expect(main.get_by_role("link", name="praxis@example.org")).to_have_attribute("href", "mailto:praxis@example.org")
    expect(main.get_by_role("link", name="Weiteren Termin anfragen")).to_be_visible()


def test_the_calendar_file_is_downloaded(site: Site, page: Page) -> None:
    page.goto(book(page, site, site.branch(), moment(3, 10)))
    with page.expect_download() as download:
        page.get_by_role("button", name="In meinen Kalender übernehmen").click()
    assert download.value.suggested_filename == "termin.ics"
    assert Path(download.value.path()).read_text().startswith("BEGIN:VCALENDAR")


def test_the_token_goes_into_a_header_of_our_own_api_and_nowhere_else(site: Site, page: Page) -> None:
    address = book(page, site, site.branch(), moment(3, 11))
    token = address.partition("#")[2]
    seen: list[tuple[str, bool]] = []

    def note(request: object) -> None:
        url, headers = request.url, request.headers  # type: ignore[attr-defined]
        seen.append((url, token in str(headers)))

    page.on("request", note)
    page.goto(address)
    expect(page.locator(".facts")).to_be_visible()
    assert [url.removeprefix(site.url) for url, carries in seen if carries] == ["/api/v1/appointment"]
    assert not any(token in url.partition("#")[0] for url, _ in seen)


@pytest.mark.parametrize("fragment", ["", "#nonsense", "#a.b", "#%"])
def test_a_bad_link_is_explained(site: Site, page: Page, fragment: str) -> None:
    page.goto(f"{site.url}/manage.html{fragment}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dieser Link gilt nicht")
    expect(page.locator("main")).to_contain_text("aus der E-Mail")


@pytest.mark.parametrize("query", ["a=nobody-0000", "a=%2F..%2Fhealth", "a=&r=cabin-1"])
def test_an_unknown_link_tells_how_else_to_reach_the_practice(site: Site, page: Page, query: str) -> None:
    page.goto(f"{site.url}/?{query}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Diese Seite gibt es nicht (mehr)")
    expect(page.locator("main")).to_contain_text("anrufen oder ihr schreiben")


def test_booking_switched_off_shows_phone_and_mail(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch(online=False, **PRACTICE)))
    expect(page.get_by_role("heading", level=1)).to_have_text("Zurzeit können Sie hier keine Termine buchen")
    expect(page.get_by_role("link", name="+49 40 66969 000")).to_be_visible()
    expect(page.get_by_role("link", name="praxis@example.org")).to_be_visible()


def test_what_the_practice_says_of_it_is_shown_line_by_line_and_never_as_markup(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch(online=False, offline_text="Wir ziehen um.\n<b>Bis bald!</b>", **PRACTICE)))
    expect(page.get_by_text("Wir ziehen um.\n<b>Bis bald!</b>", exact=True)).to_have_css("white-space", "pre-line")


def test_a_revoked_link_tells_how_to_reach_the_practice(site: Site, page: Page) -> None:
    branch = site.branch(**PRACTICE)
    revoked = replace(branch.settings.accesses[0], revoked_at=datetime.now(UTC))
    site.change(replace(branch.settings, accesses=(revoked,)))
    page.goto(link(site, branch))
    expect(page.get_by_role("link", name="+49 40 66969 000")).to_be_visible()
    expect(page.get_by_role("link", name="praxis@example.org")).to_be_visible()


def test_a_practices_logo_stands_beside_its_name(site: Site, page: Page) -> None:
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4H0z"/></svg>'
    logo = f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}"
    page.goto(link(site, site.branch(logo=logo)))
    picture = page.locator("header img")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("element => element.naturalWidth > 0 && element.getBoundingClientRect().height > 0")
    expect(page.locator("header")).to_contain_text("Hörakustik Elbufer")


@pytest.mark.parametrize("address", ["/", "/manage.html"])
def test_every_page_of_a_known_practice_shows_who_it_is(site: Site, page: Page, address: str) -> None:
    branch = site.branch(**PRACTICE)
    page.goto(link(site, branch) if address == "/" else book(page, site, branch, moment(3, 12)))
    footer = page.get_by_role("contentinfo")
    for name in ("+49 40 66969 000", "praxis@example.org", "Impressum", "Datenschutz", "Barrierefreiheit"):
        expect(footer.get_by_role("link", name=name)).to_be_visible()
    expect(footer).to_contain_text("Hörakustik Elbufer")
