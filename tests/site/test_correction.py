"""Whoever sees on the last step that the e-mail address is wrong gives another one there."""

import re

from playwright.sync_api import Page, expect

from tests.builders import new_address
from tests.site.helpers import PRACTICE, REACHED, answering, fill, moment, open_form, send
from tests.site_of_tests import Site


def asked(site: Site, page: Page, email: str) -> None:
    open_form(page, site, site.branch(**PRACTICE), moment(2, 9))
    fill(page, email=email)
    send(page)
    page.get_by_role("button", name="Stimmt die E-Mail-Adresse nicht?").click()


def change(page: Page, email: str) -> None:
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_role("button", name="Adresse ändern").click()


def test_the_corrected_address_gets_the_receipt_and_the_link_is_a_new_one(site: Site, page: Page) -> None:
    wrong, right = new_address(), new_address()
    asked(site, page, wrong)
    manage = page.get_by_role("link", name="Ihren Termin ansehen")
    before = manage.get_attribute("href") or ""
    site.mail(wrong)
    expect(page.get_by_label("E-Mail-Adresse")).to_be_focused()
    change(page, right)
    expect(page.locator(".lead")).to_contain_text(right)
    expect(page.get_by_role("button", name="Stimmt die E-Mail-Adresse nicht?")).to_have_count(0)
    assert site.mail(right).subject == site.mail(wrong).subject
    after = manage.get_attribute("href") or ""
    page.goto(before)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dieser Link wurde gesperrt")
    page.goto(after)
    page.reload()
    expect(page.locator(".facts")).to_be_visible()


def test_a_doubtful_or_incomplete_address_is_asked_about_here_too(site: Site, page: Page) -> None:
    asked(site, page, new_address())
    change(page, "erika")
    expect(page.locator("#email-error")).to_contain_text("Geben Sie eine vollständige E-Mail-Adresse ein")
    change(page, "erika@gmial.com")
    expect(page.locator(".typo")).to_contain_text("erika@gmail.com")


def test_who_comes_too_late_reads_how_to_reach_the_practice(site: Site, page: Page) -> None:
    asked(site, page, new_address())
    answering(page, "appointment/address", (409, {"code": "changed_meanwhile", "message": "", "current": None}))
    change(page, new_address())
    fault = page.locator("#fault")
    expect(fault).to_be_focused()
    expect(fault).to_contain_text("Hier können Sie die Adresse nicht mehr ändern.")
    expect(fault.get_by_role("link", name=REACHED["phone"])).to_be_visible()


def test_without_an_answer_the_same_can_be_tried_again(site: Site, page: Page) -> None:
    right = new_address()
    asked(site, page, new_address())
    page.route("**/appointment/address", lambda route: route.abort(), times=1)
    change(page, right)
    expect(page.locator("#fault")).to_contain_text("Wir haben keine Antwort bekommen.")
    page.get_by_role("button", name="Adresse ändern").click()
    expect(page.locator(".lead")).to_contain_text(right)


def test_the_owner_of_the_wrong_address_stops_it_by_the_mail_that_came(site: Site, page: Page) -> None:
    wrong = new_address()
    asked(site, page, wrong)
    [disown] = re.findall(r"http\S+\?disown#\S+", site.mail(wrong).text or "")
    right = new_address()
    change(page, right)
    expect(page.locator(".lead")).to_contain_text(right)
    expect(page.get_by_role("button", name="Stimmt die E-Mail-Adresse nicht?")).to_have_count(0)
    page.goto(disown)
    page.get_by_role("button", name="Das war ich nicht").click()
    expect(page.locator(".notice")).to_contain_text("Mit Ihrer Adresse kann hier niemand mehr online anfragen.")
