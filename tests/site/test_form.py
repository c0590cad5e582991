"""The form: what is asked, what is said about mistakes, what becomes of strange input."""

import pytest
from playwright.sync_api import Page, expect

from tests.site.helpers import expect_received, fill, moment, open_form, send
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


@pytest.mark.parametrize("typo", ["gmial.com", "gmail.de", "gmx.dee", "t-onlin.de", "web.ed"])
def test_a_mistyped_domain_is_asked_about_and_mended_by_one_press(site: Site, page: Page, typo: str) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page, email=f"jansen@{typo}")
    page.keyboard.press("Tab")
    hint = page.locator(".typo")
    expect(hint).to_contain_text("Meinten Sie")
    domain = (hint.locator("button").inner_text()).split(" ")[0]
    hint.locator("button").click()
    expect(page.get_by_label("E-Mail-Adresse")).to_have_value(f"jansen@{domain}")
    expect(page.locator(".address")).to_have_text(f"jansen@{domain}")
    expect(hint).to_be_empty()
    assert domain in ("gmail.com", "gmx.de", "t-online.de", "web.de")


@pytest.mark.parametrize("domain", ["web.de", "gmx.net", "mail.de", "praxis-petersen.de"])
def test_a_right_domain_is_not_asked_about(site: Site, page: Page, domain: str) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page, email=f"jansen@{domain}")
    page.keyboard.press("Tab")
    expect(page.locator(".address")).to_have_text(f"jansen@{domain}")
    expect(page.locator(".typo")).to_be_empty()


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
