"""The planner: what is drawn, and what staff do with it by mouse, by menu and by keyboard."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib import wiring
from chalicelib.domain.appointment import Change, event_of
from chalicelib.domain.customer import Customer, Revision
from chalicelib.domain.record import Line
from chalicelib.domain.settings import Resource, Template
from chalicelib.store import items
from chalicelib.store.models import AppointmentItem
from tests.api.test_customers import Desk
from tests.builders import EVERY_DAY, NOW, absence, appointment, at, availability, new_address
from tests.site.helpers import FITTING, OpenPage, moment
from tests.site.staff import dialog, event, go_to, planned, press, requested, sign_in, status_of, two_cabins
from tests.site_of_tests import Site, TestBranch

PRINT = "() => { window.print = () => { window.printed = document.querySelector('.paper').textContent; }; }"


@pytest.fixture
def branch(site: Site) -> TestBranch:
    return two_cabins(site)


def open_planner(page: Page, site: Site, branch: TestBranch, start: datetime, groups: tuple[str, ...] = ("staff",)) -> None:
    sign_in(page, site, branch, groups)
    go_to(page, start)
    expect(page.locator(".ec .ec-bg-event").first).to_be_attached()


def place(page: Page, start: datetime, cabin: int = 1) -> tuple[float, float]:
    """Where a time is in the day view, in pixels: the middle of the cabin's column."""
    found: list[float] = page.evaluate(
        """([minute, cabin]) => {
            const column = document.querySelectorAll(".ec-body .ec-day")[cabin - 1].getBoundingClientRect();
            const first = Number(document.querySelector(".ec-body .ec-slot time").dateTime.slice(11, 13)) * 60;
            return [column.left + column.width / 2, column.top + (minute - first) * 44 / 30];
        }""",
        [start.hour * 60 + start.minute, cabin],
    )
    return found[0], found[1]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 3, start[1] + 8, steps=3)
    page.mouse.move(*end, steps=8)
    page.mouse.up()


def stored(identity: str) -> Any:
    return wiring.store().appointment(identity)


def minutes(start: datetime) -> int:
    return int(start.timestamp()) // 60


def menu(page: Page) -> list[str]:
    return page.get_by_role("menu").get_by_role("menuitem").all_text_contents()


def choose(page: Page, name: str) -> None:
    """Of a menu, or of what the form at a place offers."""
    offered = page.get_by_role("menuitem", name=name, exact=True)
    offered.or_(page.locator(".quick").get_by_role("button", name=name, exact=True)).click()


def tools(page: Page, name: str) -> None:
    page.get_by_role("button", name="Mehr", exact=True).click()
    choose(page, name)


# -------------------------------------------------------------------------------------------------------------- drag and drop


def test_dragging_moves_an_appointment_and_tells_the_customer_as_was_shown(site: Site, page: Page, branch: TestBranch) -> None:
    start, to = moment(1, 9), moment(1, 11, 30)
    identity = requested(site, branch, hour=9, email="drag@posteo.de")
    open_planner(page, site, branch, start)
    x, y = place(page, start)
    goal = place(page, to, 2)
    drag(page, (x, y + 10), (goal[0], goal[1] + 10))
    expect(dialog(page).locator(".target")).to_contain_text("11:30–12:00 · Kabine 2")
    expect(dialog(page).locator(".message")).to_contain_text("11:30")
    assert stored(identity).start == minutes(start)  # nothing has happened yet
    press(page, "Verschieben")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(event(page, "Mustermann")).to_contain_text("11:30")
    assert (stored(identity).start, stored(identity).resource) == (minutes(to), "cabin-2")


def test_an_appointment_that_is_not_moved_after_all_snaps_back(site: Site, page: Page, branch: TestBranch) -> None:
    start = moment(1, 9)
    identity = requested(site, branch, hour=9)
    open_planner(page, site, branch, start)
    before = event(page, "Mustermann").bounding_box()
    x, y = place(page, start)
    drag(page, (x, y + 10), (x, place(page, moment(1, 12))[1] + 10))
    press(page, "Nicht verschieben")
    expect(page.locator("#voice")).to_have_text("Der Termin bleibt, wo er war.")
    assert event(page, "Mustermann").bounding_box() == before
    assert stored(identity).start == minutes(start)


def test_a_move_onto_a_taken_time_says_so_and_snaps_back(site: Site, page: Page, branch: TestBranch) -> None:
    start = moment(1, 9)
    identity = requested(site, branch, hour=9)
    requested(site, branch, hour=12, last_name="Zweite")
    open_planner(page, site, branch, start)
    x, y = place(page, start)
    drag(page, (x, y + 10), (x, place(page, moment(1, 12))[1] + 10))
    press(page, "Verschieben")
    expect(dialog(page).get_by_role("alert")).to_contain_text("Diese Zeit ist schon vergeben.")
    page.keyboard.press("Escape")
    expect(event(page, "Mustermann")).to_contain_text("09:00")
    assert stored(identity).start == minutes(start)


def test_the_lower_edge_is_dragged_to_make_an_appointment_longer(site: Site, page: Page, branch: TestBranch) -> None:
    start = moment(1, 9)
    identity = requested(site, branch, hour=9)
    open_planner(page, site, branch, start)
    x, y = place(page, moment(1, 9, 30))
    drag(page, (x, y - 3), (x, place(page, moment(1, 10, 15))[1] - 2))
    expect(dialog(page).locator(".target")).to_contain_text("09:00–10:15")
    press(page, "Verschieben")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert (stored(identity).start, stored(identity).end) == (minutes(start), minutes(moment(1, 10, 15)))


def test_in_the_week_of_all_an_appointment_is_dragged_to_another_day_and_keeps_its_time(
    site: Site, page: Page, branch: TestBranch
) -> None:
    start = moment(1, 9)
    identity = requested(site, branch, hour=9)
    open_planner(page, site, branch, start)
    page.get_by_role("button", name="Woche, alle").click()
    day = 2 if start.isoweekday() < 7 else 0
    event(page, "Mustermann").drag_to(page.locator(f"td[data-resource=cabin-2][data-date='{moment(day, 9):%Y-%m-%d}']"))
    expect(dialog(page).locator(".target")).to_contain_text("09:00–09:30 · Kabine 2")
    press(page, "Verschieben")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert (stored(identity).start, stored(identity).resource) == (minutes(moment(day, 9)), "cabin-2")


# -------------------------------------------------------------------------------------------------------------- menu and keys


def test_the_menu_has_the_actions_of_the_details(site: Site, page: Page, branch: TestBranch) -> None:
    requested(site, branch)
    open_planner(page, site, branch, moment(1, 9))
    event(page, "Mustermann").click(button="right")
    expect(page.get_by_role("menu")).to_be_visible()
    shown = menu(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    event(page, "Mustermann").click()
    expect(dialog(page)).to_be_visible()
    buttons = dialog(page).locator(".actions button").all_text_contents()
    assert shown[0] == "Öffnen"
    assert sorted(shown[1:]) == sorted(buttons)
    assert {"Bestätigen", "Kunde benachrichtigen", "Verschieben", "Ablehnen"} <= set(shown)


def test_all_of_it_can_be_done_by_keyboard(site: Site, page: Page, branch: TestBranch) -> None:
    identity = requested(site, branch, hour=9, last_name="Erste")
    requested(site, branch, hour=11, last_name="Zweite")
    open_planner(page, site, branch, moment(1, 9))
    page.locator("button.ev[tabindex='0']").focus()
    expect(event(page, "Erste")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(event(page, "Zweite")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+F10")
    expect(page.get_by_role("menuitem", name="Öffnen")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Bestätigen")).to_be_focused()
    page.keyboard.press("Escape")
    expect(event(page, "Erste")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_role("heading", level=2)).to_be_focused()
    page.keyboard.press("Escape")
    expect(event(page, "Erste")).to_be_focused()
    assert stored(identity).version == 1


@pytest.mark.parametrize(("key", "view"), [("w", "week"), ("a", "all"), ("l", "list"), ("d", "day")])
def test_a_letter_changes_the_view_unless_they_are_switched_off(
    site: Site, page: Page, branch: TestBranch, key: str, view: str
) -> None:
    sign_in(page, site, branch)
    page.keyboard.press("l" if view == "day" else "d")
    page.keyboard.press(key)
    expect(page.locator(f"#view-{view}")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    dialog(page).get_by_label("Buchstaben als Tastenkürzel ausschalten").check()
    page.keyboard.press("Escape")
    page.keyboard.press("l" if view == "day" else "d")
    expect(page.locator(f"#view-{view}")).to_have_attribute("aria-pressed", "true")


# ---------------------------------------------------------------------------------------------------------------- an answer


def answer(page: Page, name: str, then: str = "") -> None:
    """Opens the one appointment, presses an action and its dialog's button of the same name, or `then`."""
    event(page, "Mustermann").click()
    press(page, name)
    press(page, then or name)


def test_a_request_is_declined_with_a_reason_that_the_customer_reads(site: Site, page: Page, branch: TestBranch) -> None:
    identity = requested(site, branch, email="declined@posteo.de")
    open_planner(page, site, branch, moment(1, 9))
    event(page, "Mustermann").click()
    press(page, "Ablehnen")
    dialog(page).get_by_label("Grund").fill("Dafür kommen Sie bitte zu Fuß.")
    press(page, "Ablehnen")
    expect(dialog(page).locator(".badge")).to_have_text("✕ Abgelehnt")
    expect(dialog(page)).to_contain_text("Dafür kommen Sie bitte zu Fuß.")
    page.keyboard.press("Escape")
    expect(event(page, "Mustermann")).to_have_count(0)  # its time is free again
    tools(page, "Abgesagte zeigen")
    expect(event(page, "Mustermann")).to_contain_text("Abgelehnt")
    assert status_of(identity) == "declined"


def test_a_request_is_confirmed_without_a_customer_where_that_is_skipped(site: Site, page: Page, branch: TestBranch) -> None:
    identity = requested(site, branch)
    open_planner(page, site, branch, moment(1, 9))
    event(page, "Mustermann").click()
    press(page, "Bestätigen")
    dialog(page).get_by_label("Ohne Kunde bestätigen").check()
    press(page, "Weiter")
    dialog(page).get_by_label("Nicht benachrichtigen").check()
    press(page, "Bestätigen")
    expect(dialog(page).locator(".badge")).to_have_text("✓ Bestätigt")
    assert (status_of(identity), stored(identity).customer) == ("confirmed", None)


def test_staff_choose_whom_to_write_to_when_they_match_a_request(site: Site, page: Page, branch: TestBranch) -> None:
    identity = requested(site, branch, email="daughter@posteo.de", last_name="Jansen")
    customer = Customer(
        id=f"mother-{branch.id}", branch=branch.id, last_name="Jansen", first_name="Else", phone="+49 171 3920 145", made_at=NOW
    )
    line = Line(branch=branch.id, kind="customer", id=customer.id, what="made", by="staff-1", at=NOW)
    wiring.customers().write(Revision(after=customer, line=line))
    open_planner(page, site, branch, moment(1, 9))
    event(page, "Jansen").click()
    press(page, "Bestätigen")
    expect(dialog(page).get_by_role("radio", name="Anfragende/n (daughter@posteo.de)")).to_be_checked()
    dialog(page).get_by_label("Ohne Kunde bestätigen").check()
    expect(dialog(page).get_by_role("group", name="Nachrichten an")).to_be_hidden()
    dialog(page).get_by_role("radio", name="Jansen, Else").check()
    dialog(page).get_by_role("radio", name="Kunde/Kundin (+49 171 3920 145)").check()
    press(page, "Weiter")
    expect(dialog(page).get_by_role("radio", name="E-Mail – keine Adresse bekannt")).to_be_disabled()
    expect(dialog(page).get_by_role("radio", name="SMS")).to_be_checked()
    expect(dialog(page).locator(".message")).to_contain_text("+491713920145")
    press(page, "Bestätigen")
    expect(dialog(page).locator(".badge")).to_have_text("✓ Bestätigt")
    expect(dialog(page)).to_contain_text("Kunde/Kundin (+49 171 3920 145)")
    assert (stored(identity).customer, stored(identity).write_to) == (customer.id, "customer")


def test_a_link_is_voided_after_a_question(site: Site, page: Page, branch: TestBranch) -> None:
    identity = requested(site, branch)
    open_planner(page, site, branch, moment(1, 9))
    event(page, "Mustermann").click()
    press(page, "Link ungültig machen")
    press(page, "Zurück")
    assert stored(identity).token_version == 1
    press(page, "Link ungültig machen")
    press(page, "Ja, ungültig machen")
    dialog(page).get_by_text("Verlauf (2)").click()
    expect(dialog(page)).to_contain_text("Link ungültig gemacht")
    assert stored(identity).token_version == 2


def over(branch: TestBranch) -> str:
    """A confirmed appointment of yesterday at 9; its id."""
    start = minutes(moment(-1, 9))
    made = appointment(branch=branch.id, start=start, end=start + 30, status="confirmed", name="Mustermann")
    wiring.store().write(Change(before=None, after=made, event=event_of(made, "booked", "test", NOW)))
    return made.id


def test_a_no_show_is_marked_and_taken_back(site: Site, page: Page, branch: TestBranch) -> None:
    identity = over(branch)
    open_planner(page, site, branch, moment(-1, 9))
    event(page, "Mustermann").click()
    press(page, "Nicht erschienen")
    expect(dialog(page).locator(".badge")).to_have_text("∅ Nicht erschienen")
    assert status_of(identity) == "no_show"
    press(page, "Erledigt")
    expect(dialog(page).locator(".badge")).to_have_text("✓✓ Erledigt")
    press(page, "Zurück auf „Bestätigt“")
    expect(dialog(page).locator(".badge")).to_have_text("✓ Bestätigt")
    assert (status_of(identity), stored(identity).customer) == ("confirmed", None)


def test_before_the_start_nobody_is_marked_as_missing_or_done(site: Site, page: Page, branch: TestBranch) -> None:
    requested(site, branch)
    open_planner(page, site, branch, moment(1, 9))
    event(page, "Mustermann").click(button="right")
    expect(page.get_by_role("menu")).to_be_visible()
    assert not {"Nicht erschienen", "Erledigt"} & set(menu(page))


def test_whoever_comes_second_is_told_what_happened(site: Site, page: Page, branch: TestBranch) -> None:
    identity = requested(site, branch)
    open_planner(page, site, branch, moment(1, 9))
    event(page, "Mustermann").click()
    press(page, "Ablehnen")
    path = f"/api/v1/staff/branches/{branch.id}/appointments/{identity}/status"
    token = site.token(branches=(branch.id,))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    assert site.send("POST", path, b'{"version": 1, "status": "confirmed"}', headers).status == 200
    press(page, "Ablehnen")
    expect(dialog(page).get_by_role("alert")).to_contain_text("Inzwischen hat jemand diesen Termin geändert: bestätigt, ")
    expect(dialog(page).locator(".badge")).to_have_text("✓ Bestätigt")
    assert status_of(identity) == "confirmed"


def test_a_call_waits_in_the_inbox_until_it_is_ticked_off(site: Site, page: Page, branch: TestBranch) -> None:
    requested(site, branch, phone="+49 171 3920 211")
    open_planner(page, site, branch, moment(1, 9))
    event(page, "Mustermann").click()
    press(page, "Kunde benachrichtigen")
    dialog(page).get_by_role("radio", name="Anruf").check()
    press(page, "Benachrichtigen")
    expect(page.get_by_role("dialog")).to_have_count(1)
    page.keyboard.press("Escape")
    entry = page.locator(".entry.call_back")
    expect(entry).to_contain_text("Bitte anrufen")
    expect(entry.get_by_role("link", name="+49 171 3920 211")).to_have_attribute("href", "tel:+491713920211")
    entry.get_by_role("button", name="Abhaken").click()
    expect(entry).to_have_count(0)


def test_an_appointment_is_found_by_its_address(site: Site, page: Page, branch: TestBranch) -> None:
    start = moment(9, 9)
    identity = requested(site, branch, days=9)
    sign_in(page, site, branch, to=f"index.html#{identity}")
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("Mustermann")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{start.day}. ")
    assert "#" not in page.url


# ------------------------------------------------------------------------------------------------------------- made by staff


def find_free(page: Page) -> Locator:
    return dialog(page).locator(".starts button")


def test_an_appointment_is_made_at_the_next_free_time_for_a_customer_found_by_search(
    site: Site, page: Page, branch: TestBranch
) -> None:
    own_branch = two_cabins(site, templates=(replace(FITTING, resources=("cabin-1", "cabin-2")),))
    sign_in(page, site, own_branch)
    page.get_by_role("button", name="Neuer Termin").click()
    dialog(page).get_by_label("Wer").fill("Ohnemail")
    dialog(page).get_by_role("option", name="Neuer Kunde: Ohnemail").click()
    dialog(page).get_by_label("Telefon", exact=True).fill("+49 40 66969 300")
    dialog(page).get_by_label("Terminart").select_option("Anpassung")
    chips = find_free(page)
    expect(chips).to_have_count(24)
    press(page, "Weitere Zeiten")
    expect(chips).to_have_count(48)
    chips.nth(3).click()
    press(page, "Eintragen")
    expect(page.locator(".toast").last).to_contain_text("Eingetragen")
    (made,) = planned(own_branch)
    assert (made.type, made.status, made.name, made.end - made.start) == ("appointment", "confirmed", "Ohnemail", 60)

    page.get_by_role("button", name="Neuer Termin").click()
    dialog(page).get_by_label("Wer").fill("ohnem")
    dialog(page).get_by_role("option", name="Ohnemail").first.click()
    find_free(page).nth(8).click()
    press(page, "Eintragen")
    expect(page.locator(".toast").last).to_contain_text("Eingetragen")
    assert len({each.customer for each in planned(own_branch)}) == 1


def test_a_move_onto_a_taken_time_offers_the_standby_place_that_is_left_and_marks_it(site: Site, page: Page) -> None:
    cabin = Resource(id="cabin-1", name="Kabine 1", released=True, standby=1)
    branch, start = site.branch(availability("08:00-18:00"), resources=(cabin,)), moment(1, 9)
    identity = requested(site, branch, hour=9)
    requested(site, branch, hour=12, last_name="Zweite")
    open_planner(page, site, branch, start)
    x, y = place(page, start)
    drag(page, (x, y + 10), (x, place(page, moment(1, 12))[1] + 10))
    press(page, "Verschieben")
    page.get_by_role("button", name="Trotzdem eintragen (Zusatzplatz)").click()
    expect(event(page, "Mustermann")).to_contain_text("Zusatzplatz")
    assert stored(identity).lanes == {("cabin-1", 1)}


def test_a_series_shows_its_clashes_and_books_what_is_free(site: Site, page: Page, branch: TestBranch) -> None:
    requested(site, branch, days=8, hour=10)
    open_planner(page, site, branch, moment(1, 10))
    page.mouse.click(*place(page, moment(1, 10, 5)))
    dialog(page).get_by_label("Wer").fill("Reihe")
    dialog(page).get_by_role("option", name="Neuer Kunde: Reihe").click()
    dialog(page).get_by_label("E-Mail", exact=True).fill(email := new_address())
    press(page, "Mehr …")
    dialog(page).get_by_label("Serie").check()
    dialog(page).get_by_label("Anzahl der Termine").fill("5")
    expect(dialog(page).get_by_label("Wer")).to_have_value("Reihe")
    press(page, "Eintragen")
    expect(dialog(page).locator("tr.slot_taken")).to_have_count(1)
    expect(dialog(page).locator("tr.free")).to_have_count(4)
    dialog(page).locator("tr.free").last.get_by_role("checkbox").uncheck()
    press(page, "3 freie eintragen")
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("3 Termine eingetragen")
    page.evaluate(PRINT)
    press(page, "Terminzettel drucken")
    printed: str = page.evaluate("printed")
    assert printed.count("10:00 Uhr") == 3
    assert "Hörakustik Elbufer" in printed
    assert [each.series.number for each in planned(branch) if each.name == "Reihe" and each.series] == [1, 3, 4]
    assert re.search(r"Weitere Termine, jeweils zur selben Uhrzeit: \d+\.\d+\.", site.mail(email).text or "")


def test_a_series_whose_message_fails_is_booked_and_says_so(site: Site, page: Page) -> None:
    branch = two_cabins(site)
    Desk(site, branch, "staff").create(email=new_address())
    sign_in(page, site, branch)
    page.route("**/tell", lambda route: route.fulfill(status=503, json={"error": {"code": "try_again"}}))
    go_to(page, moment(1, 9))
    page.mouse.click(*place(page, moment(1, 9)))
    dialog(page).get_by_label("Wer").fill("Meyer")
    dialog(page).get_by_role("option", name=re.compile("^Meyer")).click()
    press(page, "Mehr …")
    dialog(page).get_by_label("Serie").check()
    dialog(page).get_by_label("Anzahl der Termine").fill("2")
    press(page, "Eintragen")
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("2 Termine eingetragen")
    expect(dialog(page)).to_contain_text("die Nachricht an den Kunden ging nicht hinaus")


def test_a_drawn_range_is_blocked(site: Site, page: Page, branch: TestBranch) -> None:
    start = moment(1, 10)
    open_planner(page, site, branch, start)
    x, y = place(page, moment(1, 11), 2)
    drag(page, place(page, start, 2), (x, y - 3))
    choose(page, "Zeit sperren")
    dialog(page).get_by_label("Wofür?").fill("Besprechung")
    press(page, "Zeit sperren")
    expect(event(page, "Besprechung")).to_contain_text("10:00")
    (shown,) = planned(branch)
    assert (shown.type, shown.start, shown.end) == ("blocked", minutes(start), minutes(moment(1, 11)))


def test_when_somebody_is_ill_each_appointment_is_decided_in_one_action(site: Site, page: Page, branch: TestBranch) -> None:
    kept, moved, off = (requested(site, branch, hour=hour, last_name=f"Frau {hour}") for hour in (9, 11, 13))
    open_planner(page, site, branch, moment(1, 9))
    tools(page, "Ausfall eintragen")
    for label in ("Von, Datum", "Bis, Datum"):
        dialog(page).get_by_label(label).fill(f"{moment(1, 9):%Y-%m-%d}")
    press(page, "Termine zeigen")
    expect(dialog(page)).to_contain_text("3 Termine liegen in dieser Zeit.")
    expect(dialog(page)).to_contain_text(f"{moment(1, 9):%Y}, ganztägig")
    becomes = {hour: dialog(page).get_by_label(f"Was geschieht mit dem Termin von Frau {hour}?") for hour in (9, 11, 13)}
    assert [each.input_value() for each in becomes.values()] == [""] * 3
    press(page, "Ausfall eintragen: 3 offen")
    expect(dialog(page).get_by_role("alert")).to_contain_text("Diese Termine sind noch offen.")
    assert (status_of(off), stored(moved).resource) == ("proposed", "cabin-1")
    dialog(page).get_by_label("Alle auf einmal").select_option("absagen")
    expect(dialog(page).locator(".message")).to_contain_text("@example.org")
    becomes[9].select_option("behalten")
    becomes[11].select_option("zu Kabine 2 verschieben")
    press(page, "Ausfall eintragen: 1 verschieben, 1 absagen, 1 behalten")
    outcomes = dialog(page).locator("tbody tr td:last-child")
    expect(outcomes).to_have_text(["behalten", "verschoben", "abgesagt"])
    assert status_of(off) == "cancelled"
    assert (stored(moved).resource, stored(kept).resource) == ("cabin-2", "cabin-1")


def test_an_afternoon_is_moved_to_another_day_and_the_closing_is_reopened(site: Site, page: Page, branch: TestBranch) -> None:
    """Each customer is told as is chosen; who only comes to somebody else is not told unless staff say so."""
    told, untold, elsewhere = (requested(site, branch, hour=hour, last_name=f"Frau {hour}") for hour in (13, 14, 15))
    open_planner(page, site, branch, moment(1, 9))
    tools(page, "Ausfall eintragen")
    dialog(page).get_by_label("Name des Ausfalls").fill("krank")
    press(page, "Termine zeigen")
    dialog(page).get_by_label("Alle auf einmal").select_option("auf einen anderen Tag verschieben")
    dialog(page).get_by_label("Was geschieht mit dem Termin von Frau 15?").select_option("zu Kabine 2 verschieben")
    ways = [dialog(page).get_by_label(f"Wie wird Frau {hour} benachrichtigt?") for hour in (13, 14, 15)]
    assert [each.input_value() for each in ways] == ["email", "email", "none"]
    expect(dialog(page).locator(".message")).to_contain_text("Verschiebung an Frau 13")
    expect(dialog(page).locator(".message pre")).to_contain_text("13:00")
    ways[1].select_option("none")
    press(page, "Ausfall eintragen: 3 verschieben")
    expect(dialog(page).locator("tbody tr td:last-child")).to_have_text(["verschoben"] * 3)
    page.keyboard.press("Escape")
    later = [minutes(moment(2, 13)), minutes(moment(2, 14))]
    assert [stored(told).start, stored(untold).start, stored(elsewhere).resource] == [*later, "cabin-2"]
    kinds = [[each.kind for each in wiring.store().history(one)[1] if each.event > 1] for one in (told, untold, elsewhere)]
    assert kinds == [["moved"], [], []]

    expect(page.locator(".ec .why", has_text="krank")).to_be_attached()
    page.mouse.click(*place(page, moment(1, 10)))
    choose(page, "Ausfall ansehen: krank")
    expect(dialog(page)).to_contain_text("Kabine 1")
    expect(dialog(page)).to_contain_text("ganztägig")
    press(page, "Wieder öffnen")
    expect(page.locator("#voice")).to_have_text("Die Zeit ist wieder geöffnet.")
    expect(page.locator(".ec .why", has_text="krank")).to_have_count(0)
    tools(page, "Ausfälle")
    expect(dialog(page)).to_contain_text("Es ist kein Ausfall eingetragen.")


def test_who_does_not_carry_a_kind_takes_nobody_over_and_what_could_not_be_has_a_way_on(site: Site, page: Page) -> None:
    """Where the time of a move is taken meanwhile, other times stand there."""
    test, advice = (Template(id=each, name={"de": each}, duration=30) for each in ("test", "advice"))
    kinds = (replace(test, resources=("cabin-1", "cabin-2")), replace(advice, resources=("cabin-1",)))
    branch = two_cabins(site, templates=kinds)
    moved, waits = (
        requested(site, branch, hour=hour, template=kind, last_name=f"Frau {hour}")
        for hour, kind in ((9, "test"), (11, "advice"))
    )
    open_planner(page, site, branch, moment(1, 9))
    tools(page, "Ausfall eintragen")
    press(page, "Termine zeigen")
    dialog(page).get_by_label("Alle auf einmal").select_option("zu Kabine 2 verschieben (1 von 2)")
    rest = dialog(page).get_by_label("Was geschieht mit dem Termin von Frau 11?")
    expect(rest).to_have_value("")
    expect(rest).to_have_accessible_description("Kabine 2 bietet diese Terminart nicht an.")
    press(page, "Ausfall eintragen: 1 verschieben, 1 offen")
    expect(dialog(page).get_by_role("alert").get_by_role("link")).to_contain_text(["Frau 11"])
    rest.select_option("behalten")
    requested(site, branch, hour=9, resource="cabin-2", template="test", last_name="Frau Eilig")
    press(page, "Ausfall eintragen: 1 verschieben, 1 behalten")
    result = dialog(page).get_by_role("row", name="Frau 9")
    expect(result).to_contain_text("Diese Zeit ist schon vergeben.")
    result.get_by_role("button", name="Termin öffnen").click()
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("Frau 9")
    page.keyboard.press("Escape")
    result.get_by_role("button", name="Kabine 2").first.click()
    press(page, "Verschieben")
    expect(result).to_contain_text("verschoben")
    assert (stored(moved).resource, stored(waits).resource) == ("cabin-2", "cabin-1")


def test_an_admin_changes_opening_hours_where_they_are_drawn(site: Site, page: Page, branch: TestBranch) -> None:
    start = moment(1, 10)
    open_planner(page, site, branch, start, ("admin",))
    page.mouse.click(*place(page, start))
    choose(page, "Verfügbarkeiten ändern")
    expect(dialog(page).get_by_label("Von", exact=True)).to_have_value("08:00")
    dialog(page).get_by_label("Bis", exact=True).fill("12:00")
    press(page, "Speichern")
    expect(page.locator("#voice")).to_have_text("Gespeichert.")
    settings = wiring.store().settings(branch.id)
    assert settings is not None
    (exception,) = settings.exceptions
    assert (exception.resource, exception.day, exception.hours[0].end) == ("cabin-1", start.date(), 12 * 60)


def test_hours_that_end_before_they_begin_are_told_in_their_row(site: Site, page: Page, branch: TestBranch) -> None:
    start = moment(1, 10)
    open_planner(page, site, branch, start, ("admin",))
    page.mouse.click(*place(page, start))
    choose(page, "Verfügbarkeiten ändern")
    end = dialog(page).get_by_label("Bis", exact=True)
    end.fill("07:00")
    press(page, "Speichern")
    expect(end).to_have_accessible_description("Fehler: Das Ende muss nach dem Anfang liegen, spätestens um 24:00 Uhr.")
    end.fill("12:00")
    press(page, "Speichern")
    expect(page.locator("#voice")).to_have_text("Gespeichert.")


def test_staff_are_not_offered_to_change_opening_hours(site: Site, page: Page, branch: TestBranch) -> None:
    open_planner(page, site, branch, moment(1, 10))
    page.mouse.click(*place(page, moment(1, 10)))
    assert dialog(page).locator(".others button").all_text_contents() == ["Zeit sperren", "Ausfall eintragen"]
    expect(page.get_by_role("link", name="Einstellungen")).to_have_count(0)


def test_the_days_list_is_printed_with_phones(site: Site, page: Page, branch: TestBranch) -> None:
    requested(site, branch, phone="+49 40 66969 300")
    open_planner(page, site, branch, moment(1, 9))
    page.evaluate(PRINT)
    tools(page, "Liste drucken")
    press(page, "Drucken")
    expect(page.locator(".paper")).to_be_attached()
    printed: str = page.evaluate("printed")
    for text in ("Kabine 1", "09:00–09:30", "Mustermann", "+49 40 66969 300", "Notizen"):
        assert text in printed


# --------------------------------------------------------------------------------------------------------------------- zones


def test_a_browser_elsewhere_shows_and_moves_in_the_branchs_time(site: Site, open_page: OpenPage, branch: TestBranch) -> None:
    start = moment(1, 9)
    identity = requested(site, branch, hour=9)
    page = open_page(zone="Pacific/Auckland")
    open_planner(page, site, branch, start)
    expect(event(page, "Mustermann")).to_contain_text("09:00")
    x, y = place(page, start)
    drag(page, (x, y + 10), (x, place(page, moment(1, 12))[1] + 10))
    press(page, "Verschieben")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert stored(identity).start == minutes(moment(1, 12))


def test_in_the_night_the_clocks_go_back_two_appointments_of_the_same_wall_time_are_told_apart(
    site: Site, page: Page, branch: TestBranch
) -> None:
    for instant in ("2027-10-31T00:30", "2027-10-31T01:30"):
        made = appointment(branch=branch.id, start=at(instant), end=at(instant) + 45, name=f"Nacht {instant[12]}")
        wiring.store().write(Change(before=None, after=made, event=event_of(made, "booked", "test", NOW)))
    sign_in(page, site, branch)
    page.get_by_label("Zu einem Datum").fill("2027-10-31")
    expect(event(page, "Nacht 0")).to_contain_text("02:30 MESZ")
    expect(event(page, "Nacht 1")).to_contain_text("02:30 MEZ")


def test_the_key_that_deletes_cancels(site: Site, page: Page, branch: TestBranch) -> None:
    identity = requested(site, branch)
    open_planner(page, site, branch, moment(1, 9))
    event(page, "Mustermann").focus()
    page.keyboard.press("Delete")
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("Absagen")
    press(page, "Absagen")
    expect(event(page, "Mustermann")).to_have_count(0)
    assert status_of(identity) == "cancelled"


def test_preparation_and_follow_up_are_drawn_around_the_appointment(site: Site, page: Page) -> None:
    branch = two_cabins(site, templates=(replace(FITTING, preparation=15, follow_up=30),))
    requested(site, branch, hour=10, template="fitting")
    open_planner(page, site, branch, moment(1, 10))
    heights = (
        """element => ["::before", "::after"].map((part) => getComputedStyle(element.closest(".ec-event"), part).height)"""
    )
    assert event(page, "Mustermann").evaluate(heights) == ["22px", "44px"]


def test_an_appointment_for_nobody_is_not_sent(site: Site, page: Page, branch: TestBranch) -> None:
    sign_in(page, site, branch)
    page.get_by_role("button", name="Neuer Termin").click()
    press(page, "Eintragen")
    expect(dialog(page).get_by_role("alert").get_by_role("link", name="Wer")).to_be_visible()
    expect(dialog(page).get_by_label("Wer", exact=True)).to_have_attribute("aria-invalid", "true")
    assert planned(branch) == []


def test_what_is_announced_is_heard_in_an_open_dialog_too(site: Site, page: Page, branch: TestBranch) -> None:
    requested(site, branch)
    open_planner(page, site, branch, moment(1, 9))
    event(page, "Mustermann").click()
    press(page, "Verschieben")
    press(page, "Freie Zeiten zeigen")
    expect(dialog(page).get_by_role("status")).to_have_text("8 freie Zeiten")


# ---------------------------------------------------------------------------------------------------- what stands against it


def beside(site: Site) -> TestBranch:
    """Two cabins, of which only the first one carries the fitting, with one of two persons beside."""
    cabins = tuple(Resource(id=f"cabin-{number}", name=f"Kabine {number}", released=True, order=number) for number in (1, 2))
    persons = (
        Resource(id="anna", name="Anna Brandt", kind="person", order=3),
        Resource(id="ben", name="Ben Petersen", kind="person", order=4),
    )
    every = tuple(each.id for each in (*cabins, *persons))
    return site.branch(
        availability("08:00-18:00", resources=every, weekdays=EVERY_DAY),
        resources=(*cabins, *persons),
        templates=(replace(FITTING, second=("anna", "ben")),),
    )


def options(page: Page, label: str) -> list[str]:
    return dialog(page).get_by_label(label, exact=True).locator("option").all_text_contents()


def for_somebody(page: Page) -> None:
    dialog(page).get_by_label("Wer", exact=True).fill("Frau Tresen")


def test_a_kind_is_offered_where_it_is_carried_with_who_is_wanted_beside(site: Site, page: Page) -> None:
    branch = beside(site)
    open_planner(page, site, branch, moment(1, 9))
    page.get_by_role("button", name="Neuer Termin").click()
    assert options(page, "Ressource") == ["Kabine 1", "Kabine 2", "Anna Brandt", "Ben Petersen"]
    expect(dialog(page).get_by_label("Außerdem dabei", exact=True)).to_be_hidden()
    dialog(page).get_by_label("Ressource", exact=True).select_option("Kabine 2")
    dialog(page).get_by_label("Terminart").select_option("Anpassung")
    assert options(page, "Ressource") == ["Kabine 1"]
    assert options(page, "Außerdem dabei") == ["wer Zeit hat", "Anna Brandt", "Ben Petersen"]
    dialog(page).get_by_label("Außerdem dabei", exact=True).select_option("Ben Petersen")
    for_somebody(page)
    press(page, "Eintragen")
    expect(page.locator(".toast").last).to_contain_text("Eingetragen")
    (made,) = planned(branch)
    assert (made.resource, made.second) == ("cabin-1", "ben")


def test_what_is_new_begins_with_the_day_on_screen(site: Site, page: Page, branch: TestBranch) -> None:
    shown = moment(9, 9)
    open_planner(page, site, branch, shown)
    page.get_by_role("heading", level=1).focus()
    ways: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: page.get_by_role("button", name="Neuer Termin").click(), "Datum"),
        (lambda: tools(page, "Zeit sperren"), "Von, Datum"),
        (lambda: tools(page, "Ausfall eintragen"), "Von, Datum"),
    )
    for begin, label in ways:
        begin()
        expect(dialog(page).get_by_label(label, exact=True)).to_have_value(f"{shown:%Y-%m-%d}")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("c")
    expect(dialog(page).locator(".when")).to_contain_text(f"{shown.day}. ")


def test_a_day_is_closed_whole_unless_times_are_given(site: Site, page: Page, branch: TestBranch) -> None:
    open_planner(page, site, branch, moment(9, 9))
    tools(page, "Ausfall eintragen")
    expect(dialog(page).get_by_label("Ganztägig")).to_be_checked()
    expect(dialog(page).get_by_label("Von, Uhrzeit")).to_be_hidden()
    press(page, "Termine zeigen")
    press(page, "Ausfall eintragen")
    expect(dialog(page)).to_contain_text("Der Ausfall ist eingetragen.")
    settings = wiring.store().settings_now(branch.id)
    assert settings is not None
    away = settings.hours("cabin-1", "closes")
    assert [(each.valid_from, each.valid_until, each.hours.start, each.hours.end) for each in away] == [
        (moment(9, 9).date(), moment(9, 9).date(), 0, 1440)
    ]


def test_staff_are_not_warned_of_what_binds_customers_alone_but_of_who_is_away(site: Site, page: Page) -> None:
    hidden = Resource(id="cabin-1", name="Kabine 1", released=False)
    branch = site.branch(availability("08:00-18:00"), absence("12:00-13:00"), resources=(hidden,), lead_hours=200)
    open_planner(page, site, branch, moment(1, 9))
    for hour, doubted in ((9, False), (12, True)):
        page.get_by_role("button", name="Neuer Termin").click()
        dialog(page).get_by_label("Uhrzeit", exact=True).fill(f"{hour:02}:00")
        for_somebody(page)
        press(page, "Eintragen")
        if doubted:
            expect(dialog(page).get_by_role("heading", level=2)).to_have_text("Bitte prüfen")
            expect(dialog(page).locator("td").last).to_have_text("frei – Kabine 1: Abwesenheit")
        else:
            expect(page.locator(".toast")).to_contain_text("Eingetragen")


def test_while_dragging_the_new_time_is_shown_and_that_nobody_works_there(site: Site, page: Page, branch: TestBranch) -> None:
    start = moment(1, 9)
    away = absence("11:00-12:00", resources=("cabin-2",))
    site.change(replace(branch.settings, availabilities=(*branch.settings.availabilities, away)))
    requested(site, branch, hour=9)
    open_planner(page, site, branch, start)
    x, y = place(page, start)
    page.mouse.move(x, y + 10)
    page.mouse.down()
    page.mouse.move(x + 3, y + 18, steps=3)
    page.mouse.move(x, place(page, moment(1, 11, 30))[1] + 10, steps=8)
    expect(page.locator(".ec-preview .ev time")).to_contain_text("11:30")
    expect(page.locator(".ec-preview .warning")).to_have_count(0)
    goal = place(page, moment(1, 11, 30), 2)
    page.mouse.move(goal[0], goal[1] + 10, steps=4)
    expect(page.locator(".ec-preview .warned .warning")).to_have_text("Abwesenheit")
    page.mouse.up()
    press(page, "Nicht verschieben")


def test_today_opens_at_a_line_for_now_and_says_how_it_stands(site: Site, page: Page, branch: TestBranch) -> None:
    now = moment(0, 15, 42)
    requested(site, branch, hour=9)
    page.clock.install(time=now)
    page.set_viewport_size({"width": 1280, "height": 600})
    sign_in(page, site, branch)
    expect(page.locator(".standing")).to_have_text("Heute: 1 wartet, Lücken: Kabine 1 15:45, Kabine 2 15:45")
    expect(page.locator(".gone.now")).to_have_count(1)
    expect(page.locator(".gone.now")).to_be_in_viewport()
    line = page.locator(".gone.now").bounding_box()
    assert line is not None
    assert abs(line["y"] + line["height"] - place(page, now)[1]) < 3
    page.locator(".ec-main").evaluate("each => each.scrollTop = 0")
    page.clock.run_for(60_000)
    tools(page, "Abgesagte zeigen")
    assert page.locator(".ec-main").evaluate("each => each.scrollTop") == 0  # whoever has scrolled stays there
    page.get_by_role("button", name="Weiter", exact=True).click()
    expect(page.locator(".gone")).to_have_count(0)


def test_a_weekend_on_which_nobody_works_or_comes_folds_away(site: Site, page: Page) -> None:
    branch = site.branch(availability("08:00-18:00", weekdays=frozenset(range(1, 6))))
    sign_in(page, site, branch)
    page.locator("#view-week").click()
    expect(page.locator(".ec-col-head")).to_have_count(5)
    page.locator("#view-all").click()
    expect(page.locator(".overview thead th")).to_have_count(5)
    go_to(page, moment(6 - moment(0, 9).weekday(), 9))
    page.locator("#view-day").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sonntag")
    expect(page.locator(".ec-day.ec-sun")).to_have_count(1)


def test_in_a_quarter_of_an_hour_the_surname_is_read_in_full(site: Site, page: Page, branch: TestBranch) -> None:
    start = int(moment(1, 9).timestamp()) // 60
    with AppointmentItem.batch_write() as batch:
        made = appointment(
            branch=branch.id, resource="cabin-1", start=start, end=start + 15, status="confirmed", type="appointment",
            comment=None, name="Öztürk-Wagenknecht, Ayşe",
        )  # fmt: skip
        batch.save(items.from_appointment(made))
    open_planner(page, site, branch, moment(1, 9))
    page.locator("#view-week").click()
    seen: dict[str, float] = page.locator(".grid .ev b").evaluate("""each => {
        const text = document.createRange();
        const [box, chip] = [each, each.closest(".ev")].map((part) => part.getBoundingClientRect());
        text.setStart(each.firstChild, 0);
        text.setEnd(each.firstChild, each.textContent.indexOf("-"));
        const word = text.getBoundingClientRect();
        return {right: box.right - word.right, top: word.top - chip.top, bottom: chip.bottom - word.bottom};
    }""")
    assert min(seen.values()) >= 0


def test_a_move_to_where_somebody_is_away_is_warned_of(site: Site, page: Page) -> None:
    branch = two_cabins(site)
    away = absence("11:00-12:00", resources=("cabin-2",))
    site.change(replace(branch.settings, availabilities=(*branch.settings.availabilities, away)))
    requested(site, branch, hour=9)
    open_planner(page, site, branch, moment(1, 9))
    x, y = place(page, moment(1, 9))
    goal = place(page, moment(1, 11), 2)
    drag(page, (x, y + 10), (goal[0], goal[1] + 10))
    expect(dialog(page).get_by_text("Bitte prüfen – Kabine 2: Abwesenheit")).to_be_visible()
    press(page, "Nicht verschieben")
    event(page, "Mustermann").click()
    press(page, "Verschieben")
    dialog(page).get_by_label("Uhrzeit", exact=True).fill("20:00")
    dialog(page).get_by_label("Uhrzeit", exact=True).blur()
    expect(dialog(page).get_by_text("Bitte prüfen – Kabine 1: außerhalb der Arbeitszeit")).to_be_visible()
    dialog(page).get_by_label("Uhrzeit", exact=True).fill("10:00")
    dialog(page).get_by_label("Uhrzeit", exact=True).blur()
    expect(dialog(page).get_by_text("Bitte prüfen")).to_be_hidden()


def test_a_move_to_another_place_at_the_same_time_is_told_only_if_staff_say_so(
    site: Site, page: Page, branch: TestBranch
) -> None:
    requested(site, branch, hour=9)
    open_planner(page, site, branch, moment(1, 9))
    x, y = place(page, moment(1, 9))
    drag(page, (x, y + 10), (place(page, moment(1, 9), 2)[0], y + 10))
    expect(dialog(page).get_by_label("Nicht benachrichtigen")).to_be_checked()
    dialog(page).get_by_label("E-Mail", exact=True).check()
    expect(dialog(page).locator(".message")).to_contain_text("Die Zeit bleibt für Sie reserviert.")


def test_why_somebody_cannot_be_told_is_said_once(site: Site, page: Page, branch: TestBranch) -> None:
    requested(site, branch, hour=9, phone="+49 40 66969 300", last_name="Festnetz")
    start = minutes(moment(1, 11))
    nobody = appointment(
        branch=branch.id, start=start, end=start + 30, status="confirmed", name="Ohne", comment=None, type="appointment"
    )
    wiring.store().write(Change(before=None, after=nobody, event=event_of(nobody, "booked", "test", NOW)))
    open_planner(page, site, branch, moment(1, 9))
    event(page, "Festnetz").click()
    press(page, "Verschieben")
    expect(dialog(page).get_by_label("SMS – an diese Nummer geht keine SMS")).to_be_disabled()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    event(page, "Ohne").click()
    press(page, "Verschieben")
    expect(dialog(page).get_by_text("Keine Adresse und keine Nummer bekannt.")).to_be_visible()
    expect(dialog(page).get_by_role("radio")).to_have_count(1)
