"""The proof of work: made while a customer types, renewed silently, and never a dead end."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.site.helpers import (
    OpenPage,
    answering,
    challenge,
    challenging,
    expect_received,
    fill,
    link,
    moment,
    open_form,
    part,
    proven,
    send,
    settled,
)
from tests.site_of_tests import Site

NO_WORKER = "window.Worker = class { constructor() { throw new Error('no workers here'); } };"
NO_SUBTLE = "Object.defineProperty(crypto, 'subtle', { value: undefined });"
NEEDED = (403, {"code": "proof_needed", "message": ""})
HASHES = """async ([solver, salts, texts]) => {
    const { Search } = await import(solver);
    const hex = (words) => Array.from(new Uint32Array(words), (word) => word.toString(16).padStart(8, "0")).join("");
    return salts.map((salt) => {
        const search = new Search({ salt, challenge: "0".repeat(64), maxnumber: 1 });
        return texts.map((text) => hex(search.hash(text)));
    });
}"""
SOLVE = """async ([solver, challenge]) => new (await import(solver)).Prover(async () => ({ challenge, now: NaN })).proof()"""


def received(start: str = "2027-03-01T09:00:00+01:00") -> tuple[int, dict[str, Any]]:
    answer = {"id": "0" * 32, "status": "proposed", "start": start, "end": start, "early": 0, "manage_url": "/manage.html#x"}
    return 201, answer


@pytest.fixture
def blank(site: Site, page: Page) -> Page:
    """A page of ours in which nothing happens by itself."""
    page.goto(site.url)
    return page


def test_hashes_are_those_of_the_standard_library_at_every_length(blank: Page) -> None:
    salts = [("salt?expires=1&alias=ä" * 9)[:length] for length in range(150)]
    texts = ["", "0", "20000", "9" * 40]
    expected = [[hashlib.sha256(f"{salt}{text}".encode()).hexdigest() for text in texts] for salt in salts]
    assert blank.evaluate(HASHES, [part("proof"), salts, texts]) == expected


@pytest.mark.parametrize("number", [0, 1, 64, 19_999, 20_000])
def test_the_number_is_found_wherever_it_lies(blank: Page, number: int) -> None:
    assert proven(blank.evaluate(SOLVE, [part("proof"), challenge(number)]))["number"] == number


def test_what_is_answered_is_what_was_asked(blank: Page) -> None:
    asked = challenge(5)
    assert proven(blank.evaluate(SOLVE, [part("proof"), asked])) == {
        **{k: v for k, v in asked.items() if k != "maxnumber"},
        "number": 5,
    }


@pytest.mark.parametrize("missing", [NO_WORKER, NO_SUBTLE])
def test_it_is_solved_where_the_browser_lacks_something(site: Site, page: Page, missing: str) -> None:
    page.add_init_script(missing)
    page.goto(site.url)
    assert proven(page.evaluate(SOLVE, [part("proof"), challenge(20_000)]))["number"] == 20_000


def test_a_challenge_that_no_number_solves_is_given_up(blank: Page) -> None:
    refused = f"""(asked) => ({SOLVE})(asked).then(() => "solved", () => "given up")"""
    assert blank.evaluate(refused, [part("proof"), challenge(20_001)]) == "given up"
    assert blank.evaluate(refused, [part("proof"), {**challenge(1), "algorithm": "SHA-512"}]) == "given up"


def test_without_a_worker_the_page_goes_on_drawing_meanwhile(site: Site, page: Page) -> None:
    page.add_init_script(NO_WORKER)
    page.goto(site.url)
    page.evaluate("window.turns = 0; setInterval(() => turns++, 1)")
    page.evaluate(SOLVE, [part("proof"), challenge(100_000, most=100_000)])
    assert page.evaluate("turns") > 2


def test_it_is_made_in_a_worker_while_the_customer_types(site: Site, page: Page) -> None:
    given = challenging(page, challenge())
    with page.expect_event("worker"), page.expect_response("**/challenge"):
        open_form(page, site, site.branch(), moment(1, 9))
    [asked] = given
    posts = answering(page, "appointments", received())
    fill(page)
    send(page)
    expect_received(page)
    assert proven(posts[0].body["proof"])["challenge"] == asked["challenge"]
    assert len(given) == 1


def test_who_only_looks_works_for_nothing(site: Site, page: Page) -> None:
    given = challenging(page, challenge())
    page.goto(link(site, site.branch()))
    settled(page)
    page.get_by_role("button", name="Spätere Woche").click()
    settled(page)
    assert given == []


def test_a_proof_that_is_refused_is_made_anew_and_the_same_request_repeated(site: Site, page: Page) -> None:
    given = challenging(page, challenge(1), challenge(2))
    posts = answering(page, "appointments", NEEDED, received())
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page)
    send(page)
    expect_received(page)
    first, second = (post.body for post in posts)
    assert [proven(body.pop("proof"))["number"] for body in (first, second)] == [1, 2]
    assert first == second
    assert len({post.key for post in posts}) == 1
    assert len(given) == 2


def test_where_no_proof_is_good_enough_the_mail_is_confirmed_first(site: Site, page: Page) -> None:
    challenging(page, challenge())
    posts = answering(page, "appointments", NEEDED, NEEDED, received())
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page)
    send(page)
    expect_received(page)
    bodies = [post.body for post in posts]
    assert [("proof" in body, body.get("confirm_first")) for body in bodies] == [(True, None), (True, None), (False, True)]
    assert len({post.key for post in posts}) == 1


def broken(page: Page) -> Iterator[str]:
    page.route("**/challenge", lambda route: route.fulfill(status=503, json={"code": "try_again", "message": ""}))
    yield "no challenge"
    page.unroute_all()
    challenging(page, challenge(20_001))
    yield "no number"
    page.unroute_all()
    page.route(f"**{part('proof')}", lambda route: route.fulfill(content_type="text/javascript", body="throw new Error();"))
    yield "no solver"


def test_where_it_cannot_be_solved_the_mail_is_confirmed_first(site: Site, open_page: OpenPage) -> None:
    branch = site.branch()
    page = open_page()
    for _ in broken(page):
        posts = answering(page, "appointments", received())
        open_form(page, site, branch, moment(1, 9))
        fill(page)
        send(page)
        expect_received(page)
        assert [(post.body.get("proof"), post.body["confirm_first"]) for post in posts] == [(None, True)]


def test_who_has_waited_twenty_seconds_waits_no_longer(site: Site, page: Page) -> None:
    page.clock.install()
    page.route("**/challenge", lambda route: None)  # stays on its way
    posts = answering(page, "appointments", received())
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page)
    send(page)
    page.clock.run_for(19_000)
    expect(page.get_by_role("button", name="Wird gesendet …")).to_be_visible()
    assert posts == []
    page.clock.run_for(2_000)
    expect_received(page)
    assert posts[0].body["confirm_first"] is True


def test_a_proof_is_renewed_before_it_expires(site: Site, page: Page) -> None:
    page.clock.install()
    given = challenging(page, challenge(1, timedelta(hours=2)), challenge(2, timedelta(hours=4)))
    posts = answering(page, "appointments", received())
    open_form(page, site, site.branch(), moment(1, 9))
    assert page.evaluate("document.querySelector('terminwerk-booking').gate.proof()")  # solved
    fill(page)
    page.clock.fast_forward("01:56:00")
    send(page)
    expect_received(page)
    assert proven(posts[0].body["proof"])["number"] == 2
    assert len(given) == 2


def test_the_next_request_has_a_proof_of_its_own(site: Site, page: Page) -> None:
    given = challenging(page, challenge(1), challenge(2))
    posts = answering(page, "appointments", received())
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page)
    send(page)
    expect_received(page)
    page.get_by_role("button", name="Weiteren Termin anfragen").click()
    page.locator("terminwerk-week button.slot:visible").nth(3).click()
    send(page)
    expect_received(page)
    assert [proven(post.body["proof"])["number"] for post in posts] == [1, 2]
    assert len(given) == 2


def test_a_time_that_is_lost_costs_no_proof(site: Site, page: Page) -> None:
    given = challenging(page, challenge(1), challenge(2))
    taken = (409, {"code": "slot_taken", "message": "", "alternatives": []})
    posts = answering(page, "appointments", taken, received())
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("gerade vergeben")
    settled(page)
    page.locator("terminwerk-week button.slot:visible").nth(3).click()
    send(page)
    expect_received(page)
    assert len({post.body["proof"] for post in posts}) == len(given) == 1


def test_a_robot_that_fills_every_field_tells_itself_and_is_asked_nothing_more(site: Site, page: Page) -> None:
    challenging(page, challenge())
    posts = answering(page, "appointments", received())
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page)
    page.evaluate(
        "document.querySelectorAll('form input:not([type=checkbox])').forEach((input) => { input.value ||= 'x'.repeat(2000); })"
    )
    send(page)
    expect_received(page)
    assert posts[0].body["website"] == "x" * 200


def test_the_trap_is_neither_seen_nor_reached_nor_read_nor_sent_empty(site: Site, page: Page) -> None:
    challenging(page, challenge())
    posts = answering(page, "appointments", received())
    open_form(page, site, site.branch(), moment(1, 9))
    field = page.locator("[name=web_reference]")
    expect(field).not_to_be_in_viewport()
    expect(field).to_have_attribute("autocomplete", "off")
    expect(page.get_by_role("textbox", name="Website")).to_have_count(0)
    fill(page)
    page.get_by_label("Nachname", exact=True).focus()
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    assert "send" in reached
    assert "web_reference" not in reached
    send(page)
    expect_received(page)
    assert "website" not in posts[0].body


def test_the_trap_makes_no_other_request_of_the_same_details(site: Site, page: Page) -> None:
    challenging(page, challenge())
    posts = answering(page, "appointments", (503, {"code": "try_again", "message": ""}), received())
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page)
    send(page)
    expect(page.locator("#fault")).to_be_focused()
    page.evaluate("document.querySelector('[name=web_reference]').value = 'x'")
    page.get_by_role("button", name="Noch einmal versuchen").click()
    expect_received(page)
    assert len({post.key for post in posts}) == 1
