"""The inbox of the staff's pages: its pages, a flood that is declined and stopped, and who wants to be called back."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib import wiring
from chalicelib.domain.appointment import Proof
from chalicelib.domain.inbox import Entry
from chalicelib.store import items
from chalicelib.store.models import EntryItem
from tests.builders import callback
from tests.site.staff import dialog, press, requested, sign_in, status_of, two_cabins
from tests.site_of_tests import Site, TestBranch


@pytest.fixture
def branch(site: Site) -> TestBranch:
    return two_cabins(site)


def opened(page: Page, site: Site, branch: TestBranch) -> Locator:
    """The inbox."""
    sign_in(page, site, branch, ("staff",))
    inbox = page.locator("aside.inbox")
    if inbox.is_hidden():
        page.locator("#inbox-link").click()
    expect(inbox).to_be_visible()
    return inbox


def fill(branch: TestBranch, count: int) -> None:
    now = datetime.now(UTC)
    with EntryItem.batch_write() as batch:
        for number in range(count):
            at = now + timedelta(seconds=number)
            entry = Entry(id=f"call_back-{number}", branch=branch.id, kind="call_back", appointment="0" * 32, at=at)
            batch.save(items.from_entry(entry))


def test_a_full_inbox_shows_how_many_wait_and_the_next_ones_on_demand(site: Site, page: Page, branch: TestBranch) -> None:
    fill(branch, 60)
    inbox = opened(page, site, branch)
    expect(inbox.locator(".entry")).to_have_count(50)
    expect(inbox.get_by_role("heading", name="Posteingang (60)")).to_be_visible()
    expect(page.locator("#inbox-link .count")).to_have_text("60")
    inbox.get_by_role("button", name="Weitere 10 zeigen").click()
    expect(inbox.locator(".entry")).to_have_count(60)
    inbox.get_by_role("button", name="Abhaken").first.click()
    expect(inbox.locator(".entry")).to_have_count(59)
    expect(inbox.get_by_role("button", name="zeigen")).to_have_count(0)


def test_a_wave_is_counted_shown_and_declined(site: Site, page: Page, branch: TestBranch) -> None:
    made = [requested(site, branch, hour=hour) for hour in (9, 10, 11)]
    inbox = opened(page, site, branch)
    expect(inbox.locator(".entry")).to_have_count(3)
    inbox.get_by_role("button", name="Welle ablehnen").click()
    press(page, "Zählen")
    expect(dialog(page).get_by_role("heading", name="3 Anfragen ablehnen?")).to_be_visible()
    assert [status_of(each) for each in made] == ["proposed"] * 3
    press(page, "3 Anfragen ablehnen")
    expect(page.locator("#voice")).to_have_text("Die Welle ist abgelehnt.")
    expect(inbox.locator(".entry")).to_have_count(0)
    assert [status_of(each) for each in made] == ["declined"] * 3


def test_a_wave_of_a_time_without_requests_says_so(site: Site, page: Page, branch: TestBranch) -> None:
    inbox = opened(page, site, branch)
    inbox.get_by_role("button", name="Welle ablehnen").click()
    dialog(page).get_by_label("Gestellt ab").fill("2020-01-01T00:00")
    press(page, "Zählen")
    expect(dialog(page).get_by_role("alert")).to_be_visible()
    dialog(page).get_by_label("Gestellt ab").fill(f"{datetime.now():%Y-%m-%dT00:00}")
    press(page, "Zählen")
    expect(dialog(page)).to_contain_text("In dieser Zeit wartet keine Anfrage.")


def test_online_requests_are_stopped_and_let_in_again_by_a_click_and_a_yes(site: Site, page: Page, branch: TestBranch) -> None:
    inbox = opened(page, site, branch)
    stop, start = "Online-Anfragen stoppen", "Online-Anfragen wieder zulassen"
    inbox.get_by_role("button", name=stop).click()
    press(page, stop)
    expect(inbox.get_by_role("button", name=start)).to_be_visible()
    assert site.get(f"/api/v1/access/{branch.alias}").json["code"] == "not_released"
    inbox.get_by_role("button", name=start).click()
    press(page, start)
    expect(inbox.get_by_role("button", name=stop)).to_be_visible()
    assert site.get(f"/api/v1/access/{branch.alias}").status == 200


def test_who_wants_to_be_called_is_called_and_ticked_off(site: Site, page: Page, branch: TestBranch) -> None:
    wish = callback(branch.id, name="Erika Mustermann", when="nach 16 Uhr", language="en", at=datetime.now(UTC))
    proof = Proof(secrets.token_hex(8), datetime.now(UTC))
    wiring.callbacks().put(wish, proof, ("rings_hour", "2026-11-23T06", "0"), 1)
    entry = opened(page, site, branch).locator(".entry.ring")
    for text in ("Bitte um Rückruf", "Erika Mustermann", "Passt: nach 16 Uhr", "Englisch"):
        expect(entry).to_contain_text(text)
    expect(entry.get_by_role("link", name="040 1234567")).to_have_attribute("href", "tel:+49401234567")
    entry.get_by_role("button", name="Abhaken").click()
    expect(entry).to_have_count(0)
    expect(page.get_by_role("button", name="Rückgängig")).to_be_visible()


def test_how_many_were_turned_away_is_shown_where_any_were(site: Site, page: Page, branch: TestBranch) -> None:
    now = datetime.now(UTC)
    wiring.store().count_turned_away(branch.id, now.date().isoformat(), 7, now)
    expect(opened(page, site, branch)).to_contain_text("mindestens 7 Online-Anfragen abgewiesen")
