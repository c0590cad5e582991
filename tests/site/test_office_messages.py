"""What did not arrive, sending it again, and whether sending works."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.site.helpers import OpenPage, moment
from tests.site.office import Office
from tests.site_of_tests import Site

BOUNCE, OOTO = "bounce@simulator.amazonses.com", "ooto@simulator.amazonses.com"


@pytest.fixture
def office(site: Site) -> Office:
    return Office(site, site.branch(notices="none"))


def bounced(page: Page, office: Office, email: str) -> str:
    """Opens the page once a customer's mail has come back; the appointment's id."""
    identity: str = office.site.book(office.branch, moment(2, 9).isoformat(), email=email)["id"]
    assert office.site.wait_for(lambda: office("GET", "messages").json["messages"])
    office.open(page, "messages")
    expect(rows(page)).to_have_count(1)
    return identity


def rows(page: Page) -> Any:
    return page.locator(".troubles li")


def test_without_trouble_the_page_says_so(office: Office, page: Page) -> None:
    office.open(page, "messages")
    expect(page.locator("#troubles")).to_contain_text("ist alles angekommen")
    expect(page.locator("#sender-state")).to_contain_text("E-Mails können hinausgehen")
    expect(page.get_by_role("navigation").get_by_role("link", name="Nachrichten")).to_have_attribute("aria-current", "page")


def test_a_bounce_is_told_in_words_and_leads_to_its_appointment(office: Office, page: Page) -> None:
    identity = bounced(page, office, BOUNCE)
    for said in ("Eingangsbestätigung", "Mustermann", "zurückgekommen", "Die Adresse gibt es nicht", "Geht erst wieder"):
        expect(rows(page)).to_contain_text(said)
    expect(rows(page).get_by_role("link", name="Mustermann")).to_have_attribute("href", f"index.html#{identity}")
    expect(rows(page).get_by_role("button")).to_have_count(0)
    page.goto(f"{office.site.url}/staff/index.html#inbox")
    expect(page.locator(".entry.bounced")).to_contain_text("Nachricht nicht angekommen")


def test_what_can_be_sent_again_is_by_one_press_and_leaves_the_list(office: Office, page: Page) -> None:
    bounced(page, office, OOTO)
    page.get_by_role("button", name="Erneut senden: Eingangsbestätigung, Mustermann").press("Enter")
    expect(page.get_by_role("heading", name="Nicht angekommen")).to_be_focused()
    expect(rows(page)).to_have_count(0)
    expect(page.locator("#voice")).to_have_text("Die Nachricht geht innerhalb einer Minute hinaus.")
    [entry] = office("GET", "inbox").json["entries"]
    assert entry["kind"] == "request"


def test_that_somebody_else_was_faster_is_said_and_the_list_is_fresh(office: Office, page: Page) -> None:
    identity = bounced(page, office, OOTO)
    office("POST", f"appointments/{identity}/messages/1.receipt.email/again", {})
    page.get_by_role("button", name="Erneut senden").click()
    expect(page.locator("main .fault")).to_be_focused()
    expect(rows(page)).to_have_count(0)


def test_an_admin_sends_a_test_message(office: Office, page: Page) -> None:
    own = office.branch.settings.branch.email
    office.open(page, "messages")
    expect(page.get_by_label("An", exact=True)).to_have_value(own)
    page.get_by_role("button", name="Testnachricht senden").click()
    expect(page.locator("main .done")).to_contain_text(own)
    assert office.site.mail(own).subject == "Testnachricht"


def test_staff_see_what_did_not_arrive_and_nothing_of_the_sender(site: Site, open_page: OpenPage) -> None:
    page = Office(site, site.branch(), groups=("staff",)).open(open_page(), "messages")
    expect(page.locator("#troubles")).to_contain_text("ist alles angekommen")
    expect(page.locator("#sender")).to_have_count(0)


def test_a_branch_that_cannot_send_is_told_in_its_settings_and_can_go_on_changing_them(office: Office, page: Page) -> None:
    said = {
        "address": "termine@example.org", "verified": False, "production": True, "quota": 200, "sent": 0, "bounces": None,
        "problems": ["not_verified"],
    }  # fmt: skip
    page.route("**/sender", lambda route: route.fulfill(body=json.dumps(said), content_type="application/json"))
    office.open(page, "settings#online")
    expect(page.locator("main .fault")).to_contain_text("Die Absenderadresse ist nicht bestätigt")
    page.locator('[id="branch.most_sms_a_month"]').fill("7")
    page.locator("#save").click()
    expect(page.locator("#saved")).to_be_focused()
    expect(page.locator("main .fault")).to_be_visible()
    assert office.settings["branch"]["most_sms_a_month"] == 7
    page.get_by_role("link", name="Mehr dazu unter Nachrichten").click()
    expect(page.locator("#sender-state .fault")).to_contain_text("Es geht keine E-Mail hinaus")


def test_settings_open_though_the_mail_service_keeps_silent(office: Office, page: Page) -> None:
    page.route("**/sender", lambda route: route.abort())
    office.open(page, "settings")
    expect(page.locator("main .fault")).to_have_count(0)
