"""The customer's own page of an appointment, and what is said where there is nothing to see."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib.domain.languages import LANGUAGES
from tests.builders import PICTURE, availability
from tests.site.helpers import (
    HEARING_TEST,
    PRACTICE,
    TOLD,
    OpenPage,
    book,
    free,
    language_of,
    link,
    moment,
    settled,
    spoken,
    times,
    worded,
)
from tests.site.looks import DESK, PHONE, seen, wrong
from tests.site_of_tests import Site, TestBranch, token_of


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


def own(site: Site, branch: TestBranch, start: datetime, **fields: object) -> str:
    """The address of the customer's page of an appointment made over HTTP."""
    address: str = site.book(branch, start.isoformat(), **({"language": "de"} | fields))["manage_url"]
    return address


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=worded(page, name), exact=True).click()


def said(page: Page) -> Locator:
    """What has come of what the customer did."""
    return page.locator(".done-note")


def state(page: Page, text: str) -> None:
    expect(page.locator(".status")).to_contain_text(text)


def test_opening_the_page_asks_and_posts_nothing(site: Site, page: Page) -> None:
    methods: list[str] = []
    page.on("request", lambda request: methods.append(request.method))
    page.goto(own(site, site.branch(), moment(3, 9)))
    expect(page.locator(".facts")).to_be_visible()
    assert set(methods) == {"GET"}


def test_an_appointment_is_cancelled_once_that_is_confirmed(site: Site, page: Page) -> None:
    page.goto(own(site, site.branch(), moment(3, 9)))
    press(page, "Termin absagen")
    expect(heading(page)).to_have_text("Termin absagen?")
    expect(heading(page)).to_be_focused()
    expect(page.locator(".moment")).to_contain_text("09:00")
    press(page, "Ja, Termin absagen")
    expect(said(page)).to_have_text("Ihr Termin ist abgesagt. Die Praxis weiß Bescheid.")
    expect(heading(page)).to_be_focused()
    state(page, "Abgesagt")
    expect(page.get_by_role("button", name="Termin verschieben")).to_have_count(0)
    page.reload()
    state(page, "Abgesagt")


def test_who_thinks_again_keeps_the_appointment(site: Site, page: Page) -> None:
    page.goto(own(site, site.branch(), moment(3, 9)))
    press(page, "Termin absagen")
    press(page, "Nein, Termin behalten")
    expect(heading(page)).to_have_text("Ihr Termin")
    press(page, "Termin absagen")
    page.go_back()
    expect(heading(page)).to_have_text("Ihr Termin")
    state(page, "Angefragt")


def test_an_appointment_is_moved_to_a_time_of_the_week(site: Site, page: Page) -> None:
    branch = site.branch()
    page.goto(own(site, branch, moment(3, 9)))
    press(page, "Termin verschieben")
    expect(heading(page)).to_have_text("Wann möchten Sie stattdessen kommen?")
    expect(heading(page)).to_be_focused()
    expect(page.get_by_text(f"{spoken(moment(3, 9))}, vergeben")).to_be_attached()
    free(page, moment(4, 10, 30)).click()
    expect(heading(page)).to_have_text("Termin verschieben?")
    expect(page.locator(".facts")).to_contain_text("10:30")
    press(page, "Ja, verschieben")
    expect(said(page)).to_contain_text("Ihr Termin ist verschoben.")
    expect(page.locator(".facts strong").first).to_contain_text(spoken(moment(4, 10, 30)).rpartition(",")[0])
    expect(page.locator(".facts strong").first).to_contain_text("10:30")


def test_another_time_may_be_chosen_before_it_is_confirmed_and_the_week_stays(site: Site, page: Page) -> None:
    page.goto(own(site, site.branch(), moment(3, 9)))
    press(page, "Termin verschieben")
    press(page, "Spätere Woche")
    settled(page)
    free(page, moment(11, 9)).click()
    press(page, "Andere Zeit wählen")
    free(page, moment(11, 9, 30)).click()
    expect(page.locator(".facts")).to_contain_text("09:30")


def test_the_month_leads_to_a_day_to_move_to(site: Site, page: Page) -> None:
    page.goto(own(site, site.branch(), moment(3, 9)))
    press(page, "Termin verschieben")
    press(page, "Monat zeigen")
    settled(page)
    press(page, "Späterer Monat")
    settled(page)
    page.locator("terminwerk-month td button").first.click()
    settled(page)
    times(page).first.click()
    press(page, "Ja, verschieben")
    expect(said(page)).to_contain_text("Ihr Termin ist verschoben.")


def test_a_time_that_somebody_took_meanwhile_leaves_the_appointment_and_offers_others(site: Site, page: Page) -> None:
    branch = site.branch()
    page.goto(own(site, branch, moment(3, 9)))
    press(page, "Termin verschieben")
    free(page, moment(3, 11)).click()
    site.book(branch, moment(3, 11).isoformat())
    press(page, "Ja, verschieben")
    expect(page.locator("#lost")).to_contain_text("Diese Zeit ist leider nicht mehr frei. Ihr Termin ist unverändert.")
    expect(free(page, moment(3, 11))).to_have_count(0)
    page.locator(".alternatives button").first.click()
    press(page, "Ja, verschieben")
    expect(said(page)).to_contain_text("Ihr Termin ist verschoben.")


def test_past_the_cut_off_the_page_tells_how_to_reach_the_practice_and_still_cancels(site: Site, page: Page) -> None:
    page.goto(own(site, site.branch(cut_off_hours=720, **PRACTICE), moment(3, 9)))
    change = page.locator(".change")
    expect(change).to_contain_text("Verschieben konnten Sie den Termin hier bis")
    expect(change.get_by_role("button")).to_have_text(["Termin absagen"])
    expect(change.get_by_role("link", name="praxis@example.org")).to_have_attribute("href", "mailto:praxis@example.org")
    expect(change.get_by_role("link", name="+49 40 66969 000")).to_be_visible()
    press(page, "Termin absagen")
    expect(page.locator(".notice")).to_contain_text("die Praxis sieht, dass es spät war")
    press(page, "Ja, Termin absagen")
    state(page, "Abgesagt")


def test_what_was_decided_meanwhile_is_shown_instead_of_an_error(site: Site, page: Page) -> None:
    """The cut-off passes while the customer looks at the week."""
    branch = site.branch(**PRACTICE)
    page.goto(own(site, branch, moment(3, 9)))
    press(page, "Termin verschieben")
    free(page, moment(3, 11)).click()
    settings = branch.settings
    site.change(replace(settings, branch=replace(settings.branch, cut_off_hours=720)))
    press(page, "Ja, verschieben")
    expect(said(page)).to_contain_text("Das ging nicht mehr")
    expect(page.locator(".change")).to_contain_text("Verschieben konnten Sie den Termin hier bis")


def test_an_answer_that_is_lost_is_asked_for_again_and_nothing_is_done_twice(site: Site, page: Page) -> None:
    page.goto(own(site, site.branch(), moment(3, 9)))
    press(page, "Termin absagen")
    page.route("**/cancel", lambda route: (route.fetch(), route.abort()))  # it was done, and nobody heard
    press(page, "Ja, Termin absagen")
    expect(page.locator("#fault")).to_be_focused()
    page.unroute_all()
    press(page, "Noch einmal versuchen")
    expect(said(page)).to_contain_text("Ihr Termin ist abgesagt.")


def test_the_page_works_after_online_booking_was_switched_off(site: Site, page: Page) -> None:
    branch = site.branch()
    address = own(site, branch, moment(3, 9))
    site.change(replace(branch.settings, branch=replace(branch.settings.branch, online=False)))
    page.goto(address)
    press(page, "Termin verschieben")
    free(page, moment(3, 10)).click()
    press(page, "Ja, verschieben")
    expect(said(page)).to_contain_text("Ihr Termin ist verschoben.")


def test_erasing_warns_that_the_appointment_goes_with_it_and_the_link_tells_of_it(site: Site, page: Page) -> None:
    page.goto(own(site, site.branch(), moment(3, 9)))
    press(page, "Meine Daten löschen")
    expect(heading(page)).to_have_text("Ihre Daten löschen?")
    expect(page.locator(".fault")).to_contain_text("Damit wird auch Ihr Termin abgesagt")
    expect(page.locator(".fault")).to_contain_text("09:00")
    press(page, "Ja, absagen und löschen")
    expect(said(page)).to_contain_text("Ihre Daten zu diesem Termin sind gelöscht.")
    page.reload()
    state(page, "Abgesagt")
    expect(page.locator("main")).to_contain_text("Ihre Daten zu diesem Termin sind gelöscht.")
    expect(page.get_by_role("button", name="Meine Daten")).to_have_count(0)


def test_the_data_is_downloaded_as_a_file(site: Site, page: Page) -> None:
    page.goto(own(site, site.branch(), moment(3, 9)))
    with page.expect_download() as download:
        press(page, "Meine Daten herunterladen")
    assert download.value.suggested_filename == "meine-daten.json"
    kept = json.loads(Path(download.value.path()).read_text())
    assert kept["request"]["last_name"] == "Mustermann"


def test_reminders_are_stopped_with_one_press_on_the_way_that_the_stop_link_leads(site: Site, page: Page) -> None:
    address = own(site, site.branch(), moment(3, 9), remind=True)
    page.goto(address.replace("manage.html", "manage.html?stop"))
    expect(page.get_by_role("heading", name="Erinnerung")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(said(page)).to_have_text("Wir erinnern Sie nicht mehr an diesen Termin.")
    expect(page.get_by_role("button", name="Nicht mehr erinnern")).to_have_count(0)


def test_an_appointment_is_moved_with_the_keyboard_alone(site: Site, page: Page) -> None:
    page.goto(own(site, site.branch(availability("09:00-10:00")), moment(3, 9)))

    def reach(name: str) -> None:
        """Tabs until a button has the focus, as one who cannot see the page would."""
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("(document.activeElement.ariaLabel ?? document.activeElement.textContent).trim()").startswith(
                name
            ):
                return page.keyboard.press("Enter")
        raise AssertionError(f"{name} was not reached")

    expect(page.locator(".facts")).to_be_visible()
    reach("Termin verschieben")
    times(page).first.wait_for()
    settled(page)
    reach(f"{spoken(moment(3, 9, 30))}, frei")
    reach("Ja, verschieben")
    expect(said(page)).to_contain_text("Ihr Termin ist verschoben.")
    expect(page.locator("[role=status].unseen")).to_contain_text("Ihr Termin ist verschoben.")


def test_the_customers_page_speaks_english(site: Site, open_page: OpenPage) -> None:
    page = open_page(locale="en-GB")
    page.goto(own(site, site.branch(), moment(3, 9), language="en"))
    press(page, "Cancel appointment")
    expect(heading(page)).to_have_text("Cancel the appointment?")
    press(page, "Deutsch")
    expect(heading(page)).to_have_text("Termin absagen?")
    press(page, "English")
    press(page, "Yes, cancel it")
    expect(said(page)).to_have_text("Your appointment is cancelled. The practice has been told.")


def states(page: Page, site: Site) -> Iterator[str]:
    """Leads the customer's page through its states and names each."""
    branch = site.branch(templates=(replace(HEARING_TEST, early=10, **TOLD),), languages=LANGUAGES, **PRACTICE)
    address = own(site, branch, moment(3, 9), remind=True, template="hearing-test", language=language_of(page))
    page.goto(address)
    expect(page.locator(".facts")).to_be_visible()
    yield "appointment"
    press(page, "Termin absagen")
    yield "cancelling"
    page.route("**/cancel", lambda route: route.abort())
    press(page, "Ja, Termin absagen")
    expect(page.locator("#fault")).to_be_focused()
    yield "no answer"
    page.unroute_all()
    press(page, "Nein, Termin behalten")
    press(page, "Meine Daten löschen")
    yield "erasing"
    press(page, "Nein, nichts löschen")
    press(page, "Termin verschieben")
    times(page).first.wait_for()
    settled(page)
    yield "week"
    press(page, "Monat zeigen")
    expect(page.locator("#month-shown")).to_be_visible()
    settled(page)
    yield "month"
    press(page, "Zurück zur Woche")
    settled(page)
    free(page, moment(3, 11)).click()
    yield "moving"
    site.book(branch, moment(3, 11).isoformat(), template="hearing-test")
    press(page, "Ja, verschieben")
    expect(page.locator("#lost")).to_be_visible()
    settled(page)
    yield "lost"
    page.locator(".alternatives button").first.click()
    press(page, "Ja, verschieben")
    expect(said(page)).to_be_visible()
    yield "moved"
    press(page, "Meine Daten löschen")
    press(page, "Ja, absagen und löschen")
    expect(said(page)).to_be_visible()
    yield "erased"
    page.goto(
        own(site, site.branch(cut_off_hours=720, languages=LANGUAGES, **PRACTICE), moment(3, 9), language=language_of(page))
    )
    press(page, "Termin absagen")
    yield "cancelling late"


def test_axe_finds_nothing_on_the_customers_page_and_nothing_sticks_out_or_is_too_small(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page(reduced_motion="reduce")
    found = seen(page, states(page, site), (PHONE, DESK))
    assert not wrong(found), wrong(found)
    assert len(found) == 11


@pytest.mark.parametrize("where", ["done", "manage"])
def test_the_calendar_gets_a_file_or_an_entry_without_treatment_and_person(site: Site, page: Page, where: str) -> None:
    start = moment(3, 10)
    address = book(page, site, site.branch(templates=(HEARING_TEST,)), start)
    if where == "manage":
        page.goto(address)
    with page.expect_download() as download:
        page.get_by_role("button", name="In meinen Kalender übernehmen").click()
    assert download.value.suggested_filename == "termin.ics"
    assert Path(download.value.path()).read_text().startswith("BEGIN:VCALENDAR")
    begins = f"{start.astimezone(UTC):%Y-%m-%dT%H:%M}:00Z"
    for name, text, begin in (("Google", "text", "dates"), ("Outlook", "subject", "startdt")):
        entry = page.locator("main a", has_text=name)
        expect(entry).to_have_attribute("target", "_blank")
        expect(entry).to_have_attribute("rel", "noopener")
        query = dict(parse_qsl(urlsplit(entry.get_attribute("href") or "").query))
        assert query[text] == "Angefragt: Termin bei Hörakustik Elbufer"
        assert query[begin].replace("-", "").replace(":", "").startswith(begins.replace("-", "").replace(":", ""))
        told = " ".join(query.values())
        assert [word for word in ("Hörtest", "Jansen", token_of(address)) if word in told] == []


def test_the_token_goes_into_a_header_of_our_own_api_and_nowhere_else(site: Site, page: Page) -> None:
    address = book(page, site, site.branch(), moment(3, 11))
    token = token_of(address)
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


@pytest.mark.parametrize("behind", [".", ")", ">", "%20", "\u200b", "&utm_source=x", "&a=nobody&b"])
def test_what_a_mail_program_has_put_behind_a_link_is_cut_off(site: Site, page: Page, behind: str) -> None:
    address, _, token = own(site, site.branch(), moment(3, 9)).partition("#")
    page.goto(f"{address}#{token.partition('&')[0]}{behind}")
    state(page, "Angefragt")


def test_a_link_that_opens_nothing_any_more_still_shows_practice_phone_and_free_times(site: Site, page: Page) -> None:
    branch = site.branch(**PRACTICE)
    page.goto(f"{site.url}/manage.html#{'0' * 32}.{'0' * 43}&a={branch.alias}")
    expect(heading(page)).to_have_text("Dieser Link gilt nicht")
    expect(page.locator("header")).to_contain_text("Hörakustik Elbufer")
    expect(page.locator("main").get_by_role("link", name=PRACTICE["phone"])).to_be_visible()
    page.get_by_role("link", name="Freie Zeiten ansehen").click()
    expect(free(page, moment(1, 9))).to_be_visible()


def test_a_cut_link_of_a_practice_that_takes_no_requests_shows_its_phone(site: Site, page: Page) -> None:
    branch = site.branch(online=False, **PRACTICE)
    page.goto(f"{site.url}/manage.html#{'0' * 20}&a={branch.alias}")
    expect(page.locator("main").get_by_role("link", name=PRACTICE["phone"])).to_be_visible()
    expect(page.get_by_role("link", name="Freie Zeiten ansehen")).to_have_count(0)


@pytest.mark.parametrize("name", ["index", "manage"])
@pytest.mark.parametrize("where", ["noscript", ".unloaded"])
def test_who_cannot_see_the_page_reads_where_the_practices_number_is(
    name: str, where: str, site: Site, open_page: OpenPage
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{site.url}/{name}.html")
    place = page.locator(where)
    assert "Telefonnummer und E-Mail-Adresse der Praxis stehen" in (place.text_content() or "")
    assert "phone number and e-mail address are" in (place.text_content() or "")


@pytest.mark.parametrize("behind", [".", ")", "%3E", "%20", "%E2%80%8B"])
def test_what_stands_behind_a_booking_link_is_cut_off(site: Site, page: Page, behind: str) -> None:
    branch = site.branch()
    for address in (f"{site.url}/?a={branch.alias}{behind}", link(site, branch, behind)):
        page.goto(address)
        expect(free(page, moment(1, 9))).to_be_visible()


@pytest.mark.parametrize("query", ["a=nobody-0000", "a=%2F..%2Fhealth", "a=&r=cabin-1"])
def test_an_unknown_link_tells_how_else_to_reach_the_practice(site: Site, page: Page, query: str) -> None:
    page.goto(f"{site.url}/?{query}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Diese Seite gibt es nicht (mehr)")
    expect(page.locator("main")).to_contain_text("anrufen oder ihr schreiben")


def test_booking_switched_off_shows_phone_and_mail(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch(online=False, **PRACTICE)))
    expect(page.get_by_role("heading", level=1)).to_have_text("Zurzeit können Sie hier keine Termine anfragen")
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
    logo = f"data:image/png;base64,{base64.b64encode(PICTURE).decode()}"
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
