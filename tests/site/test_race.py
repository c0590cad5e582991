"""Someone else was faster, or no answer came: nothing typed is lost and nothing is booked twice."""

import json

from playwright.sync_api import Page, Route, expect

from tests.site.helpers import (
    PRACTICE,
    REACHED,
    WEEKDAYS,
    OpenPage,
    expect_received,
    fill,
    free,
    link,
    moment,
    open_form,
    refuse,
    send,
    spoken,
)
from tests.site_of_tests import Site

LOST = "Diese Zeit wurde gerade vergeben. Ihre Angaben sind noch da."


def test_who_loses_the_race_keeps_the_details_and_takes_an_alternative(site: Site, page: Page) -> None:
    branch, start = site.branch(), moment(2, 10)
    open_form(page, site, branch, start)
    fill(page, last_name="Verlierer", email="verlierer@posteo.de")
    site.book(branch, start.isoformat())
    with page.expect_request(lambda request: "/slots" in request.url and "fresh=" in request.url):
        send(page)
    expect(page.get_by_role("heading", level=1, name=LOST)).to_be_focused()
    expect(page.get_by_text(f"{spoken(start)}, vergeben")).to_have_count(1)
    page.locator(".alternatives button").first.click()
    expect(page.get_by_label("Nachname", exact=True)).to_have_value("Verlierer")
    expect(page.get_by_label("E-Mail-Adresse")).to_have_value("verlierer@posteo.de")
    send(page)
    expect_received(page)


def test_who_loses_the_race_reads_which_time_it_was_and_finds_the_others_by_time(site: Site, page: Page) -> None:
    start = moment(2, 10)
    others = [{"start": moment(*at).isoformat(), "end": moment(*at).isoformat()} for at in ((2, 11), (2, 9), (3, 8))]
    refuse(page, 409, {"code": "slot_taken", "message": "", "alternatives": others})
    open_form(page, site, site.branch(), start)
    fill(page)
    send(page)
    expect(page.locator(".lost")).to_contain_text(f"Gewählt war {WEEKDAYS[start.weekday()][:2]}., {start.day}. ")
    expect(page.locator(".lost del")).to_contain_text("10:00")
    shown = [text.rpartition(", ")[2] for text in page.locator(".alternatives button").all_inner_texts()]
    assert shown == ["09:00\u00a0Uhr", "11:00\u00a0Uhr", "08:00\u00a0Uhr"]


def test_who_loses_the_race_may_take_any_other_time(site: Site, page: Page) -> None:
    branch, start = site.branch(), moment(2, 11)
    open_form(page, site, branch, start)
    fill(page)
    site.book(branch, start.isoformat())
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(LOST)
    free(page, moment(3, 16)).click()
    send(page)
    expect_received(page)


def test_a_taken_time_is_an_x_in_a_second_browser(site: Site, open_page: OpenPage) -> None:
    branch, start = site.branch(), moment(1, 9)
    first, second = open_page(), open_page()
    open_form(first, site, branch, start)
    fill(first)
    send(first)
    expect_received(first)
    second.goto(link(site, branch))
    taken = second.locator(".taken", has_text=spoken(start))
    expect(taken.locator("[aria-hidden=true]")).to_have_text("x")
    expect(taken.locator(".unseen")).to_have_text(f"{spoken(start)}, vergeben")
    expect(free(second, start)).to_have_count(0)


def test_a_repeat_after_a_lost_answer_books_once(site: Site, page: Page) -> None:
    branch, start = site.branch(), moment(2, 12)
    sent: list[tuple[str | None, str]] = []

    def lose_the_answer(route: Route) -> None:
        answer = route.fetch()
        sent.append((route.request.headers.get("idempotency-key"), answer.json()["id"]))
        if len(sent) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route("**/appointments", lose_the_answer)
    open_form(page, site, branch, start)
    fill(page)
    send(page)
    expect(page.locator("#fault")).to_be_focused()
    expect(page.locator("#fault")).to_contain_text("Wir haben keine Antwort bekommen.")
    page.get_by_role("button", name="Noch einmal versuchen").click()
    expect_received(page)
    assert len(sent) == 2
    assert sent[0] == sent[1], "the same key, and so the same appointment"


def test_other_details_are_another_request_with_another_key(site: Site, page: Page) -> None:
    keys: list[str | None] = []

    def fail(route: Route) -> None:
        keys.append(route.request.headers.get("idempotency-key"))
        route.abort()

    page.route("**/appointments", fail)
    open_form(page, site, site.branch(), moment(2, 12))
    for name in ("Eins", "Eins", "Zwei"):
        fill(page, last_name=name)
        page.locator("#send").click()
        expect(page.locator("#fault")).to_be_focused()
    assert keys[0] == keys[1] != keys[2]


def test_a_busy_server_is_explained_and_asked_again(site: Site, page: Page) -> None:
    answers = [503, 429]

    def busy(route: Route) -> None:
        if not answers:
            return route.continue_()
        return route.fulfill(status=answers.pop(), body=json.dumps({"code": "try_again", "message": ""}))

    page.route("**/appointments", busy)
    open_form(page, site, site.branch(), moment(2, 13))
    fill(page)
    send(page)
    for _ in range(2):
        expect(page.locator("#fault")).to_contain_text("sehr viele Anfragen")
        page.get_by_role("button", name="Noch einmal versuchen").click()
    expect_received(page)


def test_who_may_not_request_more_online_is_told_how_to_reach_the_practice(site: Site, page: Page) -> None:
    branch = site.branch(most_open_requests=1, **PRACTICE)
    site.prove(branch, "jansen@posteo.de")
    site.book(branch, moment(2, 9).isoformat(), email="jansen@posteo.de")
    open_form(page, site, branch, moment(2, 13))
    fill(page)
    send(page)
    fault = page.locator("#fault")
    expect(fault).to_be_focused()
    expect(fault).to_contain_text("Im Augenblick können wir online keine weitere Anfrage annehmen.")
    expect(fault.get_by_role("link", name=PRACTICE["phone"])).to_have_attribute("href", "tel:+494066969000")
    expect(fault.get_by_role("link", name=PRACTICE["email"])).to_have_attribute("href", f"mailto:{PRACTICE['email']}")
    expect(fault).to_contain_text("warten Sie bitte unsere Antwort ab")
    expect(fault.locator(":scope > :last-child")).to_contain_text(PRACTICE["phone"])
    expect(page.locator("#send")).to_have_text("Termin anfragen")
    expect(page.get_by_label("Nachname", exact=True)).to_have_value("Jansen")
    page.get_by_role("button", name="Zeit ändern").click()
    free(page, moment(3, 13)).click()
    fill(page, email="someone.else@posteo.de")
    send(page)
    expect_received(page)


def test_booking_switched_off_meanwhile_shows_phone_and_mail(site: Site, page: Page) -> None:
    refuse(page, 404, {"code": "not_released", "message": "", "contact": {"name": "Hörakustik Elbufer", **REACHED}})
    open_form(page, site, site.branch(), moment(2, 13))
    fill(page)
    send(page)
    expect(page.locator("#fault")).to_contain_text("Die Online-Terminanfrage ist im Augenblick ausgeschaltet.")
    expect(page.locator("#fault").get_by_role("link", name=PRACTICE["phone"])).to_be_visible()


def test_a_time_no_longer_offered_is_treated_like_a_lost_one(site: Site, page: Page) -> None:
    refuse(page, 422, {"code": "too_soon", "message": ""})
    open_form(page, site, site.branch(), moment(2, 14))
    fill(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Diese Zeit wird nicht mehr angeboten. Ihre Angaben sind noch da."
    )
    free(page, moment(2, 15)).click()
    expect(page.get_by_label("Nachname", exact=True)).to_have_value("Jansen")


def test_where_the_practice_is_not_known_yet_a_fault_says_where_its_number_is(site: Site, page: Page) -> None:
    page.route("**/access/*", lambda route: route.abort())
    page.goto(link(site, site.branch()))
    expect(page.locator("#fault")).to_contain_text("Telefonnummer und E-Mail-Adresse der Praxis stehen auf ihrer Homepage")


def test_a_fault_shows_phone_and_mail(site: Site, page: Page) -> None:
    page.route("**/slots*", lambda route: route.abort())
    page.goto(link(site, site.branch(**PRACTICE)))
    expect(page.locator("#fault").get_by_role("link")).to_have_text([PRACTICE["phone"], PRACTICE["email"]])


def test_a_week_that_does_not_load_can_be_asked_for_again(site: Site, page: Page) -> None:
    page.route("**/slots*", lambda route: route.abort())
    page.goto(link(site, site.branch()))
    expect(page.locator("#fault")).to_be_visible()
    page.unroute("**/slots*")
    page.get_by_role("button", name="Noch einmal versuchen").click()
    expect(free(page, moment(1, 9))).to_be_visible()
