"""The questions of a kind: asked on the form, and read by staff."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from playwright.sync_api import Page, expect

from chalicelib.domain.languages import LANGUAGES
from chalicelib.domain.settings import Condition
from tests.builders import SIDE, TINNITUS, question
from tests.site.helpers import (
    HEARING_TEST,
    OpenPage,
    expect_received,
    fill,
    free,
    link,
    moment,
    open_form,
    send,
    settled,
    times,
)
from tests.site.office import Office, input_of, save
from tests.site.staff import dialog, event, go_to, press, sign_in
from tests.site_of_tests import Site

REQUIRED_SIDE = replace(SIDE, required=True)
ASKED = replace(
    HEARING_TEST,
    questions=(REQUIRED_SIDE, question(when=Condition(question="side", equals="l"), required=True), TINNITUS),
)


def test_a_form_asks_what_the_kind_asks_and_takes_health_with_consent_only(site: Site, page: Page) -> None:
    branch, start = site.branch(templates=(ASKED,)), moment(1, 9)
    open_form(page, site, branch, start)
    device, consent = page.get_by_label("Welches Gerät?"), page.get_by_label("Ich willige ausdrücklich ein")
    side = page.get_by_role("group", name="Welche Seite?")
    tinnitus = page.get_by_role("group", name="Haben Sie Ohrgeräusche?")
    expect(side).to_have_accessible_description("Damit es bereitliegt")
    expect(device).to_be_hidden()
    expect(tinnitus.locator(consent)).not_to_be_checked()
    fill(page)
    send(page)
    page.get_by_role("link", name="Beantworten Sie bitte: „Welche Seite?“").click()
    expect(side.get_by_label("Links")).to_be_focused()
    side.get_by_label("Links").check()
    tinnitus.get_by_label("Haben Sie Ohrgeräusche?").check()
    device.fill(" Otoskop ")
    send(page)
    expect(page.locator("#errors a")).to_have_text([re.compile("^Kreuzen Sie bei „Haben Sie Ohrgeräusche[?]“ an")])
    page.go_back()
    free(page, start).click()
    expect(device).to_have_value(" Otoskop ")
    assert "Otoskop" not in str(page.evaluate("JSON.stringify(history.state)"))
    consent.check()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        send(page)
    body = sent.value.post_data_json or {}
    assert body["answers"] == {"side": "l", "device": "Otoskop", "tinnitus": True}
    assert body["consents"] == ["tinnitus"]
    expect_received(page)


def states(page: Page, site: Site) -> Iterator[str]:
    """Leads a page through its states and names each."""
    page.goto(link(site, site.branch(templates=(ASKED,), languages=LANGUAGES)))
    settled(page)
    times(page).first.click()
    page.locator("#send").wait_for()
    yield "questions"
    page.locator("#send").click()
    expect(page.locator("#errors")).to_be_focused()
    page.locator("main input[type=checkbox]").last.check()
    yield "questions with errors"


def test_staff_read_the_answers_and_copy_what_is_not_about_health(site: Site, open_page: OpenPage) -> None:
    """And whoever gave them takes the consent back by the link."""
    branch = site.branch(templates=(ASKED,))
    answers = {"side": "l", "device": "Otoskop", "tinnitus": True}
    asked = {"template": ASKED.id, "answers": answers, "consents": ["tinnitus"], "language": "de"}
    made, office, page = site.book(branch, moment(1, 9).isoformat(), **asked), Office(site, branch, ("staff",)), open_page()
    customer = office.customer("Mustermann", note="Kommt gern früh.")
    office("POST", f"appointments/{made['id']}/customer", {"version": 1, "customer": customer["id"]})
    sign_in(page, site, branch)
    go_to(page, moment(1, 9))
    event(page, "Mustermann").click()
    facts = dialog(page).locator(".comment .facts").last.locator("div")
    expect(facts).to_have_text(
        ["Welche Seite?Links", "Welches Gerät?Otoskop", "Haben Sie Ohrgeräusche?ja (Gesundheit, mit Einwilligung)"]
    )
    for said in ("stehen jetzt", "stehen schon"):
        press(page, "Antworten übernehmen")
        expect(page.get_by_role("status").filter(has_text=f"Die Antworten {said} in der Notiz")).to_have_count(1)
    note = office("GET", f"customers/{customer['id']}").json["note"]
    assert note == "Kommt gern früh.\nWelche Seite? Links\nWelches Gerät? Otoskop"
    own = open_page()
    own.goto(made["manage_url"])
    own.get_by_role("button", name="Einwilligung widerrufen").click()
    expect(own.locator(".done-note")).to_contain_text("Ihre Angaben zur Gesundheit sind gelöscht.")
    expect(own.get_by_role("button", name="Einwilligung widerrufen")).to_have_count(0)


def test_an_admin_writes_questions_of_which_one_depends_on_another(site: Site, page: Page) -> None:
    office = Office(site, site.branch(templates=(HEARING_TEST,)))
    office.open(page, "settings#templates")
    page.locator(".item summary", has_text="Hörtest").click()
    path = "templates[0].questions[{}].{}"
    page.get_by_role("button", name="Frage hinzufügen").press("Enter")
    expect(input_of(page, path.format(0, "label.de"))).to_be_focused()
    page.keyboard.type("Waren Sie schon hier?")
    input_of(page, path.format(0, "type-tick")).check()
    input_of(page, path.format(0, "required")).check()
    page.get_by_role("button", name="Frage hinzufügen").click()
    input_of(page, path.format(1, "label.de")).fill("Welche Seite?")
    input_of(page, path.format(1, "purpose.de")).fill("Zur Vorbereitung")
    input_of(page, path.format(1, "type")).check()
    for number, text in enumerate(("Links", "Rechts")):
        input_of(page, path.format(1, f"options[{number}].label.de")).fill(text)
    input_of(page, path.format(1, "health")).check()
    expect(input_of(page, path.format(1, "required"))).to_be_disabled()
    input_of(page, path.format(1, "when")).select_option("Waren Sie schon hier? – nicht angekreuzt")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("#errors")).to_contain_text("Wozu Sie das fragen (Deutsch): Bitte füllen Sie dieses Feld aus.")
    input_of(page, path.format(0, "purpose.de")).fill("Für Ihre Unterlagen")
    save(page)
    first, second = office.settings["templates"][0]["questions"]
    assert (first["type"], first["required"], second["health"], second["required"]) == ("tick", True, True, False)
    assert [each["label"] for each in second["options"]] == [{"de": "Links"}, {"de": "Rechts"}]
    assert second["when"] == {"question": first["id"], "is": False}
