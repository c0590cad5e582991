"""The first run of a branch that was just made: how far it is to the first working link, and what leads there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib import wiring
from chalicelib.domain.settings import Employee, Resource
from infra.deploy import branch as command
from tests.builders import availability, new_branch_id
from tests.site.helpers import OpenPage, expect_received, fill, send, times
from tests.site.looks import axe, sticking_out
from tests.site.office import Office, drawn, input_of, save
from tests.site_of_tests import Site, TestBranch

MOST_INTERACTIONS, MOST_SAVES = 15, 2
CONTACT = {
    "address": "Elbufer 1, 20457 Hamburg",
    "phone": "+49 40 66969 000",
    "email": "praxis@example.org",
    "imprint_url": "https://example.org/impressum",
    "privacy_url": "https://example.org/datenschutz",
}


@pytest.fixture
def office(site: Site) -> Office:
    """As `make branch` leaves it."""
    identity, admin = new_branch_id(), f"admin-{new_branch_id()}"
    site.pool.ensure_user(admin, "a password of the admin's", ("admin",), ())
    command.make(wiring.store(), site.pool.api, site.pool.id, identity, "Hörakustik Elbufer", admin)
    settings = wiring.store().settings_now(identity)
    assert settings is not None
    return Office(site, TestBranch(settings))


@dataclass
class Counting:
    """Whoever uses a page: each press and each field is an interaction, each request that writes a save."""

    page: Page
    interactions: int = 0
    saves: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        def note(request: Any) -> None:
            if request.method in ("PUT", "POST") and "/branches/" in request.url:
                self.saves.append(request.url.rpartition("/")[2])

        self.page.on("request", note)

    def press(self, what: Locator) -> None:
        self.interactions += 1
        what.click()

    def button(self, name: str) -> None:
        self.press(self.page.get_by_role("button", name=name, exact=True))

    def fill(self, path: str, value: str) -> None:
        self.interactions += 1
        input_of(self.page, path).fill(value)


def planner(office: Office, page: Page) -> Page:
    office.sign_in(page).goto(f"{office.site.url}/staff/index.html")
    expect(page.locator("#main:not([aria-busy])")).to_be_visible()
    return page


def step(page: Page, title: str) -> Locator:
    return page.locator(".first-steps li", has=page.get_by_role("link", name=title, exact=True))


def test_the_first_working_link_takes_few_interactions_and_one_save(office: Office, open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    planner(office, page)
    expect(step(page, "Verfügbarkeiten")).to_contain_text("offen")
    expect(page.locator("#grid")).to_be_hidden()
    assert axe(page) + sticking_out(page) == []
    admin = Counting(page)
    admin.press(page.get_by_role("link", name="Anschrift und Kontakt"))
    expect(input_of(page, "branch.address")).to_be_focused()
    for name, value in CONTACT.items():
        admin.fill(f"branch.{name}", value)
    admin.fill("add-place", "Anna Meier")
    admin.button("Person hinzufügen")
    admin.button("Mo–Fr 9–12 und 13–18 Uhr")
    admin.button("Hörtest, 45 Minuten")
    admin.button("Für die Online-Buchung freigeben")
    expect(step(page, "Online freigeben")).to_contain_text("noch nicht gespeichert")
    assert axe(page) + sticking_out(page) == []
    admin.press(page.locator("#save"))
    expect(step(page, "Online freigeben")).to_contain_text("erledigt")
    admin.button("Kopieren: Ihr Link")
    link = page.evaluate("navigator.clipboard.readText()")
    print(f"\n{admin.interactions} interactions, saves: {admin.saves}")
    assert admin.interactions <= MOST_INTERACTIONS
    assert len(admin.saves) <= MOST_SAVES

    customer = open_page()
    customer.goto(link)
    times(customer).first.click()
    fill(customer)
    send(customer)
    expect_received(customer)

    page.reload()
    drawn(page)
    expect(page.get_by_role("link", name="Terminarten")).to_be_visible()
    expect(step(page, "Link auf der Homepage")).to_contain_text("erledigt")
    office.open(page, "settings#branch")
    expect(page.locator("#part-branch")).to_be_visible()
    expect(page.locator("#part-first")).to_have_count(0)
    planner(office, page)
    expect(page.locator("#grid")).to_be_visible()
    expect(page.locator(".first-open")).to_have_count(0)


def test_staff_of_a_branch_that_is_not_set_up_read_that_and_admins_of_one_that_nobody_can_book_too(
    office: Office, open_page: OpenPage
) -> None:
    staff = Office(office.site, office.branch, groups=("staff",))
    page = planner(staff, open_page())
    expect(page.locator(".stage")).to_contain_text("Der Planer ist noch nicht eingerichtet")
    expect(page.locator(".first-steps, #grid:visible")).to_have_count(0)
    closed = Office(office.site, office.site.branch(resources=(Resource(id="cabin-1", name="Kabine 1"),)))
    page = planner(closed, open_page())
    expect(page.locator(".first-open")).to_contain_text("Kunden können noch nicht online buchen.")
    expect(page.locator("#grid")).to_be_visible()


def test_a_person_of_the_planner_gets_its_employee_who_can_then_be_invited(site: Site, page: Page) -> None:
    jana = Resource(id="jana", name="Jana Sörensen", kind="person")
    other = Employee(id="jana-soerensen", name="Jana Sörensen-Voss")
    office = Office(site, site.branch(availability("08:00-18:00", resources=("jana",)), resources=(jana,), employees=(other,)))
    office.open(page, "settings#resources")
    page.locator(".item summary", has_text="Jana").click()
    page.get_by_role("button", name="Mitarbeiter anlegen").click()
    page.get_by_label("E-Mail-Adresse").fill("jana@example.org")
    save(page)
    expect(page.get_by_role("button", name="Einladen")).to_be_visible()
    [made] = [each for each in office.settings["employees"] if each["id"] == "jana"]
    assert (made["name"], made["email"]) == ("Jana Sörensen", "jana@example.org")
