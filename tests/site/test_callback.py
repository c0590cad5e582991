""" "Please call me": at every step, without an address, and never a dead end."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.languages import LANGUAGES
from tests.site.helpers import (
    PRACTICE,
    REACHED,
    OpenPage,
    answering,
    challenge,
    challenging,
    expect_received,
    fill,
    link,
    moment,
    open_form,
    proven,
    refuse,
    send,
    settled,
    worded,
)
from tests.site.looks import DESK, PHONE, seen, wrong
from tests.site.test_proof import NEEDED, received
from tests.site_of_tests import Site

CALL = "Bitte rufen Sie mich an"
SENT = (201, {"id": "0" * 32})
WAITING = (
    201,
    {
        "id": "0" * 32,
        "status": "proposed",
        "start": "2027-03-01T09:00:00+01:00",
        "end": "2027-03-01T09:30:00+01:00",
        "early": 0,
        "confirm_until": "2027-02-20T11:30:00+01:00",
    },
)


def open_call(page: Page, site: Site, **branch: object) -> None:
    page.goto(link(site, site.branch(**(PRACTICE | branch))))
    settled(page)
    page.get_by_role("button", name=worded(page, CALL)).click()
    expect_call(page)


def expect_call(page: Page) -> None:
    expect(page.get_by_role("heading", level=1, name=worded(page, CALL))).to_be_focused()
    expect(page.get_by_label(worded(page, "Ihr Name"))).to_be_visible()


def fill_call(page: Page) -> None:
    page.get_by_label(worded(page, "Ihr Name")).fill("Jansen")
    page.get_by_label(worded(page, "Telefon")).fill("040 66969 123")


def ask(page: Page) -> None:
    page.get_by_role("button", name=worded(page, "Um Rückruf bitten")).click()


def test_whoever_asks_to_be_called_is_told_that_it_arrived(site: Site, page: Page) -> None:
    challenging(page, challenge(9))
    posts = answering(page, "callbacks", SENT)
    open_call(page, site)
    fill_call(page)
    page.get_by_label("Wann passt es Ihnen?").fill("ab 17 Uhr")
    ask(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Wir rufen Sie an")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page).to_have_title("Wir rufen Sie an – Hörakustik Elbufer")
    expect(page.locator("main")).to_contain_text("Ihre Nummer: 040 66969 123.")
    body = posts[0].body
    assert proven(body.pop("proof"))["number"] == 9
    assert body == {"name": "Jansen", "phone": "040 66969 123", "when": "ab 17 Uhr", "language": "de"}
    page.get_by_role("button", name="Zu den freien Zeiten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wann möchten Sie kommen?")


def week(page: Page) -> None:
    expect(page.locator("terminwerk-week")).to_be_visible()


def form(page: Page) -> None:
    page.locator("terminwerk-week button.slot").first.click()


def lost(page: Page) -> None:
    refuse(page, 409, {"code": "slot_taken", "message": "", "alternatives": []})
    form(page)
    fill(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("gerade vergeben")
    settled(page)


def fault(page: Page) -> None:
    page.route("**/appointments", lambda route: route.abort())
    form(page)
    fill(page)
    send(page)
    expect(page.locator("#fault").get_by_role("button", name=CALL)).to_be_visible()


def limit(page: Page) -> None:
    refuse(page, 429, {"code": "too_many_requests", "message": "", "contact": {"name": "Elbufer", **REACHED}})
    form(page)
    fill(page)
    send(page)
    expect(page.locator("#fault").get_by_role("button", name=CALL)).to_be_visible()


def done(page: Page) -> None:
    answering(page, "appointments", received())
    form(page)
    fill(page)
    send(page)
    expect_received(page)


def month(page: Page) -> None:
    page.get_by_role("button", name="Monat zeigen").click()
    expect(page.locator("#month-shown")).to_be_visible()


@pytest.mark.parametrize("step", [week, month, form, lost, fault, limit, done])
def test_it_is_reached_from_every_step_and_leads_back(site: Site, page: Page, step: Callable[[Page], None]) -> None:
    challenging(page, challenge())
    page.goto(link(site, site.branch()))
    settled(page)
    step(page)
    before = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name=CALL).first.click()
    expect_call(page)
    expect(page.get_by_role("button", name=CALL)).to_have_count(0)
    page.get_by_role("button", name="Zurück", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(before)


def test_it_is_reached_where_online_booking_is_switched_off(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch(online=False, **PRACTICE)))
    page.get_by_role("button", name=CALL).click()
    expect_call(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zurzeit können Sie hier keine Termine anfragen")
    page.go_forward()
    fill_call(page)
    ask(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Wir rufen Sie an")
    expect(page.get_by_role("button", name="Zu den freien Zeiten")).to_have_count(0)


def test_whoever_has_no_address_finds_it_below_the_field_and_keeps_what_was_typed(site: Site, page: Page) -> None:
    challenging(page, challenge())
    open_form(page, site, site.branch(), moment(1, 9))
    page.get_by_label("Nachname", exact=True).fill("Jansen")
    page.get_by_label("Vorname", exact=False).first.fill("Erika")
    page.get_by_label("Telefon").fill("040 1")
    page.get_by_text("Keine E-Mail-Adresse?").get_by_role("button", name="Wir rufen Sie an.").click()
    expect_call(page)
    expect(page.get_by_label("Ihr Name")).to_have_value("Erika Jansen")
    expect(page.get_by_label("Telefon")).to_have_value("040 1")
    page.get_by_label("Wann passt es Ihnen?").fill("morgens")
    page.go_back()
    expect(page.get_by_label("Nachname", exact=True)).to_have_value("Jansen")
    page.go_forward()
    expect(page.get_by_label("Wann passt es Ihnen?")).to_have_value("morgens")


def test_what_is_missing_is_said_at_its_field(site: Site, page: Page) -> None:
    challenging(page, challenge())
    posts = answering(
        page,
        "callbacks",
        (400, {"code": "invalid", "message": "", "codes": {"phone": {"code": "phone"}}}),
        (400, {"code": "invalid", "message": "", "codes": {"name": {"code": "name_address"}}}),
        SENT,
    )
    open_call(page, site)
    ask(page)
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#errors a")).to_have_text(["Geben Sie Ihren Namen ein.", "Geben Sie Ihre Telefonnummer ein."])
    assert posts == []
    fill_call(page)
    ask(page)
    expect(page.locator("#errors a")).to_have_text(["Geben Sie bei „Telefon“ eine Telefonnummer ein, zum Beispiel 040 123456."])
    expect(page.get_by_label("Telefon")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Telefon").fill("040 66969 124")
    ask(page)
    expect(page.locator("#errors a")).to_contain_text("Geben Sie bei „Ihr Name“ nur den Namen ein")
    ask(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Wir rufen Sie an")


@pytest.mark.parametrize(
    "answer",
    [
        (429, {"code": "too_many_requests", "message": "", "contact": {"name": "Elbufer", **REACHED}}),
        NEEDED,
        (503, {"code": "try_again", "message": ""}),
        None,
    ],
)
def test_where_it_fails_phone_and_mail_are_shown_and_it_can_be_repeated(
    site: Site, page: Page, answer: tuple[int, dict[str, object]] | None
) -> None:
    challenging(page, challenge())
    if answer:
        answering(page, "callbacks", answer)
    else:
        page.route("**/callbacks", lambda route: route.abort())
    open_call(page, site)
    fill_call(page)
    ask(page)
    expect(page.locator("#fault")).to_be_focused()
    expect(page.locator("#fault").get_by_role("link")).to_have_text(["+49 40 66969 000", "praxis@example.org"])
    answering(page, "callbacks", SENT)
    page.get_by_role("button", name="Noch einmal versuchen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wir rufen Sie an")


def test_it_is_done_by_keyboard_alone_and_the_trap_is_not_reached(site: Site, page: Page) -> None:
    challenging(page, challenge())
    posts = answering(page, "callbacks", SENT)
    open_call(page, site)
    for text in ("Jansen", "040 66969 123", "mittags"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wir rufen Sie an")
    body = posts[0].body
    assert (body["name"], body["phone"], body["when"], "website" in body) == ("Jansen", "040 66969 123", "mittags", False)


def test_a_robot_that_fills_every_field_tells_itself(site: Site, page: Page) -> None:
    challenging(page, challenge())
    posts = answering(page, "callbacks", SENT)
    open_call(page, site)
    page.evaluate("document.querySelectorAll('form input').forEach((input) => { input.value = 'x'; })")
    page.evaluate(
        "document.querySelectorAll('form input').forEach((input) => input.dispatchEvent(new Event('input', {bubbles: true})))"
    )
    ask(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Wir rufen Sie an")
    assert posts[0].body["website"] == "x"


def test_a_call_asked_for_again_after_a_lost_answer_is_asked_for_once(site: Site, page: Page) -> None:
    challenging(page, challenge())
    posts = answering(page, "callbacks", (503, {"code": "try_again", "message": ""}), SENT)
    open_call(page, site)
    fill_call(page)
    ask(page)
    page.get_by_role("button", name="Noch einmal versuchen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wir rufen Sie an")
    assert len(posts) == 2
    assert len({post.key for post in posts}) == 1


def test_a_call_arrives_at_the_practice_with_a_real_proof(site: Site, page: Page) -> None:
    open_call(page, site)
    fill_call(page)
    with page.expect_response("**/callbacks") as answer:
        ask(page)
    assert answer.value.status == 201
    expect(page.get_by_role("heading", level=1)).to_have_text("Wir rufen Sie an")


def test_a_double_click_asks_once(site: Site, page: Page) -> None:
    challenging(page, challenge())
    posts = answering(page, "callbacks", SENT)
    open_call(page, site)
    fill_call(page)
    page.get_by_role("button", name="Um Rückruf bitten").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wir rufen Sie an")
    assert len(posts) == 1


def test_it_speaks_english_and_changes_language_on_the_way(site: Site, open_page: OpenPage) -> None:
    page = open_page(locale="en-GB")
    challenging(page, challenge())
    posts = answering(page, "callbacks", SENT)
    page.goto(link(site, site.branch()))
    settled(page)
    page.get_by_role("button", name="Please call me").click()
    page.get_by_label("Your name").fill("Jansen")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_label("Ihr Name")).to_have_value("Jansen")
    page.get_by_role("button", name="English").click()
    page.get_by_label("Phone").fill("040 66969 123")
    page.get_by_role("button", name="Ask for a call").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We will call you")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wir rufen Sie an")
    assert posts[0].body["language"] == "en"


def test_where_its_module_does_not_come_it_can_be_asked_for_again(site: Site, page: Page) -> None:
    challenging(page, challenge())
    page.route("**/texts/*/form.json", lambda route: route.fulfill(content_type="application/json", body="{"))
    page.goto(link(site, site.branch()))
    settled(page)
    page.get_by_role("button", name=CALL).click()
    expect(page.locator("#fault")).to_be_visible()
    page.unroute("**/texts/*/form.json")
    page.get_by_role("button", name="Noch einmal versuchen").click()
    expect_call(page)


def test_a_request_that_waits_for_its_mail_says_what_to_do_and_offers_a_call(site: Site, page: Page) -> None:
    challenging(page, challenge())
    answering(page, "appointments", WAITING)
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page)
    send(page)
    main = page.locator("main")
    expect(page.get_by_role("heading", level=1, name="Bitte bestätigen Sie Ihre Anfrage")).to_be_focused()
    expect(main).to_contain_text("Wir haben eine E-Mail an jansen@posteo.de geschickt.")
    expect(main).to_contain_text("bis Samstag, 20. Februar 2027, 11:30\u00a0Uhr")
    expect(main).to_contain_text("Spam-Ordner")
    expect(main).not_to_contain_text("reserviert")
    expect(page.get_by_role("link", name="Ihren Termin ansehen")).to_have_count(0)
    main.get_by_role("button", name=CALL).click()
    expect_call(page)
    expect(page.get_by_label("Ihr Name")).to_have_value("Jansen")


def states(page: Page, site: Site) -> Iterator[str]:
    """Leads a page through its states and names each."""
    page.goto(link(site, site.branch(languages=LANGUAGES, **PRACTICE)))
    settled(page)
    form(page)  # a narrow page shows one day, which may still be today
    answering(page, "appointments", WAITING)
    fill(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(worded(page, "Bitte bestätigen Sie Ihre Anfrage"))
    yield "confirm first"
    page.locator("main").get_by_role("button", name=worded(page, CALL)).click()
    expect_call(page)
    yield "call"
    ask(page)
    expect(page.locator("#errors")).to_be_focused()
    yield "call with errors"
    answering(page, "callbacks", (429, {"code": "too_many_requests", "message": "", "contact": {"name": "", **REACHED}}), SENT)
    fill_call(page)
    ask(page)
    expect(page.locator("#fault")).to_be_focused()
    yield "call refused"
    page.locator("#send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(worded(page, "Wir rufen Sie an"))
    yield "call arrived"


def test_axe_finds_nothing_and_nothing_sticks_out_or_is_too_small(site: Site, open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")
    challenging(page, challenge())
    found = seen(page, states(page, site), (PHONE, DESK))
    assert not wrong(found), wrong(found)
    assert len(found) == 5
