"""Booking in one breath: the quick form at a place of the calendar, and free times as somebody on the phone asks for them."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from chalicelib import wiring
from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Resource
from tests.builders import EVERY_DAY, NOW, absence, availability, new_address
from tests.site.helpers import FITTING, moment
from tests.site.staff import dialog, event, planned, press, requested, sign_in, two_cabins
from tests.site.test_staff_planner import open_planner, place, stored
from tests.site_of_tests import Site, TestBranch


class Counted:
    """Counts what hands do: each click, each field that is filled and each key is one action."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, act: Callable[..., Any], *given: Any) -> None:
        self.count += 1
        act(*given)


def who(page: Page) -> Locator:
    return dialog(page).get_by_role("combobox", name="Wer")


def kind(page: Page) -> Locator:
    return dialog(page).get_by_role("radio", name="Anpassung")


def known(branch: TestBranch, name: str, **fields: Any) -> Customer:
    customer = Customer(id=f"{name}-{branch.id}", branch=branch.id, last_name=name, made_at=NOW, **fields)
    line = Line(branch=branch.id, kind="customer", id=customer.id, what="made", by="staff-1", at=NOW)
    wiring.customers().write(Revision(after=customer, line=line))
    return customer


@pytest.fixture
def branch(site: Site) -> TestBranch:
    return two_cabins(site, templates=(replace(FITTING, resources=("cabin-1",)),))


def test_a_walk_in_is_four_actions(site: Site, page: Page, branch: TestBranch) -> None:
    start = moment(1, 10)
    open_planner(page, site, branch, start)
    act = Counted()
    act(page.mouse.click, *place(page, moment(1, 10, 5)))
    act(who(page).fill, "Frau Tresen")
    act(kind(page).check)
    act(page.keyboard.press, "Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(event(page, "Frau Tresen")).to_contain_text("10:00")
    (made,) = planned(branch)
    assert (made.name, made.template, made.customer, made.end - made.start) == ("Frau Tresen", "fitting", None, 60)
    assert act.count <= 4


def test_who_books_before_the_ways_are_known_tells_the_customer_all_the_same(
    site: Site, page: Page, branch: TestBranch
) -> None:
    known(branch, "Eilig", email=new_address())
    open_planner(page, site, branch, moment(1, 10))
    page.mouse.click(*place(page, moment(1, 10, 5)))
    held: list[Route] = []

    def hold(route: Route) -> None:
        first = not held and '"customer"' in (route.request.post_data or "")
        if first:
            held.append(route)
        else:
            route.continue_()

    page.route("**/appointments", hold)
    who(page).fill("Eilig")
    dialog(page).get_by_role("option", name=re.compile("^Eilig")).click()
    press(page, "Eintragen")
    expect(event(page, "Eilig")).to_be_visible()
    expect(page.locator(".toast")).to_contain_text("benachrichtigt")
    assert len(held) == 1
    held[0].continue_()
    (made,) = planned(branch)
    assert [message.kind for message in wiring.store().history(made.id)[1]] == ["confirmed"]


def test_enter_before_the_search_has_answered_means_the_customer_of_that_name(
    site: Site, page: Page, branch: TestBranch
) -> None:
    customer = known(branch, "Hastig")
    open_planner(page, site, branch, moment(1, 10))
    page.mouse.click(*place(page, moment(1, 10, 5)))
    held: list[Route] = []
    page.route("**/search", lambda route: held.append(route))
    who(page).fill("Hastig")
    page.keyboard.press("Enter")
    expect(who(page)).to_have_value("Hastig")
    page.wait_for_timeout(300)
    assert (len(held), planned(branch)) == (1, [])
    held[0].continue_()
    expect(dialog(page).get_by_role("listbox", name="Kunde")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(event(page, "Hastig")).to_be_visible()
    assert [each.customer for each in planned(branch)] == [customer.id]


def test_a_booking_whose_answer_was_lost_is_not_made_twice(site: Site, page: Page, branch: TestBranch) -> None:
    known(branch, "Ruferin", email=new_address())
    open_planner(page, site, branch, moment(1, 10))
    page.get_by_role("button", name="Neuer Termin").click()
    dialog(page).get_by_label("Datum", exact=True).fill(f"{moment(1, 9):%Y-%m-%d}")
    dialog(page).get_by_label("Uhrzeit", exact=True).fill("09:00")
    who(page).fill("Ruferin")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_contain_text("Kunde benachrichtigen (E-Mail)")
    lost: list[Route] = []

    def lose(route: Route) -> None:
        if lost or '"dry"' in (route.request.post_data or ""):
            route.continue_()
        else:
            lost.append(route)
            route.fetch()
            route.fulfill(status=503, json={"error": {"code": "try_again"}})

    page.route("**/appointments", lose)
    press(page, "Eintragen")
    expect(dialog(page).get_by_role("alert")).to_be_visible()
    press(page, "Eintragen")
    expect(page.locator(".toast")).to_contain_text("Kunde wird benachrichtigt")
    assert (len(lost), len(planned(branch))) == (1, 1)


def test_tuesdays_after_three_with_two_persons_is_eight_actions_and_the_customer_is_told(site: Site, page: Page) -> None:
    persons = tuple(
        Resource(id=each.lower(), name=each, kind="person", released=True, order=place)
        for place, each in enumerate(("Anna", "Ben", "Carla"))
    )
    ids = tuple(each.id for each in persons)
    branch = site.branch(
        availability("08:00-18:00", resources=ids, weekdays=EVERY_DAY),
        resources=persons,
        templates=(replace(FITTING, resources=ids, second=ids),),
    )
    customer = known(branch, "Ruferin", email=(email := new_address()))
    sign_in(page, site, branch)
    act = Counted()
    act(page.get_by_role("button", name="Neuer Termin").click)
    act(dialog(page).get_by_label("Terminart").select_option, "Anpassung")
    act(dialog(page).get_by_role("checkbox", name="Di").check)
    act(dialog(page).get_by_label("Ab", exact=True).fill, "15:00")
    first = dialog(page).locator(".starts li").first
    expect(first.locator("time")).to_have_text("15:00")
    assert first.locator("button").all_text_contents() == ["Anna + Ben", "Anna + Carla", "Ben + Carla"], "each pair once"
    act(first.get_by_text("Ben + Carla").click)
    act(who(page).fill, "rufer")
    act(dialog(page).get_by_role("option", name=email).click)
    expect(dialog(page).get_by_label("Kunde benachrichtigen (E-Mail)")).to_be_checked()
    act(page.keyboard.press, "Enter")
    expect(page.locator(".toast")).to_contain_text("Kunde wird benachrichtigt")
    assert act.count <= 8
    (made,) = planned(branch)
    assert (made.resource, made.second, made.customer) == ("ben", "carla", customer.id)
    site.mail(email)


def test_what_stands_against_a_time_is_said_before_it_is_booked(site: Site, page: Page, branch: TestBranch) -> None:
    away = absence("12:00-13:00", resources=("cabin-2",))
    site.change(replace(branch.settings, availabilities=(*branch.settings.availabilities, away)))
    requested(site, branch, hour=9, template="fitting")
    open_planner(page, site, branch, moment(1, 9))
    page.mouse.click(*place(page, moment(1, 12, 5), 2))
    expect(dialog(page).get_by_role("status").filter(has_text="Achtung")).to_have_text("Achtung: Kabine 2: Abwesenheit")
    who(page).fill("Herr Mittag")
    expect(dialog(page).get_by_role("button", name="Trotzdem eintragen")).to_be_visible()
    page.keyboard.press("Enter")
    expect(event(page, "Herr Mittag")).to_contain_text("12:00")
    page.mouse.click(*place(page, moment(1, 8, 35), 1))
    kind(page).check()
    clash = dialog(page).get_by_role("alert").filter(has_text="vergeben")
    expect(clash).to_contain_text("Diese Zeit ist schon vergeben. 09:00–10:00 Mustermann")
    clash.get_by_role("button", name="10:00 · Kabine 1").click()
    who(page).fill("Frau Später")
    page.keyboard.press("Enter")
    expect(event(page, "Frau Später")).to_contain_text("10:00")


def test_somebody_new_is_made_and_told_in_the_same_form_and_comes_again_as_last_time(
    site: Site, page: Page, branch: TestBranch
) -> None:
    open_planner(page, site, branch, moment(1, 9))
    page.get_by_role("heading", level=1).focus()
    page.keyboard.press("c")
    expect(dialog(page).locator(".when")).to_contain_text("08:00–09:00 · Kabine 1")
    kind(page).check()
    who(page).fill("Herr Karl Neu")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_label("Nachname")).to_have_value("Neu")
    page.keyboard.press("Escape")  # what was typed is not thrown away
    dialog(page).get_by_label("E-Mail", exact=True).fill("neu@posteo.de")
    expect(dialog(page).get_by_label("Kunde benachrichtigen (E-Mail)")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Kunde wird benachrichtigt")
    (made,) = planned(branch)
    assert (made.name, stored(made.id).customer) == ("Neu, Karl", made.customer)
    site.mail("neu@posteo.de")
    page.goto(f"{site.url}/staff/customers.html#{made.customer}")
    page.get_by_role("link", name="Wieder wie letztes Mal").click()
    expect(who(page)).to_have_value("Neu, Karl")
    expect(dialog(page).get_by_label("Terminart")).to_have_value("fitting")
    expect(dialog(page).get_by_label("Ressource", exact=True)).to_have_value("cabin-1")
    expect(dialog(page).locator(".starts button").first).to_be_visible()
