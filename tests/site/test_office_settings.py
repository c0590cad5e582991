"""Settings: one draft over all sections, saved by parts, refused at the field, put together with what others save."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.settings import ClosedBy, DateException, Employee, Resource
from tests.builders import PICTURE, absence, availability
from tests.site.helpers import HEARING_TEST, OpenPage, moment
from tests.site.office import ROBOT, Office, drawn, input_of, save
from tests.site_of_tests import Site

CABINS = (Resource(id="cabin-1", name="Kabine 1", released=True), Resource(id="cabin-2", name="Kabine 2", order=2))


@pytest.fixture
def office(site: Site) -> Office:
    return Office(site, site.branch(resources=CABINS, templates=(HEARING_TEST,), employees=(ROBOT,)))


def sent(page: Page) -> list[Any]:
    """What is put, as it is put."""
    bodies: list[Any] = []
    page.on("request", lambda request: bodies.append(request.post_data_json) if request.method == "PUT" else None)
    return bodies


def unfold(page: Page, name: str) -> None:
    page.locator(".item summary", has_text=name).click()


def test_only_the_changed_part_is_saved_with_the_version_that_was_read(office: Office, page: Page) -> None:
    version = office.settings["version"]
    bodies = sent(office.open(page, "settings"))
    page.get_by_label("Telefon").fill("+49 40 66969 555")
    expect(page.locator(".save-bar")).to_contain_text("Filiale")
    save(page)
    assert [list(body) for body in bodies] == [["version", "branch"]]
    assert bodies[0]["version"] == version
    assert office.settings["branch"]["phone"] == "+49 40 66969 555"


def test_what_is_typed_in_one_section_is_kept_in_the_others(office: Office, page: Page) -> None:
    office.open(page, "settings")
    page.get_by_label("Telefon").fill("1")
    page.get_by_role("link", name="Terminarten").click()
    unfold(page, "Hörtest")
    input_of(page, "templates[0].duration").fill("50")
    expect(page.locator(".save-bar")).to_contain_text("Filiale, Terminarten")
    save(page)
    assert (office.settings["branch"]["phone"], office.settings["templates"][0]["duration"]) == ("1", 50)


def test_discarding_brings_back_what_is_stored(office: Office, page: Page) -> None:
    office.open(page, "settings")
    stored = page.get_by_label("Telefon").input_value()
    page.get_by_label("Telefon").fill("1")
    page.get_by_role("button", name="Verwerfen").click()
    expect(page.get_by_label("Telefon")).to_have_value(stored)
    expect(page.locator(".save-bar")).to_be_hidden()


def test_what_the_api_refuses_is_told_at_its_input(office: Office, page: Page) -> None:
    office.open(page, "settings#templates")
    unfold(page, "Hörtest")
    input_of(page, "templates[0].duration").fill("47")
    page.get_by_role("link", name="Filiale").click()
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("#errors")).to_be_focused()
    page.locator("#errors a").click()
    duration = input_of(page, "templates[0].duration")
    expect(duration).to_be_focused()
    expect(duration).to_have_attribute("aria-invalid", "true")
    expect(page.locator('[id="templates[0].duration-error"]')).to_contain_text("Bitte ein Vielfaches von 5 Minuten eingeben.")


def test_a_number_that_is_missing_is_told_before_anything_is_sent(office: Office, page: Page) -> None:
    bodies = sent(office.open(page, "settings#online"))
    input_of(page, "branch.lead_hours").fill("")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("#errors")).to_contain_text("Vorlaufzeit: Bitte füllen Sie dieses Feld aus.")
    assert bodies == []


def test_what_somebody_else_saved_elsewhere_is_put_together(office: Office, page: Page) -> None:
    office.open(page, "settings")
    page.get_by_label("Telefon").fill("1")
    office.put(resources=[{**office.settings["resources"][0], "name": "Kabine Elbe"}])
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".fault")).to_contain_text("Jemand anders hat inzwischen etwas anderes geändert.")
    save(page)
    assert (office.settings["branch"]["phone"], office.settings["resources"][0]["name"]) == ("1", "Kabine Elbe")


@pytest.mark.parametrize(("answer", "kept"), [("Neu laden, meine verwerfen", "2"), ("Meine behalten", "1")])
def test_who_changes_the_same_as_somebody_else_decides(office: Office, page: Page, answer: str, kept: str) -> None:
    office.open(page, "settings")
    page.get_by_label("Telefon").fill("1")
    office.put(branch={**office.settings["branch"], "phone": "2"})
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".fault")).to_contain_text("Filiale und Online-Buchung")
    assert office.settings["branch"]["phone"] == "2"
    page.get_by_role("button", name=answer).click()
    expect(page.get_by_label("Telefon")).to_have_value(kept)
    if kept == "1":
        save(page)
    assert office.settings["branch"]["phone"] == kept


def test_a_resource_is_released_only_after_what_is_missing_was_filled_in(site: Site, page: Page) -> None:
    closed = (Resource(id="cabin-1", name="Kabine 1"),)
    office = Office(site, site.branch(resources=closed, sender_name="", imprint_url=""))
    office.open(page, "settings#resources")
    expect(page.locator("#checklist li")).to_have_text(["Absender der Nachrichten", "Impressum"])
    unfold(page, "Kabine 1")
    expect(page.get_by_label("Für die Online-Buchung freigegeben")).to_be_disabled()
    page.get_by_role("link", name="Impressum").click()
    expect(page.get_by_label("Impressum")).to_be_focused()
    page.get_by_label("Impressum").fill("https://example.org/impressum")
    page.get_by_label("Absender der Nachrichten").fill("Elbufer")
    page.get_by_role("link", name="Ressourcen", exact=True).click()
    expect(page.locator("#checklist")).to_have_count(0)
    page.get_by_label("Für die Online-Buchung freigegeben").check()
    save(page)
    assert office.settings["resources"][0]["released"]


def test_the_preview_follows_the_hours_that_are_typed(office: Office, page: Page) -> None:
    office.open(page, "settings#hours")
    starts = page.locator(".preview-day").nth(2).locator(".starts li")
    expect(starts.first).to_have_text("08:00")
    page.locator("#item-availabilities-0").click()
    input_of(page, "availabilities[0].hours.from").fill("15")
    expect(starts.first).to_have_text("15:00")
    input_of(page, "availabilities[0].hours.from").blur()
    expect(input_of(page, "availabilities[0].hours.from")).to_have_value("15:00")
    expect(page.locator("#item-availabilities-0")).to_contain_text("15:00–18:00")


def test_the_preview_knows_what_is_taken_and_says_why(site: Site, office: Office, page: Page) -> None:
    site.book(office.branch, moment(2, 9).isoformat(), template="hearing-test")
    office.open(page, "settings#hours")
    day = page.locator(".preview-day").nth(2)
    expect(day).to_contain_text("Vergeben: 08:30–09:30")


def test_an_absence_has_no_step(office: Office, page: Page) -> None:
    office.open(page, "settings#hours")
    page.locator("#item-availabilities-0").click()
    input_of(page, "availabilities[0].type").focus()
    input_of(page, "availabilities[0].type").select_option("absence")
    expect(input_of(page, "availabilities[0].hours.step")).to_have_count(0)
    expect(input_of(page, "availabilities[0].type")).to_be_focused()
    expect(page.locator("#item-availabilities-0")).to_contain_text("Abwesenheit")


def test_the_line_of_an_item_says_what_is_typed_below_it(office: Office, page: Page) -> None:
    office.open(page, "settings#resources")
    unfold(page, "Kabine 2")
    input_of(page, "resources[1].name").fill("Kabine Süd")
    page.locator(".item[open]").get_by_label("Für die Online-Buchung freigegeben").check()
    expect(page.locator("#item-resources-1")).to_have_text("Kabine SüdRaumfreigegeben")


def test_a_logo_is_kept_with_the_settings_unless_it_is_too_large(office: Office, page: Page) -> None:
    office.open(page, "settings")
    choose = page.get_by_label("Logo").set_input_files
    choose({"name": "large.png", "mimeType": "image/png", "buffer": PICTURE + b" " * 40_000})
    expect(page.get_by_role("alert")).to_have_text("Dieses Bild ist zu groß. Bitte nehmen Sie ein kleineres.")
    choose({"name": "small.png", "mimeType": "image/png", "buffer": PICTURE})
    expect(page.get_by_alt_text("Ihr Logo")).to_be_attached()
    save(page)
    assert office.settings["branch"]["logo"].startswith("data:image/png;base64,")


def test_hours_that_do_not_make_sense_leave_the_preview_out(office: Office, page: Page) -> None:
    office.open(page, "settings#hours")
    page.locator("#item-availabilities-0").click()
    input_of(page, "availabilities[0].hours.from").fill("19:00")
    expect(page.locator(".preview-days")).to_have_text("Die Vorschau erscheint, sobald die Zeiten stimmen.")


def test_appointments_that_lie_outside_now_are_listed(site: Site, office: Office, page: Page) -> None:
    booked = site.book(office.branch, moment(2, 9).isoformat(), template="hearing-test", last_name="Jansen")
    office.open(page, "settings#hours")
    page.locator("#item-availabilities-0").click()
    input_of(page, "availabilities[0].hours.from").fill("12:00")
    save(page)
    expect(page.locator(".outside a")).to_have_attribute("href", f"index.html#{booked['id']}")
    expect(page.locator(".outside")).to_contain_text("Kabine 1")
    page.get_by_role("button", name="Liste ausblenden").click()
    expect(page.locator(".outside")).to_have_count(0)


def test_a_closed_week_is_entered_once_and_stands_in_one_line(office: Office, page: Page) -> None:
    office.open(page, "settings#closing")
    first, last = moment(30, 0).date(), moment(36, 0).date()
    page.get_by_label("Erster Tag").fill(first.isoformat())
    page.get_by_label("Letzter Tag").fill(last.isoformat())
    for name in ("Kabine 1", "Kabine 2", "Jedes Jahr"):
        page.get_by_label(name).check()
    page.get_by_label("Name, zum Beispiel Betriebsferien").fill("Sommerpause")
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.locator(".lines li")).to_have_count(1)
    expect(page.locator(".lines li")).to_contain_text("Sommerpause")
    save(page)
    assert len(office.settings["exceptions"]) == 14
    assert {(each["hours"] == [], each["name"], each["yearly"]) for each in office.settings["exceptions"]} == {
        (True, "Sommerpause", True)
    }
    expect(page.locator(".lines li")).to_contain_text("jedes Jahr")


def test_hours_return_every_second_week_in_the_months_of_a_season(office: Office, page: Page) -> None:
    """The line says so, and the preview follows."""
    office.open(page, "settings#hours")
    unfold(page, "Täglich")
    page.get_by_text("Rhythmus und Monate").click()
    input_of(page, "availabilities[0].every_weeks").fill("2")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("#errors")).to_contain_text("Gültig ab: Bitte füllen Sie dieses Feld aus.")
    start = moment(30, 0).date()
    input_of(page, "availabilities[0].valid_from").fill(start.isoformat())
    page.locator(f"[id^='availabilities[0].months'][value='{start.month}']").check()
    save(page)
    [only] = office.settings["availabilities"]
    assert (only["every_weeks"], only["months"], only["valid_from"]) == (2, [start.month], start.isoformat())
    expect(page.locator("summary", has_text="jede 2. Woche")).to_contain_text("nur ")
    expect(page.locator(".preview-days")).to_contain_text("Der nächste freie Beginn")


def test_a_closing_stands_in_one_line_by_its_name_and_can_be_reopened(site: Site, page: Page) -> None:
    first, last = moment(30, 0).date(), moment(32, 0).date()
    ill = ClosedBy(id="closing-1", name="krank")
    pieces = (
        absence("12:00-24:00", valid_from=first, valid_until=first, closing=ill),
        absence("00:00-24:00", valid_from=first + timedelta(days=1), valid_until=last, closing=ill),
    )
    office = Office(site, site.branch(availability("08:00-18:00"), *pieces))
    office.open(page, "settings#hours")
    expect(page.locator("details.item")).to_have_count(1)
    expect(page.locator(".lines li")).to_contain_text("ab 12:00")
    page.get_by_role("button", name="Wieder öffnen: krank").click()
    save(page)
    assert [each["closing"] for each in office.settings["availabilities"]] == [None]


def test_an_exception_is_changed_in_place_and_removed(site: Site, page: Page) -> None:
    day = moment(30, 0).date()
    office = Office(site, site.branch(exceptions=(DateException(resource="cabin-1", day=day),)))
    office.open(page, "settings#closing")
    page.get_by_role("button", name="Ändern").click()
    page.get_by_label("andere Zeiten").check()
    page.get_by_label("Von", exact=True).fill("10:00")
    page.get_by_label("Bis", exact=True).fill("12:00")
    page.get_by_role("button", name="Übernehmen").click()
    save(page)
    [only] = office.settings["exceptions"]
    assert [(each["from"], each["to"]) for each in only["hours"]] == [("10:00", "12:00")]
    page.get_by_role("button", name="Entfernen").click()
    save(page)
    assert office.settings["exceptions"] == []


def test_an_exception_whose_hours_make_no_sense_is_not_taken_over(office: Office, page: Page) -> None:
    office.open(page, "settings#closing")
    page.get_by_label("Erster Tag").fill(moment(30, 0).date().isoformat())
    page.get_by_label("Kabine 1").check()
    page.get_by_label("andere Zeiten").check()
    page.get_by_label("Bis", exact=True).fill("8")
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("alert")).to_contain_text("das Ende muss nach dem Anfang liegen")
    expect(page.locator(".save-bar")).to_be_hidden()


def test_a_template_has_a_name_in_every_language_of_the_branch(office: Office, page: Page) -> None:
    office.open(page, "settings#templates")
    unfold(page, "Hörtest")
    page.get_by_label("Name (Englisch)").fill("")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("#errors")).to_contain_text("Name (Englisch): Bitte füllen Sie dieses Feld aus.")


def test_a_price_is_typed_as_money_and_refused_at_its_field_where_it_is_none(office: Office, page: Page) -> None:
    bodies = sent(office.open(page, "settings#templates"))
    unfold(page, "Hörtest")
    page.get_by_text("Was Kunden vorher wissen").click()
    amount = page.get_by_label("Preis", exact=True)
    for typed, told in (("kostenlos", "Bitte einen Betrag eingeben"), ("10.000,01", "Bitte 0 bis 10.000 eingeben.")):
        amount.fill(typed)
        page.get_by_role("button", name="Speichern").click()
        expect(page.locator("#errors")).to_contain_text(told)
        expect(amount).to_have_attribute("aria-invalid", "true")
    assert bodies == []
    amount.fill("1.250,5")
    amount.blur()
    expect(amount).to_have_value("1250,50")
    page.get_by_label("Wer zahlt").select_option("Selbstzahler")
    page.get_by_label("Mitbringen und vorbereiten (Deutsch)").fill("Bitte mitbringen:\n- Karte")
    save(page)
    [template] = office.settings["templates"]
    assert (template["price"], template["payer"]) == ({"cents": 125_050, "currency": "EUR"}, "self")
    assert (template["instructions"], template["hint"]) == ({"de": "Bitte mitbringen:\n- Karte"}, {})
    amount.fill("")
    save(page)
    assert office.settings["templates"][0]["price"] is None


def test_public_holidays_are_chosen_by_state_and_one_may_be_opened(office: Office, page: Page) -> None:
    office.open(page, "settings#closing")
    page.get_by_label("Land", exact=True).select_option("DE")
    page.get_by_label("Bundesland oder Kanton").select_option("HH")
    save(page)
    first = office.settings["holidays"][0]
    page.locator("details summary", has_text="Feiertage in den nächsten").click()
    page.get_by_role("button", name="Doch öffnen").first.click()
    save(page)
    assert office.settings["branch"]["public_holidays"]["off"] == [first]
    assert first not in office.settings["holidays"]


def test_a_holiday_of_a_part_of_a_state_can_be_chosen_and_is_forgotten_with_the_state(office: Office, page: Page) -> None:
    office.open(page, "settings#closing")
    page.get_by_label("Land", exact=True).select_option("DE")
    page.get_by_label("Bundesland oder Kanton").select_option("SN")
    page.get_by_label("Fronleichnam").check()
    save(page)
    assert office.settings["branch"]["public_holidays"]["also"] == ["Corpus Christi"]
    expect(page.get_by_label("Fronleichnam")).to_be_checked()
    page.get_by_label("Bundesland oder Kanton").select_option("BY")
    expect(page.get_by_label("Mariä Himmelfahrt")).not_to_be_checked()
    save(page)
    assert office.settings["branch"]["public_holidays"]["also"] == []


def test_a_new_zone_asks_before_times_read_otherwise_than_was_told(office: Office, page: Page) -> None:
    office.site.book(office.branch, moment(3, 9).isoformat(), template=HEARING_TEST.id)
    office.open(page, "settings")
    page.get_by_label("Zeitzone").fill("Europe/London")
    page.get_by_role("button", name="Speichern").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("würde 1 künftiger Termin eine andere Uhrzeit zeigen")
    asked.get_by_role("button", name="Zurück").click()
    assert office.settings["branch"]["zone"] == "Europe/Berlin"
    page.get_by_role("button", name="Speichern").click()
    asked.get_by_role("button", name="Trotzdem speichern").click()
    expect(page.locator("#saved")).to_be_visible()
    assert office.settings["branch"]["zone"] == "Europe/London"


def test_templates_are_put_in_another_order(site: Site, page: Page) -> None:
    second = replace(HEARING_TEST, id="second", name={"de": "Zweite", "en": "Second"}, order=2)
    office = Office(site, site.branch(templates=(HEARING_TEST, second)))
    office.open(page, "settings#templates")
    unfold(page, "Zweite")
    page.get_by_role("button", name="Nach oben").click()
    expect(page.locator(".item .name")).to_have_text(["Zweite", "Hörtest"])
    expect(page.locator("#item-templates-0")).to_be_focused()
    save(page)
    assert sorted((each["order"], each["id"]) for each in office.settings["templates"]) == [(1, "second"), (2, "hearing-test")]


def test_a_resource_that_goes_takes_along_what_only_it_had(site: Site, page: Page) -> None:
    office = Office(site, site.branch(availability("08:00-18:00", resources=("cabin-2",)), resources=CABINS))
    office.open(page, "settings#resources")
    unfold(page, "Kabine 2")
    page.locator(".item[open]").get_by_role("button", name="Entfernen").click()
    page.get_by_role("dialog").get_by_role("button", name="Entfernen").click()
    save(page)
    assert [each["id"] for each in office.settings["resources"]] == ["cabin-1"]
    assert office.settings["availabilities"] == []


def test_an_employee_and_the_account_are_two_steps(office: Office, page: Page) -> None:
    office.open(page, "settings#people")
    page.get_by_label("Neuer Mitarbeiter").fill("Jana Sörensen")
    page.get_by_role("button", name="Hinzufügen").first.click()
    expect(page.locator(".item[open]")).to_contain_text("Speichern Sie zuerst.")
    page.get_by_label("E-Mail-Adresse").fill("jana@example.org")
    save(page)
    user = f"jana-{office.branch.id}"
    page.get_by_label("Benutzername").fill(user)
    page.get_by_role("button", name="Einladen").click()
    expect(page.get_by_role("heading", name=f"Konto „{user}“")).to_be_visible()
    expect(page.locator(".item[open]")).to_contain_text("ohne zweiten Faktor")
    [jana] = [each for each in office.settings["employees"] if not each["technical"]]
    assert (jana["account"], jana["user"]) == (True, user)


def test_an_account_is_disabled(site: Site, office: Office, page: Page) -> None:
    user = f"disabled-{office.branch.id}"
    site.pool.ensure_user(user, "a-long-password", ["staff"], [office.branch.id])
    office.open(page, "settings#people")
    unfold(page, user)
    page.get_by_role("checkbox", name="Kann sich anmelden").uncheck()
    page.get_by_role("button", name="Rechte speichern").click()
    expect(page.locator(".item", has_text=user).locator("summary")).to_contain_text("nicht aktiv")
    api = site.pool.api
    assert not api.admin_get_user(UserPoolId=site.pool.id, Username=user)["Enabled"]


def test_a_technical_user_gets_an_account_without_losing_what_is_typed(site: Site, page: Page) -> None:
    office = Office(site, site.branch(employees=(Employee(id="robot", name="Homepage", technical=True),)))
    office.open(page, "settings")
    page.get_by_label("Telefon").fill("1")
    page.get_by_role("link", name="Mitarbeiter und Konten").click()
    drawn(page)
    unfold(page, "Homepage")
    page.get_by_role("button", name="Konto anlegen").click()
    expect(page.locator(".item[open]")).to_contain_text("Hat ein Konto")
    expect(page.locator(".save-bar")).to_contain_text("Filiale")
    save(page)
    stored = office.settings
    assert (stored["employees"][0]["account"], stored["branch"]["phone"]) == (True, "1")


def test_staff_are_told_who_changes_settings(site: Site, open_page: OpenPage) -> None:
    page = Office(site, site.branch(), groups=("staff",)).open(open_page(), "settings")
    expect(page.locator("main")).to_contain_text("Einstellungen ändert die Verwaltung.")
    expect(page.locator("main input")).to_have_count(0)


def test_a_message_is_worded_beginning_with_ours_seen_as_it_arrives_and_set_back(office: Office, page: Page) -> None:
    office.open(page, "settings#texts")
    expect(page.locator("#consent")).to_contain_text("keine Werbung")
    page.get_by_label("Nachricht").select_option(label="Bestätigung")
    page.get_by_role("button", name="Eigenen Text schreiben").click()
    text = input_of(page, "texts[0].text")
    expect(text).to_be_focused()
    expect(text).to_have_value("wir bestätigen Ihren Termin und freuen uns auf Sie.")
    text.fill("bis bald, ")
    page.get_by_role("button", name="Name des Kunden").click()
    expect(text).to_have_value("bis bald, {{ name }}")
    expect(page.locator(".letter")).to_contain_text("bis bald, Erika Mustermann")
    save(page)
    [saved] = office.settings["texts"]
    assert saved == {
        "kind": "confirmed", "status": "confirmed", "channel": "email", "language": "de", "text": "bis bald, {{ name }}"
    }  # fmt: skip
    page.get_by_role("button", name="Zurück zu unserem Text").click()
    save(page)
    assert office.settings["texts"] == []


def test_a_placeholder_that_is_none_is_told_while_writing_and_not_saved(office: Office, page: Page) -> None:
    office.open(page, "settings#texts")
    page.get_by_label("Weg").select_option(label="SMS")
    page.get_by_role("button", name="Eigenen Text schreiben").click()
    text = input_of(page, "texts[0].text")
    expect(page.locator(".letter")).to_contain_text("manage.html")
    text.fill("Bis bald, {{ name }}! {{ link }}")
    wrong = "Den Platzhalter „name“ gibt es hier nicht."
    expect(page.locator(".letter")).to_contain_text(wrong)
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.locator("#errors")).to_contain_text(wrong)
    assert office.settings["texts"] == []
