"""Accesses, and the resource link with all that carries it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.settings import Resource
from tests.site.helpers import HEARING_TEST, OpenPage
from tests.site.office import ROBOT, Office, input_of
from tests.site_of_tests import Site

CABINS = (Resource(id="cabin-1", name="Kabine 1", released=True), Resource(id="cabin-2", name="Kabine 2", order=2))


@pytest.fixture
def office(site: Site) -> Office:
    return Office(site, site.branch(resources=CABINS, templates=(HEARING_TEST,), employees=(ROBOT,)))


def shown(page: Page, name: str) -> str:
    return input_of(page, name).input_value()


def make(page: Page, label: str, kind: str = "Online-Buchung (Alias)") -> str:
    """Makes an access and gives the address that stands below then."""
    page.get_by_label(kind).check()
    page.get_by_label("Bezeichnung").fill(label)
    page.get_by_role("button", name="Anlegen").click()
    expect(page.locator("#made")).to_be_focused()
    return shown(page, "made-url")


def test_the_link_opens_the_free_times_of_what_was_chosen(office: Office, page: Page, open_page: OpenPage) -> None:
    office.open(page, "accesses")
    input_of(page, "link-template").select_option("hearing-test")
    input_of(page, "link-language").select_option("en")
    link = shown(page, "link-url")
    assert link.endswith(f"/?a={office.branch.alias}&r=cabin-1&t=hearing-test&l=en")
    customer = open_page()
    customer.goto(link)
    expect(customer.get_by_role("heading", name="When would you like to come?")).to_be_visible()


def test_a_link_may_lead_to_whoever_is_free_first(site: Site, page: Page) -> None:
    cabins = tuple(replace(each, released=True) for each in CABINS)
    kinds = (replace(HEARING_TEST, resources=("cabin-1", "cabin-2")),)
    office = Office(site, site.branch(resources=cabins, templates=kinds, employees=(ROBOT,)))
    office.open(page, "accesses")
    input_of(page, "link-resource").select_option("any")
    input_of(page, "link-template").select_option("hearing-test")
    assert shown(page, "link-url").endswith(f"/?a={office.branch.alias}&r=any&t=hearing-test")


@pytest.mark.parametrize("lines", ["link-snippet", "link-dialog"])
def test_the_lines_for_the_homepage_show_the_booking_page(office: Office, page: Page, open_page: OpenPage, lines: str) -> None:
    office.open(page, "accesses")
    body = f"<h1>Praxis</h1>{shown(page, lines)}"
    homepage = open_page()
    homepage.route("**/homepage", lambda route: route.fulfill(body=body, content_type="text/html"))
    homepage.goto(f"{office.site.url}/homepage")
    if lines == "link-dialog":
        homepage.get_by_role("link").click()
    expect(homepage.frame_locator("iframe").locator("h1")).to_be_visible()
    assert homepage.locator("iframe").get_attribute("src") == shown(page, "link-url")


def test_search_engines_are_told_where_an_appointment_is_asked_for(site: Site, page: Page) -> None:
    office = Office(site, site.branch(name="Anna </script> & Söhne", resources=CABINS))
    office.open(page, "accesses")
    told = shown(page, "link-machine")
    assert told.count("</script>") == 1
    practice = json.loads(told.removeprefix('<script type="application/ld+json">').removesuffix("</script>"))
    action = practice["potentialAction"]
    assert (practice["name"], action["@type"]) == ("Anna </script> & Söhne", "ReserveAction")
    assert (action["target"]["urlTemplate"], action["target"]["inLanguage"]) == (shown(page, "link-url"), ["de", "en"])


def test_the_code_is_kept_as_a_picture_and_printed_alone(office: Office, page: Page) -> None:
    office.open(page, "accesses")
    expect(page.get_by_role("img", name="QR-Code: Kabine 1")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Als Bild speichern").click()
    assert download.value.suggested_filename == "qr-code-cabin-1.svg"
    page.evaluate("window.print = () => { window.printed = document.body.className; }")
    page.get_by_role("button", name="Drucken").click()
    assert page.evaluate("window.printed") == "print-code"
    page.emulate_media(media="print")
    expect(page.get_by_role("img", name="QR-Code: Kabine 1")).to_be_visible()
    expect(page.get_by_role("heading", name="Zugänge")).to_be_hidden()


def test_whoever_copies_a_link_that_shows_nothing_is_warned(office: Office, page: Page) -> None:
    office.put(branch={**office.settings["branch"], "online": False})
    office.open(page, "accesses")
    warning = page.locator("#link-warning")
    expect(warning).to_contain_text("Die Online-Buchung ist für die ganze Filiale ausgeschaltet.")
    input_of(page, "link-resource").select_option("cabin-2")
    expect(warning).to_contain_text("„Kabine 2“ ist nicht für die Online-Buchung freigegeben.")


def test_a_new_alias_opens_the_booking_page_until_it_is_revoked(office: Office, page: Page, open_page: OpenPage) -> None:
    office.open(page, "accesses")
    url = make(page, "Homepage der Praxis")
    customer = open_page()
    customer.goto(url)
    expect(customer.get_by_role("heading", name="Wann möchten Sie kommen?")).to_be_visible()
    page.get_by_role("button", name="Widerrufen: Homepage der Praxis").click()
    page.get_by_role("dialog").get_by_role("button", name="Widerrufen").click()
    expect(page.get_by_role("row", name="Homepage der Praxis")).to_contain_text("widerrufen am")
    customer.goto(url)
    expect(customer.locator("main")).to_contain_text(office.branch.settings.branch.phone)
    input_of(page, "link-access").select_option(label="Homepage der Praxis (widerrufen)")
    expect(page.locator("#link-warning")).to_contain_text("Dieser Zugang ist widerrufen.")


def test_a_calendar_tells_times_and_no_names(site: Site, office: Office, page: Page) -> None:
    office.open(page, "accesses")
    url = make(page, "Outlook", kind="Kalender zum Abonnieren (nur Zeiten)")
    answer = site.get(url.removeprefix(site.url))
    assert answer.status == 200
    assert answer.text.startswith("BEGIN:VCALENDAR")


def test_an_access_without_a_label_is_told_at_the_field(office: Office, page: Page) -> None:
    office.open(page, "accesses")
    page.get_by_role("button", name="Anlegen").click()
    expect(page.locator("#new-errors")).to_be_focused()
    expect(page.get_by_label("Bezeichnung")).to_have_attribute("aria-invalid", "true")


def test_without_a_technical_user_the_way_to_one_is_shown(site: Site, page: Page) -> None:
    Office(site, site.branch()).open(page, "accesses")
    expect(page.get_by_role("link", name="In den Einstellungen anlegen")).to_have_attribute(
        "href", "settings.html#people/add-technical"
    )


def test_staff_copy_links_but_make_and_revoke_nothing(site: Site, page: Page) -> None:
    office = Office(site, site.branch(employees=(ROBOT,)), groups=("staff",))
    office.open(page, "accesses")
    assert shown(page, "link-url").endswith(f"/?a={office.branch.alias}&r=cabin-1")
    for name in ("Anlegen", "Widerrufen"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)


def test_staff_are_not_shown_the_address_of_a_calendar(site: Site, office: Office, page: Page) -> None:
    office("POST", "accesses", {"kind": "calendar", "label": "Outlook", "employee": "robot", "resource": "cabin-1"})
    Office(site, office.branch, groups=("staff",)).open(page, "accesses")
    row = page.get_by_role("row").filter(has_text="Outlook")
    expect(row).to_be_visible()
    expect(row.get_by_role("button")).to_have_count(0)


def test_when_an_access_was_last_used_is_shown(office: Office, page: Page) -> None:
    accesses: list[Any] = office("GET", "accesses").json["accesses"]
    used = json.dumps({"accesses": [{**accesses[0], "last_used": "2026-11-20T09:00:00+01:00"}]})
    page.route("**/accesses", lambda route: route.fulfill(body=used, content_type="application/json"))
    office.open(page, "accesses")
    expect(page.get_by_role("row", name=accesses[0]["id"])).to_contain_text("20. Nov. 2026, 09:00")
