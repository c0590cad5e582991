"""Customers: found while typing, changed by two at once, made one, handed over, erased."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.api.test_invitations import inviting
from tests.builders import new_address
from tests.site.helpers import OpenPage, moment
from tests.site.office import Office
from tests.site_of_tests import Site


@pytest.fixture
def office(site: Site) -> Office:
    return Office(site, site.branch())


def search(page: Page, text: str) -> None:
    page.get_by_label("Suchen").press_sequentially(text)


def heading(page: Page, name: str) -> None:
    expect(page.locator("#detail h2").first).to_have_text(name)


def test_a_customer_is_found_while_typing_by_name_phone_and_address(office: Office, page: Page) -> None:
    office.customer("Meyer", first_name="Anna", phone="040 123456", email="anna@example.org")
    office.open(page, "customers")
    for text in ("mey", "040 123", "anna@ex"):
        page.get_by_label("Suchen").fill("")
        search(page, text)
        expect(page.locator("#results a.row")).to_contain_text("Meyer, Anna")


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(office: Office, page: Page) -> None:
    office.customer("Meyer")
    office.customer("Schulz")
    late: list[Route] = []

    def hold(route: Route) -> None:
        if "meyer" in (route.request.post_data or ""):
            late.append(route)
        else:
            route.continue_()

    office.open(page, "customers")
    page.route("**/search", hold)
    with page.expect_request("**/search"):
        page.get_by_label("Suchen").fill("meyer")
    page.get_by_label("Suchen").fill("schulz")
    expect(page.locator("#all")).to_have_count(0)
    expect(page.locator("#results a.row")).to_have_text("Schulz")
    with page.expect_response("**/search") as answer:
        late[0].continue_()
    answer.value.finished()
    page.evaluate("new Promise((done) => setTimeout(done))")  # the page has had the answer before this
    expect(page.locator("#results a.row")).to_have_text("Schulz")


def test_no_address_names_what_was_typed(office: Office, page: Page) -> None:
    office.customer("Geheimrat")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    office.open(page, "customers")
    search(page, "geheimrat")
    page.locator("#results a.row").click()
    heading(page, "Geheimrat")
    assert not [url for url in [*asked, page.url] if "geheim" in url.lower()]


def test_arrow_keys_go_through_what_was_found(office: Office, page: Page) -> None:
    office.customer("Meyer", first_name="Anna")
    office.customer("Meyer", first_name="Bernd")
    office.open(page, "customers")
    search(page, "meyer")
    expect(page.locator("#results a.row")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#results a.row").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    heading(page, page.locator("#results a.row .name").nth(1).inner_text())
    expect(page.locator("#name")).to_be_focused()


def test_a_new_customer_is_saved_and_stands_in_the_address(office: Office, page: Page) -> None:
    office.open(page, "customers")
    page.get_by_role("link", name="Neuer Kunde").click()
    page.get_by_label("Nachname").fill("Petersen")
    page.get_by_label("Telefon").fill("040 66969 1")
    page.get_by_label("Bitte schriftlich").check()
    page.get_by_role("button", name="Speichern").click()
    heading(page, "Petersen")
    stored = office("GET", f"customers/{page.url.rpartition('#')[2]}").json
    assert (stored["last_name"], stored["phone"], stored["in_writing"]) == ("Petersen", "040 66969 1", True)


def test_a_customer_without_a_name_is_told_at_the_field(office: Office, page: Page) -> None:
    office.open(page, "customers#new")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("#errors")).to_be_focused()
    page.locator("#errors a").click()
    expect(page.get_by_label("Nachname")).to_be_focused()
    expect(page.get_by_label("Nachname")).to_have_attribute("aria-invalid", "true")


def test_whoever_saves_second_is_told_what_changed_and_loses_nothing(office: Office, page: Page) -> None:
    made = office.customer("Meyer", phone="040 1")
    office.open(page, f"customers#{made['id']}")
    page.get_by_role("button", name="Bearbeiten").click()
    page.get_by_label("E-Mail-Adresse").fill("meyer@example.org")
    office("PUT", f"customers/{made['id']}", {"last_name": "Meyer", "phone": "040 2", "version": made["version"]})
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("#detail .fault")).to_contain_text("Telefon: 040 2")
    page.get_by_role("button", name="Speichern").click()
    heading(page, "Meyer")
    stored = office("GET", f"customers/{made['id']}").json
    assert (stored["phone"], stored["email"]) == ("040 2", "meyer@example.org")


def test_duplicates_stand_side_by_side_and_the_chosen_one_stays(office: Office, page: Page) -> None:
    one = office.customer("Meyer", first_name="Anna", phone="040 1")
    other = office.customer("Meyer", first_name="Anne", email="anne@example.org")
    office.open(page, f"customers#{one['id']}")
    page.get_by_role("button", name="Zusammenführen").click()
    page.get_by_role("button", name="Meyer, Anne").click()
    expect(page.locator(".compare thead th")).to_have_text(["Meyer, Anna", "Meyer, Anne"])
    page.locator(".compare input").nth(1).check()
    page.get_by_role("button", name="Zusammenführen").click()
    heading(page, "Meyer, Anne")
    assert page.url.endswith(f"#{other['id']}")
    assert office("GET", f"customers/{one['id']}").json["id"] == other["id"]


def test_the_address_of_one_that_was_merged_leads_to_the_one_that_stayed(office: Office, page: Page) -> None:
    one, other = office.customer("Meyer"), office.customer("Meier")
    office("POST", f"customers/{other['id']}/merge", {"version": 1, "other": one["id"], "other_version": 1})
    office.open(page, f"customers#{one['id']}")
    heading(page, "Meier")
    assert page.url.endswith(f"#{other['id']}")


def test_all_data_of_a_customer_is_handed_over_in_a_file_that_names_nobody(office: Office, page: Page) -> None:
    made = office.customer("Meyer", email="meyer@example.org")
    office.open(page, f"customers#{made['id']}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Daten herausgeben").click()
    assert "meyer" not in download.value.suggested_filename.lower()
    assert json.loads(Path(download.value.path()).read_text())["customer"]["email"] == "meyer@example.org"


def test_an_admin_erases_a_customer_after_a_warning(office: Office, page: Page) -> None:
    made = office.customer("Meyer")
    office.open(page, f"customers#{made['id']}")
    page.get_by_role("button", name="Löschen").click()
    page.get_by_role("dialog").get_by_role("button", name="Endgültig löschen").click()
    expect(page.locator("#detail")).to_contain_text("Der Kunde ist gelöscht.")
    assert office("GET", f"customers/{made['id']}").status == 404


def test_nobody_is_erased_who_has_an_appointment_ahead(site: Site, office: Office, page: Page) -> None:
    made = office.customer("Meyer")
    booked = site.book(office.branch, moment(2, 9).isoformat())
    office("POST", f"appointments/{booked['id']}/customer", {"version": 1, "customer": made["id"]})
    office.open(page, f"customers#{made['id']}")
    expect(page.get_by_role("heading", name="Kommende Termine")).to_be_visible()
    page.get_by_role("button", name="Löschen").click()
    expect(page.locator("#detail .fault")).to_contain_text("Ein Kunde mit einem künftigen Termin kann nicht gelöscht werden.")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_staff_cannot_erase(site: Site, open_page: OpenPage) -> None:
    office = Office(site, site.branch(), groups=("staff",))
    page = open_page()
    office.open(page, f"customers#{office.customer('Meyer')['id']}")
    expect(page.get_by_role("button", name="Bearbeiten")).to_be_visible()
    expect(page.get_by_role("button", name="Löschen")).to_have_count(0)


def test_requests_for_erasure_stand_on_top(office: Office, page: Page) -> None:
    made = office.customer("Meyer")
    appointment = {"id": "a", "customer": made["id"], "name": "Meyer", "status": "done"}
    entry = {"id": "e", "kind": "erasure", "at": moment(-1, 9).isoformat(), "overdue": False, "proved": False}
    inbox = json.dumps(
        {"entries": [{**entry, "note": None, "phone": None, "appointment": appointment}], "count": 1, "next": None}
    )
    page.route("**/inbox", lambda route: route.fulfill(body=inbox, content_type="application/json"))
    office.open(page, "customers")
    expect(page.locator(".erasures")).to_contain_text("über einen unbestätigten Link")
    page.locator(".erasures").get_by_role("link", name="Meyer").click()
    heading(page, "Meyer")


def test_a_request_without_a_customer_is_found_and_leads_to_the_planner(site: Site, office: Office, page: Page) -> None:
    booked = site.book(office.branch, moment(2, 9).isoformat(), last_name="Unbekannt")
    office.open(page, "customers")
    search(page, "unbekannt")
    expect(page.locator("#results a.row")).to_have_attribute("href", f"index.html#{booked['id']}")


def test_a_customer_that_is_gone_is_told_in_words(office: Office, page: Page) -> None:
    office.open(page, "customers#nobody")
    expect(page.locator("#detail .fault")).to_contain_text("Diesen Kunden gibt es nicht (mehr).")


def test_a_customer_is_invited_by_mail_and_the_invitation_withdrawn(site: Site, page: Page) -> None:
    office = Office(site, inviting(site))
    address = new_address()
    customer = office.customer("Meyer", first_name="Anna", email=address)
    office.open(page, f"customers#{customer['id']}")
    page.get_by_role("button", name="Einladen").click()
    box = page.get_by_role("dialog")
    expect(box.get_by_label("Terminart")).to_have_value("control")
    box.get_by_label("per E-Mail").check()
    box.get_by_role("button", name="Einladen").click()
    expect(box.get_by_role("alert")).to_contain_text("Kunde hat darum gebeten")
    box.get_by_label("Kunde hat darum gebeten").check()
    box.get_by_role("button", name="Einladen").click()
    line = page.locator("li.invitation")
    expect(line).to_contain_text("Gesendet.")
    assert "#i=" in (site.mail(address).text or "")
    line.get_by_role("button", name="Zurückziehen").click()
    page.get_by_role("dialog").get_by_role("button", name="Zurückziehen").click()
    expect(line).to_contain_text("zurückgezogen")
    expect(line.get_by_role("button")).to_have_count(0)


def test_a_customer_who_may_be_there_already_is_told_before_saving_and_the_list_is_fresh(office: Office, page: Page) -> None:
    office.customer("Meyer", first_name="Anna", birth_date="1950-05-17")
    office.open(page, "customers#new")
    expect(page.locator("#all a.row")).to_have_text(["Meyer, Anna17.05.1950"])
    page.get_by_label("Nachname").fill("Maier")
    page.get_by_label("Vorname").fill("Anna")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("#alike")).to_be_focused()
    expect(page.locator("#alike a.row")).to_contain_text("Meyer, Anna")
    expect(page.get_by_label("Vorname")).to_have_value("Anna")
    page.get_by_role("button", name="Trotzdem anlegen").click()
    heading(page, "Maier, Anna")
    expect(page.locator("#all a.row")).to_have_count(2)
    expect(page.locator("#all a.row[aria-current]")).to_have_text("Maier, Anna")


def test_a_file_of_customers_is_imported_and_what_was_left_out_is_handed_back(
    office: Office, page: Page, tmp_path: Path
) -> None:
    """As a spreadsheet in Germany writes it; a lost answer on the way, and a row again, make nobody twice."""
    lines = ["Kd-Nr;Nachname;Vorname;Geburtsdatum;Tel.;Bemerkung", '1;Müller;Käthe;24.12.1950;040 123456;"laut;\nbitte"']
    lines += ["2;=Groß;Jörg;31.02.1950;;", "3;Öz", *(f"{n};Kunde{n};A;;;" for n in range(4, 30)), lines[1]]
    path = tmp_path / "kunden.csv"
    path.write_text("\r\n".join(lines), encoding="cp1252")
    office.open(page, "customers#import")
    page.get_by_label("CSV-Datei").set_input_files(path)
    expect(page.get_by_text("30 Zeilen gelesen. 2 davon haben Fehler")).to_be_visible()
    expect(page.get_by_label("Tel.")).to_have_value("phone")
    page.get_by_label("Kd-Nr").select_option("hint")
    expect(page.get_by_label("Die ersten Zeilen").locator("tr").nth(1)).to_contain_text("laut;\nbitte")
    expect(page.get_by_label("Zeilen mit Fehlern").locator("tbody tr")).to_have_count(2)
    lost: list[Route] = []

    def lose(route: Route) -> None:
        lost.append(route)
        route.fetch()
        route.abort()

    page.route("**/customers/import", lose, times=1)
    page.get_by_role("button", name="28 Kunden importieren").click()
    expect(page.locator("#import-result")).to_be_focused()
    assert len(lost) == 1
    found = dict(zip(*(page.locator(f"#importing {each}").all_text_contents() for each in ("dt", "dd")), strict=True))
    assert found == {"Neu angelegt": "2", "Schon vorhanden": "26", "Nicht übernommen": "2"}
    with page.expect_download() as kept:
        page.get_by_role("button", name="herunterladen").click()
    told = kept.value.path().read_text(encoding="utf-8-sig")
    assert '"\'=Groß"' in told
    assert "24.12.1950 angeben" in told
    search(page, "muller")
    expect(page.locator("#results a.row")).to_have_text(["Müller, Käthe24.12.1950 · 040 123456"])


def test_who_is_no_admin_imports_nothing(site: Site, page: Page) -> None:
    Office(site, site.branch(), ("staff",)).open(page, "customers#import")
    expect(page.get_by_role("link", name="Neuer Kunde")).to_be_visible()
    expect(page.get_by_role("link", name="Kunden importieren")).to_have_count(0)
    expect(page.get_by_label("CSV-Datei")).to_have_count(0)
