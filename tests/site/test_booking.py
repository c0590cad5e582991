"""A customer books: by mouse, by keyboard, for someone else, once more."""

from dataclasses import replace
from datetime import datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib.domain.settings import Resource
from tests.builders import availability
from tests.site.helpers import (
    FITTING,
    HEARING_TEST,
    TOLD,
    OpenPage,
    book,
    expect_received,
    fill,
    free,
    link,
    moment,
    open_form,
    send,
    settled,
    spoken,
)
from tests.site_of_tests import Site


def tab_to(page: Page, target: Locator) -> None:
    for _ in range(250):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab never reached it")


def test_a_customer_books_by_mouse_and_is_told_what_comes_next(site: Site, page: Page) -> None:
    start = moment(2, 9, 30)
    open_form(page, site, site.branch(), start)
    expect(page.locator(".chosen")).to_contain_text(f"{start:%H:%M}\u00a0Uhr")
    fill(page, email="mouse@posteo.de")
    expect(page.locator(".address")).to_have_text("mouse@posteo.de")
    send(page)
    expect_received(page)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator("main")).to_contain_text("Die Zeit ist für Sie reserviert. Wir antworten an mouse@posteo.de.")
    expect(page.locator("main")).to_contain_text(f"{start:%H:%M}\u00a0Uhr")


def test_the_receipt_comes_by_mail(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(2, 10))
    fill(page, email="receipt@posteo.de")
    send(page)
    expect_received(page)
    assert site.mail(to="receipt@posteo.de").subject.startswith("Ihre Terminanfrage für ")


def test_a_customer_books_by_keyboard_alone(site: Site, page: Page) -> None:
    start = moment(2, 8)
    page.goto(link(site, site.branch()))
    settled(page)
    tab_to(page, free(page, start))
    page.keyboard.press("ArrowDown")
    expect(free(page, moment(2, 8, 30))).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(free(page, moment(3, 8, 30))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Ihre Angaben")).to_be_focused()
    tab_to(page, page.get_by_label("Nachname", exact=True))
    page.keyboard.type("Jansen")
    tab_to(page, page.get_by_label("E-Mail-Adresse"))
    page.keyboard.type("jansen@posteo.de")
    tab_to(page, page.get_by_label("Bitte schriftlich, nicht anrufen"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Termin anfragen"))
    page.keyboard.press("Enter")
    expect_received(page)


def test_a_skip_link_leads_past_the_times_and_leaves_the_address_alone(site: Site, page: Page) -> None:
    address = link(site, site.branch())
    page.goto(address)
    settled(page)
    tab_to(page, page.get_by_role("link", name="Zeiten überspringen"))
    page.keyboard.press("Enter")
    expect(page.locator("footer")).to_be_focused()
    assert page.url == address


def test_arrows_turn_the_weeks_but_not_into_the_past(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch()))
    settled(page)
    back, on = (page.get_by_role("button", name=name) for name in ("Frühere Woche", "Spätere Woche"))
    expect(back).to_be_disabled()
    on.click()
    expect(free(page, moment(8, 9))).to_be_visible()
    expect(on).to_be_focused()
    expect(back).to_be_enabled()
    back.click()
    expect(free(page, moment(1, 9))).to_be_visible()
    expect(back).to_be_disabled()


def test_the_last_week_is_the_horizons(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch(horizon_days=10)))
    settled(page)
    on = page.get_by_role("button", name="Spätere Woche")
    on.click()
    expect(free(page, moment(10, 9))).to_be_visible()
    expect(on).to_be_disabled()


def test_the_next_free_appointment_is_one_press_away(site: Site, page: Page) -> None:
    with page.expect_response(lambda response: "/slots" in response.url) as answer:
        page.goto(link(site, site.branch()))
    starts = [slot["start"] for day in answer.value.json()["days"] for slot in day["slots"] if slot["state"] == "free"]
    page.get_by_role("button", name="Nächster freier Termin").click()
    name = spoken(datetime.fromisoformat(starts[0]))
    expect(page.locator(".chosen")).to_contain_text(name.rpartition(",")[0])
    expect(page.locator(".chosen")).to_contain_text(name.rpartition(", ")[2])


def test_a_double_click_books_once(site: Site, page: Page) -> None:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    open_form(page, site, site.branch(), moment(1, 11))
    fill(page)
    page.get_by_role("button", name="Termin anfragen").dblclick()
    expect_received(page)
    assert len(posts) == 1


def test_another_appointment_keeps_the_contact_data_and_sees_the_first_one_taken(site: Site, page: Page) -> None:
    branch, start = site.branch(), moment(1, 12)
    book(page, site, branch, start)
    with page.expect_request(lambda request: "fresh=" in request.url):
        page.get_by_role("button", name="Weiteren Termin anfragen").click()
    expect(page.get_by_text(f"{spoken(start)}, vergeben")).to_have_count(1)
    free(page, moment(1, 13)).click()
    expect(page.get_by_label("Nachname", exact=True)).to_have_value("Jansen")
    expect(page.get_by_label("E-Mail-Adresse")).to_have_value("jansen@posteo.de")
    send(page)
    expect_received(page)


def test_done_says_for_whom_and_its_loudest_thing_is_no_other_appointment(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(1, 12))
    fill(page)
    page.get_by_label("Ich frage für jemand anderen an").check()
    page.get_by_label("Vorname der Person").fill("Mia")
    page.get_by_label("Nachname der Person").fill("Petersen")
    send(page)
    expect_received(page)
    expect(page.locator(".moment")).to_contain_text("Für Mia Petersen")
    expect(page.locator("main button:not(.plain, .quiet)")).to_have_count(0)


@pytest.mark.parametrize(("places", "what"), [(1, "Hörtest"), (2, "Hörtest · Kabine 1")])
def test_the_kind_comes_first_and_the_place_only_where_there_is_a_choice(
    site: Site, page: Page, places: int, what: str
) -> None:
    cabins = [Resource(id=f"cabin-{number}", name=f"Kabine {number}", released=True) for number in range(1, places + 1)]
    branch = site.branch(templates=(HEARING_TEST,), resources=tuple(cabins))
    page.goto(link(site, branch))
    expect(page.locator(".heading .lead")).to_contain_text(what.replace("Hörtest", "Hörtest, 45\u00a0Minuten"))
    page.goto(site.book(branch, moment(1, 9).isoformat(), template=HEARING_TEST.id)["manage_url"])
    expect(page.locator(".facts dd").nth(1)).to_have_text(what)


def test_the_browsers_back_button_leads_from_the_form_to_the_week_and_loses_nothing(site: Site, page: Page) -> None:
    branch = site.branch()
    open_form(page, site, branch, moment(1, 9))
    fill(page, last_name="Zurück")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wann möchten Sie kommen?")
    assert page.url == link(site, branch)
    free(page, moment(1, 10)).click()
    expect(page.get_by_label("Nachname", exact=True)).to_have_value("Zurück")


def test_changing_the_time_keeps_the_details(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page, last_name="Wechsel")
    page.get_by_role("button", name="Zeit ändern").click()
    free(page, moment(1, 14)).click()
    expect(page.get_by_label("Nachname", exact=True)).to_have_value("Wechsel")
    expect(page.locator(".chosen")).to_contain_text("14:00")


def test_of_several_kinds_one_is_chosen_first(site: Site, page: Page) -> None:
    branch = site.branch(templates=(HEARING_TEST, FITTING))
    page.goto(link(site, branch))
    page.get_by_role("button", name="Anpassung").click()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        free(page, moment(1, 9)).click()
        expect(page.locator(".chosen")).to_contain_text("Anpassung, 60 Minuten")
        fill(page)
        send(page)
    assert (sent.value.post_data_json or {})["template"] == "fitting"
    expect_received(page)


def test_the_kinds_stand_in_the_branchs_order_with_their_durations(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch(templates=(FITTING, HEARING_TEST))))
    expect(page.get_by_role("heading", level=1)).to_have_text("Worum geht es?")
    expect(page.locator(".offer")).to_have_text(["Anpassung60 Minuten", "Hörtest45 Minuten"])


@pytest.mark.parametrize("named", ["", "gone"])
def test_a_kind_that_the_link_does_not_name_rightly_is_asked_for(site: Site, page: Page, named: str) -> None:
    page.goto(link(site, site.branch(templates=(HEARING_TEST, FITTING)), f"&t={named}"))
    page.get_by_role("button", name="Hörtest").click()
    free(page, moment(1, 8)).click()
    expect(page.locator(".chosen")).to_contain_text("Hörtest, 45 Minuten")


def test_another_kind_is_chosen_without_losing_the_week(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch(templates=(HEARING_TEST, FITTING)), "&t=hearing-test"))
    page.get_by_role("button", name="Spätere Woche").click()
    expect(free(page, moment(8, 8))).to_be_visible()
    page.get_by_role("button", name="Auswahl ändern").click()
    page.get_by_role("button", name="Anpassung").click()
    free(page, moment(8, 9)).click()
    expect(page.locator(".chosen")).to_contain_text("Anpassung, 60 Minuten")


def test_who_shall_come_earlier_is_told_so_everywhere(site: Site, page: Page) -> None:
    note = "Bitte kommen Sie 10 Minuten früher, um 08:50\u00a0Uhr."
    open_form(page, site, site.branch(templates=(replace(HEARING_TEST, early=10),)), moment(2, 9))
    expect(page.locator("terminwerk-form")).to_contain_text(note)
    fill(page)
    send(page)
    expect_received(page)
    expect(page.locator(".moment")).to_contain_text(note)
    page.goto(page.get_by_role("link", name="Ihren Termin ansehen").get_attribute("href") or "")
    expect(page.locator(".facts")).to_contain_text(note)


def test_what_a_visit_costs_stands_before_any_time_and_how_to_prepare_from_the_form_on(site: Site, page: Page) -> None:
    paid, cost = replace(HEARING_TEST, **TOLD), "25,00\u00a0€, Selbstzahler · zuzüglich Material"
    page.goto(link(site, site.branch(templates=(paid, FITTING))))
    expect(page.locator(".offer").last).to_have_text(f"Hörtest45 MinutenMit Auswertung{cost}")
    branch = site.branch(templates=(paid,))
    page.route("**/slots*", lambda route: None)  # no time comes
    page.goto(link(site, branch))
    expect(page.locator(".heading")).to_contain_text(cost)
    page.unroute_all()
    open_form(page, site, branch, moment(2, 9))
    expect(page.locator("terminwerk-form")).to_contain_text(cost)
    prepared = page.locator(".preparation .said")
    expect(prepared).to_have_text("Bitte <b>mitbringen</b>:\n- Karte", use_inner_text=True)
    fill(page)
    send(page)
    expect_received(page)
    own_page = page.get_by_role("link", name="Ihren Termin ansehen").get_attribute("href") or ""
    page.reload()  # what was known of the kind is gone
    for address in (own_page, ""):
        expect(page.locator("main")).to_contain_text(cost)
        expect(prepared).to_have_text("Bitte <b>mitbringen</b>:\n- Karte", use_inner_text=True)
        if address:
            page.goto(address)


def test_who_need_not_come_earlier_is_told_nothing_of_it(site: Site, page: Page) -> None:
    page.goto(book(page, site, site.branch(templates=(HEARING_TEST,)), moment(2, 8)))
    expect(page.locator(".facts")).to_be_visible()
    expect(page.get_by_text("früher")).to_have_count(0)


def test_back_to_the_kinds_and_forward_again_asks_for_the_kind(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch(templates=(HEARING_TEST, FITTING))))
    page.get_by_role("button", name="Anpassung").click()
    expect(free(page, moment(1, 9))).to_be_visible()
    page.go_back()
    page.go_forward()
    page.get_by_role("button", name="Hörtest").click()
    free(page, moment(1, 8)).click()
    expect(page.locator(".chosen")).to_contain_text("Hörtest, 45 Minuten")


def test_a_choice_of_one_is_skipped(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch(templates=(HEARING_TEST,))))
    free(page, moment(1, 8)).click()
    expect(page.locator(".chosen")).to_contain_text("Hörtest, 45 Minuten")


def test_the_link_may_name_the_kind(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch(templates=(HEARING_TEST, FITTING)), "&t=hearing-test"))
    free(page, moment(1, 8)).click()
    expect(page.locator(".chosen")).to_contain_text("Hörtest")


def test_a_kind_that_is_confirmed_at_once_is_said_to_be(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(templates=(replace(HEARING_TEST, starts_as="confirmed"),)), moment(1, 8))
    fill(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Termin ist bestätigt")


def test_of_several_resources_one_is_chosen_first(site: Site, page: Page) -> None:
    cabin, person = (
        Resource(id="cabin-1", name="Kabine 1", released=True),
        Resource(id="p", name="Frau Petersen", released=True),
    )
    page.goto(f"{site.url}/?a={site.branch(resources=(cabin, person)).alias}")
    page.get_by_role("button", name="Kabine 1").click()
    free(page, moment(1, 9)).click()
    expect(page.locator(".chosen")).to_contain_text("Kabine 1")
    page.go_back()
    page.get_by_role("button", name="Auswahl ändern").click()
    page.get_by_role("button", name="Frau Petersen").click()
    expect(page.locator(".lead")).to_contain_text("Frau Petersen")
    expect(page.locator(".notice")).to_contain_text("In dieser Woche ist nichts frei.")


def test_a_link_to_a_resource_that_is_gone_offers_the_others(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/?a={site.branch().alias}&r=gone")
    expect(page.locator(".lead")).to_contain_text("Dafür werden online keine Termine mehr angeboten.")
    page.get_by_role("button", name="Kabine 1").click()
    expect(free(page, moment(1, 9))).to_be_visible()


def test_a_week_without_free_times_offers_the_next_one(site: Site, page: Page) -> None:
    later = moment(16, 8)
    branch = site.branch(availability("08:00-18:00", valid_from=later.date()))
    page.goto(link(site, branch))
    notice = page.locator(".notice")
    expect(notice).to_contain_text(f"Der nächste freie Termin ist am {spoken(later)}\u00a0Uhr.")
    page.get_by_role("button", name="Zeiten ab").click()
    free(page, moment(17, 10)).click()
    page.go_back()
    page.get_by_role("button", name="Frühere Woche").click()
    page.get_by_role("button", name="Frühere Woche").click()
    page.get_by_role("button", name="Diesen Termin wählen").click()
    fill(page)
    send(page)
    expect_received(page)


def test_whoever_books_for_someone_else_names_the_visitor(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(1, 15))
    fill(page)
    expect(page.get_by_label("Nachname der Person")).to_be_hidden()
    page.get_by_label("Ich frage für jemand anderen an").check()
    send(page)
    page.get_by_role("link", name="Geben Sie den Nachnamen der Person ein, die kommt.").click()
    expect(page.get_by_label("Nachname der Person")).to_be_focused()
    page.keyboard.type("Petersen")
    page.get_by_label("Bitte schriftlich, nicht anrufen").check()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        send(page)
    body = sent.value.post_data_json or {}
    assert (body["visitor_last_name"], body["in_writing"], body["language"]) == ("Petersen", True, "de")
    expect_received(page)


def test_reminders_are_asked_for_by_a_tick_that_nobody_has_set(site: Site, page: Page) -> None:
    """With the version of the text that was shown beside it (R29)."""
    open_form(page, site, site.branch(notice_version="7"), moment(1, 15))
    box = page.get_by_label("an den Termin erinnern")
    expect(box).not_to_be_checked()
    fill(page)
    box.check()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        send(page)
    body = sent.value.post_data_json or {}
    assert (body["remind"], body["notice_version"]) == (True, "7")
    expect_received(page)


def test_a_branch_that_reminds_nobody_asks_nobody(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(reminder_hours=()), moment(1, 15))
    expect(page.get_by_label("Bitte schriftlich, nicht anrufen")).to_be_visible()
    expect(page.get_by_label("an den Termin erinnern")).to_have_count(0)


def test_no_customer_data_is_in_an_address_or_kept_by_the_browser(site: Site, page: Page) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    open_form(page, site, site.branch(), moment(1, 16))
    fill(page, last_name="Geheimrat", email="geheimrat@posteo.de")
    send(page)
    expect_received(page)
    assert "geheimrat" not in " ".join([*addresses, page.url, page.title()]).lower()
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


def test_nothing_is_asked_of_a_third_party(site: Site, page: Page) -> None:
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    book(page, site, site.branch(), moment(1, 17))
    assert [address for address in addresses if not address.startswith((site.url, "data:"))] == []


def test_a_phone_shows_a_list_by_day(site: Site, open_page: OpenPage) -> None:
    page = open_page(width=390)
    page.goto(link(site, site.branch()))
    settled(page)
    expect(page.get_by_role("table")).to_have_count(0)
    day = page.locator("details").nth(3)
    day.locator("summary").click()
    day.get_by_role("button", name="09:30, frei").click()
    fill(page)
    send(page)
    expect_received(page)
