"""From a booking on the public page to the confirmed appointment of a new customer, with nothing reloaded by hand."""

from playwright.sync_api import expect

from tests.site.helpers import OpenPage, expect_received, fill, moment, open_form, send
from tests.site.staff import dialog, event, go_to, planned, press, sign_in, two_cabins
from tests.site_of_tests import Site


def test_a_booking_becomes_the_confirmed_appointment_of_a_new_customer(site: Site, open_page: OpenPage) -> None:
    branch, start = two_cabins(site), moment(2, 9, 30)
    staff, customer = open_page(), open_page()
    sign_in(staff, site, branch)
    go_to(staff, start)
    loaded: list[str] = []
    staff.on("framenavigated", lambda frame: loaded.append(frame.url))

    open_form(customer, site, branch, start)
    fill(customer, "Jansen", "way-to-confirmed@posteo.de")
    customer.get_by_label("Ich frage für jemand anderen an").check()
    customer.get_by_label("Nachname der Person").fill("Petersen")
    send(customer)
    expect_received(customer)

    expect(event(staff, "Petersen")).to_be_visible()  # by itself
    expect(staff.get_by_role("link", name="Posteingang, 1 Eintrag")).to_be_visible()
    expect(staff).to_have_title("(1) Planer – Terminwerk")
    staff.locator(".entry").get_by_role("button", name="Petersen").click()
    expect(dialog(staff)).to_contain_text("Gebucht von")
    press(staff, "Bestätigen")
    expect(dialog(staff).get_by_label("Nachname")).to_have_value("Petersen")  # who comes, not who booked
    expect(dialog(staff).get_by_label("E-Mail", exact=True)).to_have_value("way-to-confirmed@posteo.de")
    dialog(staff).get_by_label("Vorname").fill("Greta")
    press(staff, "Weiter")
    expect(dialog(staff).get_by_role("radio", name="E-Mail")).to_be_checked()
    expect(dialog(staff).locator(".message")).to_contain_text("way-to-confirmed@posteo.de")
    dialog(staff).get_by_label("Eigene Worte dazu").fill("Bitte bringen Sie die Überweisung mit.")
    expect(dialog(staff).locator(".message")).to_contain_text("Überweisung")
    press(staff, "Bestätigen")

    expect(dialog(staff).locator(".badge")).to_have_text("✓ Bestätigt")
    expect(dialog(staff).get_by_role("heading", level=2)).to_have_text("Petersen, Greta")
    confirmation = next(mail for mail in site.arrived("way-to-confirmed@posteo.de", 2) if "bestätigt" in mail.subject)
    assert "Bitte bringen Sie die Überweisung mit." in (confirmation.text or "")
    staff.keyboard.press("Escape")
    expect(event(staff, "Petersen, Greta")).to_contain_text("Bestätigt")
    expect(staff.locator(".inbox")).to_contain_text("Nichts wartet.")
    assert loaded == []
    (shown,) = planned(branch)
    assert (shown.status, shown.name, shown.customer is not None) == ("confirmed", "Petersen, Greta", True)
