"""What staff have just done is undone in one action, and nobody has heard of it (R40)."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from chalicelib import wiring
from tests.api.test_desk import Staff
from tests.builders import new_address
from tests.site.helpers import moment
from tests.site.staff import dialog, event, go_to, planned, press, requested, sign_in, status_of, two_cabins
from tests.site.test_staff_breath import known, who
from tests.site_of_tests import Site


@pytest.mark.parametrize("close", ["Esc", "Schließen"])
def test_a_dialog_is_closed_at_the_second_try_where_something_was_typed(site: Site, page: Page, close: str) -> None:
    branch = two_cabins(site)
    requested(site, branch)
    sign_in(page, site, branch)
    go_to(page, moment(1, 9))
    event(page, "Mustermann").focus()
    page.keyboard.press("Delete")
    reason = dialog(page).get_by_label("Grund")
    reason.fill("Krank")

    def leave() -> None:
        if close == "Esc":
            page.keyboard.press("Escape")
        else:
            dialog(page).get_by_role("button", name=close).click()

    leave()
    expect(dialog(page).get_by_role("status")).to_contain_text("Wenn Sie noch einmal schließen, ist es weg.")
    expect(reason).to_have_value("Krank")
    leave()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_booking_is_undone_in_one_action_and_one_in_the_past_tells_nobody_unless_staff_choose_so(
    site: Site, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring.office().creating, "_delay", timedelta(seconds=20))
    branch = two_cabins(site)
    known(branch, "Ruferin", email=new_address())
    sign_in(page, site, branch)
    page.get_by_role("button", name="Neuer Termin").click()
    dialog(page).get_by_label("Datum", exact=True).fill(f"{moment(-1, 9):%Y-%m-%d}")
    dialog(page).get_by_label("Uhrzeit", exact=True).fill("09:00")
    who(page).fill("Ruferin")
    expect(dialog(page).get_by_role("option", name="Ruferin", selected=True)).to_be_visible()
    page.keyboard.press("Enter")
    tick = dialog(page).get_by_label("Kunde benachrichtigen (E-Mail)")
    expect(tick).not_to_be_checked()
    expect(dialog(page)).to_contain_text("Diese Zeit hat schon begonnen")
    tick.check()
    press(page, "Eintragen")
    expect(dialog(page).locator("td").last).to_have_text("frei – Diese Zeit ist schon vorbei")
    press(page, "Trotzdem eintragen")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Kunde wird benachrichtigt")
    expect(page.get_by_label("Zu einem Datum")).to_have_value(f"{moment(-1, 9):%Y-%m-%d}")
    expect(event(page, "Ruferin")).to_have_count(1)
    toast.get_by_role("button", name="Rückgängig").click()
    expect(event(page, "Ruferin")).to_have_count(0)
    (stored,) = planned(branch)
    assert (stored.status, wiring.store().history(stored.id)[1]) == ("cancelled", [])


def test_what_staff_booked_or_blocked_and_its_customer_has_heard_of_is_cancelled_or_freed(site: Site, page: Page) -> None:
    branch = two_cabins(site)
    Staff(site, branch).book(moment(1, 9).isoformat(), title="Herr Früh")
    Staff(site, branch).book(moment(1, 11).isoformat(), type="blocked", title="Inventur")
    sign_in(page, site, branch)
    go_to(page, moment(1, 9))
    for name, action in (("Herr Früh", "Absagen"), ("Inventur", "Zeit wieder freigeben")):
        event(page, name).click()
        press(page, action)
        if action == "Absagen":
            press(page, action)
        expect(event(page, name)).to_have_count(0)
    assert [each.status for each in planned(branch)] == ["cancelled", "cancelled"]


def test_a_series_that_was_cancelled_comes_back_as_a_whole(site: Site, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring.office().actions, "_delay", timedelta(seconds=20))
    branch = two_cabins(site)
    customer = known(branch, "Ruferin", email=new_address())
    given = {"title": None, "customer": customer.id, "repeat": {"times": 3}}
    made = [each["id"] for each in Staff(site, branch).book(moment(1, 9).isoformat(), **given).json["appointments"]]
    sign_in(page, site, branch)
    go_to(page, moment(1, 9))
    event(page, "Ruferin").click()
    press(page, "Diesen und alle folgenden absagen")
    press(page, "3 Termine absagen")
    with page.expect_response("**/closings/undo"):
        page.locator(".toast").get_by_role("button", name="Rückgängig").click()
    expect(event(page, "Ruferin")).to_have_count(1)
    assert [status_of(each) for each in made] == ["confirmed"] * 3
    assert [message for each in made for message in wiring.store().history(each)[1]] == []


def test_a_cancellation_is_undone_in_one_action_and_no_mail_goes_out(
    site: Site, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring.office().actions, "_delay", timedelta(seconds=20))
    branch = two_cabins(site)
    identity, other = requested(site, branch), requested(site, branch, hour=11, last_name="Petersen")
    sign_in(page, site, branch)
    go_to(page, moment(1, 9))
    event(page, "Mustermann").focus()
    page.keyboard.press("Delete")
    dialog(page).get_by_label("Grund").fill("Krank")
    press(page, "Absagen")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("abgesagt")
    expect(toast.get_by_role("button", name="Jetzt senden")).to_be_visible()
    with page.expect_response("**/undo"):
        toast.get_by_role("button", name="Rückgängig").click()
    expect(event(page, "Mustermann")).to_have_count(1)
    expect(toast).to_have_count(0)
    stored = wiring.store().appointment(identity)
    assert stored
    assert (stored.status, [each.kind for each in wiring.store().history(identity)[1] if each.event > 1]) == ("proposed", [])

    event(page, "Petersen").click()
    press(page, "Ablehnen")
    press(page, "Ablehnen")
    expect(dialog(page).get_by_role("button", name="Rückgängig machen")).to_be_visible()
    toast.get_by_role("button", name="Jetzt senden").click()
    expect(toast.get_by_role("button", name="Rückgängig machen und berichtigen")).to_be_visible()
    site.sweep()
    page.keyboard.press("Alt+z")
    expect(dialog(page).locator(".badge")).to_have_text("? Vorgeschlagen")
    assert [each.kind for each in wiring.store().history(other)[1] if each.event > 1] == ["declined", "told"]
