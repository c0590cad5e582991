"""What only the link in a mail can do: confirm a request, and say that it was not me. Opening it does nothing."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.languages import LANGUAGES
from tests.builders import new_address
from tests.site.helpers import PRACTICE, REACHED, OpenPage, expect_received, fill, language_of, moment, open_form, send
from tests.site.looks import DESK, PHONE, seen, wrong
from tests.site.test_manage import heading, own, press, said, state
from tests.site_of_tests import Site, token_of

View = dict[str, Any]
NAME = "Hörakustik Elbufer"
CONTACT = {"name": NAME, **REACHED}


class Appointment:
    """A real appointment's view, as the API would show it under other circumstances."""

    def __init__(self, page: Page, site: Site, **more: Any) -> None:
        self.page = page
        address = own(site, site.branch(languages=LANGUAGES, **PRACTICE), moment(3, 9), language=language_of(page))
        self.address, self.token = address, token_of(address)
        self.view: View = site.get("/api/v1/appointment", **{"Appointment-Token": self.token}).json | {"disowned": False} | more
        self.posts: list[tuple[str, Any]] = []
        page.route("**/api/v1/appointment", lambda route: route.fulfill(json=self.view))

    def answer(self, path: str, http: int = 200, body: View | None = None, **change: Any) -> None:
        """What comes of a POST; where it goes well, the appointment has changed."""

        def answer(route: Any) -> None:
            self.posts.append((path, route.request.post_data_json))
            if http == 200:
                self.view |= change
            route.fulfill(status=http, json=self.view if http == 200 else body)

        self.page.unroute(f"**/api/v1/appointment/{path}")
        self.page.route(f"**/api/v1/appointment/{path}", answer)

    def open(self, query: str = "") -> None:
        self.page.goto(self.address.replace("manage.html", f"manage.html{query}"))


def waiting(page: Page, site: Site) -> Appointment:
    return Appointment(page, site, confirm_until=moment(1, 11, 30).isoformat())


def refusal(code: str, **more: Any) -> View:
    return {"code": code, "message": "", **more}


def test_a_request_is_confirmed_by_one_large_button_and_not_by_opening_it(site: Site, page: Page) -> None:
    appointment = waiting(page, site)
    appointment.answer("confirm", confirm_until=None)
    appointment.open()
    expect(heading(page)).to_have_text("Bitte bestätigen Sie Ihre Anfrage")
    expect(page.locator(".facts")).to_contain_text(NAME)
    expect(page.locator(".facts")).to_contain_text("09:00")
    expect(page.locator("main")).to_contain_text("Das geht bis")
    expect(page.locator("main")).to_contain_text("11:30")
    expect(page.locator("main").get_by_role("button")).to_have_text(["Anfrage bestätigen"])
    assert appointment.posts == []
    press(page, "Anfrage bestätigen")
    expect(said(page)).to_have_text("Ihre Anfrage ist bestätigt. Die Praxis hat sie jetzt.")
    expect(heading(page)).to_be_focused()
    state(page, "Angefragt")
    assert appointment.posts == [("confirm", {})]


def test_a_late_click_is_told_that_the_time_may_be_gone(site: Site, page: Page) -> None:
    appointment = waiting(page, site)
    appointment.view |= {"status": "expired"}
    appointment.answer("confirm", confirm_until=None, status="proposed")
    appointment.open()
    expect(page.locator("main")).to_contain_text("Die Frist ist vorbei")
    press(page, "Anfrage bestätigen")
    state(page, "Angefragt")


def test_where_the_time_is_gone_another_one_is_confirmed_by_one_press(site: Site, page: Page) -> None:
    appointment = waiting(page, site)
    others = [{"start": moment(4, hour).isoformat(), "end": moment(4, hour, 30).isoformat()} for hour in (9, 10)]
    appointment.answer("confirm", 409, refusal("slot_taken", alternatives=others))
    appointment.open()
    press(page, "Anfrage bestätigen")
    expect(page.locator("#lost")).to_contain_text("Diese Zeit ist leider nicht mehr frei.")
    expect(page.locator(".alternatives button")).to_have_count(2)
    expect(page.get_by_role("button", name="Anfrage bestätigen")).to_have_count(0)
    appointment.answer("confirm", confirm_until=None, start=others[1]["start"])
    page.locator(".alternatives button").nth(1).click()
    expect(said(page)).to_be_visible()
    expect(page.locator(".facts strong").first).to_contain_text("10:00")
    assert [body for _, body in appointment.posts] == [{}, {"start": others[1]["start"]}]


@pytest.mark.parametrize("code", ["too_soon", "too_far", "outside_availability"])
def test_a_time_that_is_no_longer_offered_leads_to_the_practice_and_to_other_times(site: Site, page: Page, code: str) -> None:
    appointment = waiting(page, site)
    appointment.answer("confirm", 422, refusal(code))
    appointment.open()
    press(page, "Anfrage bestätigen")
    expect(page.locator("#lost")).to_contain_text("Diese Zeit wird nicht mehr angeboten.")
    expect(page.get_by_role("link", name="Neuen Termin anfragen")).to_be_visible()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, refusal("too_many_requests", contact=CONTACT)),
        (404, refusal("not_found")),
        (403, refusal("forbidden")),
        (503, refusal("try_again")),
    ],
)
def test_a_confirmation_that_fails_shows_phone_and_mail_and_can_be_repeated(
    site: Site, page: Page, status: int, body: View
) -> None:
    appointment = waiting(page, site)
    appointment.answer("confirm", status, body)
    appointment.open()
    press(page, "Anfrage bestätigen")
    expect(page.locator("#fault")).to_be_focused()
    expect(page.locator("#fault").get_by_role("link")).to_have_text([PRACTICE["phone"], PRACTICE["email"]])
    appointment.answer("confirm", confirm_until=None)
    press(page, "Noch einmal versuchen")
    expect(said(page)).to_be_visible()


def test_a_link_that_may_not_do_it_says_which_one_may(site: Site, page: Page) -> None:
    appointment = waiting(page, site)
    appointment.answer("confirm", 403, refusal("forbidden"))
    appointment.open()
    press(page, "Anfrage bestätigen")
    expect(page.locator("#fault")).to_contain_text("Das geht nur mit dem Link aus der E-Mail.")


def test_whoever_did_not_ask_is_asked_first_and_opening_the_link_does_nothing(site: Site, page: Page) -> None:
    appointment = Appointment(page, site)
    appointment.answer("disown", disowned=True, status="cancelled", may=[])
    appointment.open("?disown")
    expect(heading(page)).to_have_text("Hat jemand in Ihrem Haushalt angefragt?")
    expect(page.locator(".moment")).to_contain_text("09:00")
    expect(page.locator(".moment")).to_contain_text(NAME)
    assert appointment.posts == []
    press(page, "Das war ich nicht")
    expect(said(page)).to_have_text("Danke für den Hinweis.")
    expect(heading(page)).to_be_focused()
    state(page, "Abgesagt")
    expect(page.locator("main")).to_contain_text("Die Anfrage ist zurückgenommen.")
    assert appointment.posts == [("disown", {})]


def test_what_was_pressed_by_mistake_is_undone(site: Site, page: Page) -> None:
    appointment = Appointment(page, site, disowned=True, status="cancelled", may=[])
    appointment.answer("disown/undo", disowned=False, status="proposed", may=["cancel", "move"])
    appointment.open("?disown")
    expect(heading(page)).to_have_text("Ihr Termin")
    press(page, "Rückgängig machen")
    expect(said(page)).to_have_text("Es ist rückgängig gemacht. So steht der Termin jetzt.")
    state(page, "Angefragt")
    expect(page.get_by_role("button", name="Rückgängig machen")).to_have_count(0)


def test_an_undo_that_comes_too_late_says_so(site: Site, page: Page) -> None:
    appointment = Appointment(page, site, disowned=True, status="cancelled", may=[])
    appointment.answer("disown/undo", 409, refusal("slot_taken", alternatives=[]))
    appointment.open()
    press(page, "Rückgängig machen")
    expect(said(page)).to_contain_text("Das ging nicht mehr")


def test_of_a_confirmed_one_the_practice_is_told(site: Site, page: Page) -> None:
    appointment = Appointment(page, site, status="confirmed")
    appointment.answer("disown", disowned=True)
    appointment.open("?disown")
    press(page, "Das war ich nicht")
    expect(page.locator("main")).to_contain_text("Die Praxis weiß jetzt, dass Sie nicht angefragt haben")
    state(page, "Bestätigt")


def test_whoever_remembers_changes_nothing(site: Site, page: Page) -> None:
    appointment = Appointment(page, site)
    appointment.open("?disown")
    press(page, "Doch, das ist in Ordnung")
    expect(heading(page)).to_have_text("Ihr Termin")
    expect(heading(page)).to_be_focused()
    press(page, "Termin absagen")
    press(page, "Nein, Termin behalten")
    expect(heading(page)).to_have_text("Ihr Termin")
    assert appointment.posts == []


def test_a_disowning_that_fails_can_be_repeated(site: Site, page: Page) -> None:
    appointment = Appointment(page, site)
    appointment.answer("disown", 503, refusal("try_again"))
    appointment.open("?disown")
    press(page, "Das war ich nicht")
    expect(page.locator("#fault")).to_be_focused()
    appointment.answer("disown", disowned=True, status="cancelled", may=[])
    press(page, "Noch einmal versuchen")
    expect(said(page)).to_be_visible()


def test_a_link_that_was_voided_tells_how_else_to_reach_the_practice(site: Site, page: Page) -> None:
    body = json.dumps(refusal("unauthorized", contact=CONTACT))
    page.route("**/api/v1/appointment", lambda route: route.fulfill(status=401, body=body))
    page.goto(f"{site.url}/manage.html#{'0' * 32}.{'0' * 20}.{'a' * 43}")
    expect(heading(page)).to_have_text("Dieser Link wurde gesperrt")
    expect(page.locator("header")).to_contain_text(NAME)
    expect(page.locator("main").get_by_role("link")).to_have_text([PRACTICE["phone"], PRACTICE["email"]])


def test_a_voided_link_still_stops_its_address_and_its_empty_answer_is_no_fault(site: Site, page: Page) -> None:
    body = json.dumps(refusal("unauthorized", contact=CONTACT))
    page.route("**/api/v1/appointment", lambda route: route.fulfill(status=401, body=body))
    page.route("**/api/v1/appointment/disown", lambda route: route.fulfill(status=503, json=refusal("try_again")))
    page.goto(f"{site.url}/manage.html?disown#{'0' * 32}.{'0' * 20}.{'a' * 43}")
    press(page, "Das war ich nicht")
    expect(page.get_by_role("status").filter(has_text="Das hat nicht geklappt.")).to_be_focused()
    page.route("**/api/v1/appointment/disown", lambda route: route.fulfill(status=204))
    press(page, "Das war ich nicht")
    expect(page.get_by_role("status").filter(has_text="Danke für den Hinweis.")).to_be_focused()
    expect(page.get_by_role("button", name="Das war ich nicht")).to_have_count(0)


def mailed(site: Site, address: str, query: str = "") -> str:
    """The address of the customer's page in the one mail to a customer."""
    [found] = set(re.findall(rf"{re.escape(site.url)}/manage\.html{re.escape(query)}#\S+", site.mail(address).text or ""))
    return str(found)


def test_from_the_form_by_the_mail_to_the_confirmed_request(site: Site, page: Page) -> None:
    """Nothing of it is acted: the page has no proof, the API asks for the address's confirmation."""
    page.route("**/challenge", lambda route: route.fulfill(status=503, json=refusal("try_again")))
    address = new_address()
    open_form(page, site, site.branch(), moment(3, 9))
    fill(page, email=address)
    send(page)
    expect(heading(page)).to_have_text("Bitte bestätigen Sie Ihre Anfrage")
    page.goto(mailed(site, address))
    press(page, "Anfrage bestätigen")
    expect(said(page)).to_have_text("Ihre Anfrage ist bestätigt. Die Praxis hat sie jetzt.")
    page.reload()
    state(page, "Angefragt")


def test_from_the_mail_to_the_request_that_was_disowned_and_back(site: Site, page: Page) -> None:
    address = new_address()
    open_form(page, site, site.branch(), moment(3, 9))
    fill(page, email=address)
    send(page)
    expect_received(page)
    page.goto(mailed(site, address, "?disown"))
    press(page, "Das war ich nicht")
    state(page, "Abgesagt")
    press(page, "Rückgängig machen")
    state(page, "Angefragt")


def test_the_link_that_the_page_gave_proves_no_address(site: Site, page: Page) -> None:
    page.goto(own(site, site.branch(**PRACTICE), moment(3, 9)).replace("manage.html", "manage.html?disown"))
    press(page, "Das war ich nicht")
    expect(page.locator("#fault")).to_contain_text("Das geht nur mit dem Link aus der E-Mail.")


def states(page: Page, site: Site) -> Iterator[str]:
    """Leads a page through its states and names each."""
    waits = waiting(page, site)
    others = [{"start": moment(4, hour).isoformat(), "end": moment(4, hour, 30).isoformat()} for hour in (9, 10, 11)]
    waits.open()
    expect(page.locator(".facts")).to_be_visible()
    yield "to be confirmed"
    waits.answer("confirm", 409, refusal("slot_taken", alternatives=others))
    press(page, "Anfrage bestätigen")
    expect(page.locator("#lost")).to_be_visible()
    yield "the time is gone"
    waits.answer("confirm", 429, refusal("too_many_requests", contact=CONTACT))
    page.locator(".alternatives button").first.click()
    expect(page.locator("#fault")).to_be_focused()
    yield "too many"
    page.unroute("**/api/v1/appointment")
    other = Appointment(page, site)
    other.open("?disown")
    expect(page.locator(".moment")).to_be_visible()
    yield "to be disowned"
    other.answer("disown", disowned=True, status="cancelled", may=[])
    press(page, "Das war ich nicht")
    expect(said(page)).to_be_visible()
    yield "disowned"
    page.unroute("**/api/v1/appointment")
    page.route("**/api/v1/appointment", lambda route: route.fulfill(status=401, json=refusal("unauthorized", contact=CONTACT)))
    page.reload()
    expect(page.locator("main .ways")).to_be_visible()
    yield "voided"


def test_axe_finds_nothing_and_nothing_sticks_out_or_is_too_small(site: Site, open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")
    found = seen(page, states(page, site), (PHONE, DESK))
    assert not wrong(found), wrong(found)
    assert len(found) == 6
