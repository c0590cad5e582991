"""The form: what is asked, what is said about mistakes, what becomes of strange input."""

import re

import msgspec
import pytest
from playwright.sync_api import Page, expect

from chalicelib.api.callback_schemas import CallbackRequest
from chalicelib.api.schemas import AppointmentRequest
from tests.site.helpers import ROOT, OpenPage, expect_received, fill, moment, open_form, part, send
from tests.site_of_tests import Site


def test_mistakes_are_listed_on_top_and_lead_to_their_fields(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    page.get_by_label("E-Mail-Adresse").fill("jansen@")
    send(page)
    expect(page.locator("#errors")).to_be_focused()
    expect(page).to_have_title("Fehler: Ihre Angaben – Hörakustik Elbufer")
    expect(page.locator("#errors a")).to_have_count(2)
    page.get_by_role("link", name="Geben Sie Ihren Nachnamen ein.").click()
    field = page.get_by_label("Nachname", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("Fehler: Geben Sie Ihren Nachnamen ein.")
    expect(page.get_by_label("E-Mail-Adresse")).to_have_value("jansen@")


def test_what_the_server_finds_wrong_is_shown_at_its_field(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page, email="jansen@posteo..de")
    send(page)
    expect(page.locator("#errors")).to_be_focused()
    expect(page.get_by_label("E-Mail-Adresse")).to_have_attribute("aria-invalid", "true")
    fill(page)
    send(page)
    expect_received(page)


SLIPS = {
    **{"jansen@gmial.com": "gmail.com", "jansen@gmail.con": "gmail.com", "jansen@gmail.de": "gmail.com"},
    **{"jansen@gmx.dee": "gmx.de", "jansen@t-onlin.de": "t-online.de", "jansen@web.ed": "web.de", "jansen@web.d": "web.de"},
    **{"jansen@web": "web.de", "jansen@gmx": "gmx.de", "jansen@t-online": "t-online.de", "jansen@web,de": "web.de"},
    **{"jansen gmx.de": "gmx.de", "jansen.web.de": "web.de", "jansen at t-online.de": "t-online.de", "jansenqgmx.de": "gmx.de"},
}
OTHERS = (
    *("web.de", "gmx.net", "mail.de", "praxis-petersen.de", "outlook.at", "hotmail.ch", "hotmail.fr", "hotmail.co.uk"),
    *(
        "posteo.net",
        "email.com",
        "vodafone.it",
        "gmx.eu",
        "gmx.info",
        "yahoo.co.uk",
        "live.nl",
        "web.dev",
        "line.com",
        "gmp.de",
    ),
)


def address_typed(page: Page, text: str) -> None:
    page.get_by_label("E-Mail-Adresse").fill(text)
    page.keyboard.press("Tab")


def test_a_mistyped_address_is_asked_about_and_mended_by_one_press(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    for typed, domain in SLIPS.items():
        address_typed(page, typed)
        expect(page.locator(".typo")).to_contain_text(f"Meinten Sie jansen@{domain}?")
        page.get_by_role("button", name="Ja, übernehmen").click()
        expect(page.get_by_label("E-Mail-Adresse")).to_have_value(f"jansen@{domain}")
        expect(page.locator(".address")).to_have_text(f"jansen@{domain}")
        expect(page.locator(".typo")).to_be_empty()


def test_a_domain_that_exists_is_not_asked_about(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    page.evaluate(f"import('{part('advice')}')")
    for domain in OTHERS:
        address_typed(page, f"jansen@{domain}")
        expect(page.locator(".address")).to_have_text(f"jansen@{domain}")
        page.evaluate("document.querySelector('terminwerk-form').advise()")
        expect(page.locator(".typo")).to_be_empty()


def test_two_clicks_in_a_row_do_not_pass_the_question(site: Site, page: Page) -> None:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page, email="jansen@gmial.com")
    page.get_by_role("button", name="Termin anfragen").dblclick()
    expect(page.get_by_role("button", name="Nein, so absenden")).to_be_visible()
    page.get_by_role("button", name="Nein, so absenden").evaluate(
        "it => it.dispatchEvent(new MouseEvent('click', {detail: 2, bubbles: true}))"
    )
    expect(page.locator(".typo")).to_be_focused()
    assert posts == []


@pytest.mark.parametrize("way", ["Enter", "click"])
def test_the_first_sending_is_held_where_the_address_looks_mistyped(site: Site, page: Page, way: str) -> None:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    open_form(page, site, site.branch(), moment(1, 9))
    send(page)
    expect(page.locator("#errors")).to_be_focused()
    fill(page, email="jansen@gmial.com")
    if way == "Enter":
        page.keyboard.press("Enter")
    else:
        send(page)
    expect(page.locator(".typo")).to_be_focused()
    expect(page.locator(".typo p")).to_have_text(["Es ist noch nichts gesendet.", "Meinten Sie jansen@gmail.com?"])
    expect(page.locator("#errors, .error")).to_have_count(0)
    assert posts == []
    page.get_by_role("button", name="Ja, übernehmen").click()
    send(page)
    expect_received(page)
    expect(page.locator("main .lead")).to_contain_text("jansen@gmail.com")


@pytest.mark.parametrize("button", ["Nein, so absenden", "Termin anfragen"])
def test_who_sends_a_doubtful_address_once_more_is_believed(site: Site, page: Page, button: str) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page, email="jansen@gmial.com")
    send(page)
    expect(page.locator(".typo")).to_be_focused()
    page.get_by_role("button", name=button).click()
    expect_received(page)
    expect(page.locator("main .lead")).to_contain_text("jansen@gmial.com")


def test_where_the_advice_does_not_come_the_form_is_sent_without(site: Site, page: Page) -> None:
    page.route(f"**{part('advice')}", lambda route: route.fulfill(status=200, content_type="text/javascript", body="throw 1;"))
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page, email="jansen@gmial.com")
    send(page)
    expect_received(page)


@pytest.mark.parametrize(("address", "character"), [("jörg@web.de", "ö"), ("anna(a)@web.de", "("), ("а.petrov@web.de", "а")])
def test_a_character_that_no_address_has_is_named(site: Site, page: Page, address: str, character: str) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page, email=address)
    send(page)
    expect(page.get_by_label("E-Mail-Adresse")).to_have_accessible_description(
        re.compile(re.escape(f"Schreiben Sie Ihre E-Mail-Adresse ohne „{character}“"))
    )


def test_the_box_for_reminders_says_how_and_when(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(reminder_hours=(48, 2)), moment(1, 9))
    expect(page.get_by_label("Bitte 48 und 2 Stunden vorher per E-Mail an den Termin erinnern")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_label("Please remind me of the appointment by e-mail, 48 and 2 hours before")).to_be_visible()


def test_beside_the_form_the_chosen_time_has_room(site: Site, open_page: OpenPage) -> None:
    page = open_page(width=1024)
    open_form(page, site, site.branch(), moment(1, 9))
    assert page.locator(".chosen").evaluate("element => element.getBoundingClientRect().width") >= 240


def test_a_branch_may_require_a_phone_number(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(required=("phone",)), moment(1, 9))
    fill(page)
    send(page)
    expect(page.get_by_role("link", name="Geben Sie Ihre Telefonnummer ein.")).to_be_visible()
    page.get_by_label("Telefon").fill("+49 40 66969 123")
    send(page)
    expect_received(page)


def test_a_message_is_asked_for_only_where_the_branch_wants_one(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    expect(page.get_by_label("Nachricht")).to_have_count(0)
    open_form(page, site, site.branch(message_field=True), moment(1, 9))
    field = page.get_by_label("Nachricht")
    expect(field).to_have_accessible_description("Bitte keine Beschwerden, Diagnosen oder andere Angaben zur Gesundheit.")
    fill(page)
    field.fill("Ich komme mit dem Fahrrad.\nGibt es einen Ständer?")
    send(page)
    expect_received(page)


def test_html_in_a_name_is_text(site: Site, page: Page) -> None:
    branch = site.branch(name="<b>Elbufer</b> <img src=x onerror=alert(1)>")
    open_form(page, site, branch, moment(1, 9))
    expect(page.locator(".practice")).to_have_text("<b>Elbufer</b> <img src=x onerror=alert(1)>")
    fill(page, last_name="<script>alert(1)</script>")
    send(page)
    expect_received(page)
    assert page.locator("main img, main b, footer img").count() == 0


def test_the_privacy_notice_stands_beside_the_form_without_a_consent_box(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    notice = page.get_by_role("link", name="Datenschutzerklärung")
    expect(notice).to_have_attribute("target", "_blank")
    expect(page.get_by_role("checkbox")).to_have_count(3)  # for another, in writing, reminders
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_fields_tell_the_browser_what_they_hold(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    names = {"last_name": "family-name", "first_name": "given-name", "email": "email", "phone": "tel"}
    assert {name: page.locator(f"#{name}").get_attribute("autocomplete") for name in names} == names


@pytest.mark.parametrize(("script", "body"), [("values", AppointmentRequest), ("callback", CallbackRequest)])
def test_no_field_takes_more_characters_than_the_api(script: str, body: type) -> None:
    source = (ROOT / "static_site" / "booking" / f"{script}.js").read_text()
    lengths = {name: int(most) for name, most in re.findall(r"^  (\w+): {[^}\n]*\bmaxlength: (\d+)", source, re.MULTILINE)}
    [described] = msgspec.json.schema_components([body])[1].values()
    for name, most in lengths.items():
        of = described["properties"][name]
        assert most <= min(each["maxLength"] for each in (of, *of.get("anyOf", ())) if "maxLength" in each), name
    assert len(lengths) >= 2
