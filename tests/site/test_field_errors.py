"""What is wrong with a field is told beside it, in the reader's language, with what would be right."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from chalicelib.domain.settings import Employee, Resource
from tests.site.helpers import HEARING_TEST, OpenPage, link, moment, times
from tests.site.office import Office, input_of
from tests.site_of_tests import Site

LOCALES = {"de": "de-DE", "en": "en-GB"}
JANA = Employee(id="jana", name="Jana Sörensen", email="jana@example.org")
CABINS = (Resource(id="cabin-1", name="Kabine 1", released=True, capacity=3), Resource(id="cabin-2", name="Kabine 2", order=2))


@pytest.fixture
def office(site: Site) -> Office:
    return Office(site, site.branch(resources=CABINS, templates=(HEARING_TEST,), employees=(JANA,)))


@pytest.fixture(params=LOCALES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def reader(open_page: OpenPage, language: str) -> Page:
    return open_page(locale=LOCALES[language])


def expect_beside(control: Locator, said: str) -> None:
    """The control is marked, and what describes it says so."""
    expect(control).to_have_attribute("aria-invalid", "true")
    expect(control).to_have_accessible_description(re.compile(re.escape(said)))


# ------------------------------------------------------------------------------------------------------------ the settings


def unfold(page: Page, name: str) -> None:
    page.locator(".item summary", has_text=name).click()


def typed(path: str, value: str, item: str = "") -> Callable[[Office, Page], None]:
    def act(_: Office, page: Page) -> None:
        if item:
            unfold(page, item)
        input_of(page, path).fill(value)

    return act


def below_what_is_held(office: Office, page: Page) -> None:
    for _ in range(2):
        office.site.book(office.branch, moment(1, 9).isoformat(), template="hearing-test")
    typed("resources[0].capacity", "1", "Kabine 1")(office, page)


@dataclass(frozen=True)
class Wrong:
    """What is typed in a section of the settings, where it is told, and how."""

    section: str
    act: Callable[[Office, Page], None]
    path: str
    de: str
    en: str


SETTINGS = {
    "a horizon out of range": Wrong(
        "online",
        typed("branch.horizon_days", "9999"),
        "branch.horizon_days",
        "Bitte 0 bis 731 Tage eingeben.",
        "Please enter 0 to 731 days.",
    ),
    "a third reminder": Wrong(
        "online",
        typed("branch.reminder_hours", "48, 24, 2"),
        "branch.reminder_hours",
        "Bitte höchstens 2 Erinnerungen eingeben.",
        "Please enter at most 2 reminders.",
    ),
    "a capacity below what is held": Wrong(
        "resources",
        below_what_is_held,
        "resources[0].capacity",
        "Es sind schon 2 Termine gleichzeitig eingetragen. Bitte mindestens 2 Plätze eingeben.",
        "There are already 2 appointments at once. Please enter at least 2 places.",
    ),
    "an end before the start": Wrong(
        "hours",
        typed("availabilities[0].hours.to", "07:00", "08:00–18:00"),
        "availabilities[0].hours.to",
        "Das Ende muss nach dem Anfang liegen, spätestens um 24:00 Uhr.",
        "The end must be after the start, at the latest at 24:00.",
    ),
    "an address with an umlaut": Wrong(
        "people",
        typed("employees[0].email", "jörg@example.org", "Jana"),
        "employees[0].email",
        "Vor dem @ ist „ö“ nicht möglich",
        "“ö” cannot stand before the @",
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_what_the_settings_refuse_is_told_beside_its_field(office: Office, reader: Page, language: str, name: str) -> None:
    wrong = SETTINGS[name]
    said = getattr(wrong, language)
    office.open(reader, f"settings#{wrong.section}")
    wrong.act(office, reader)
    reader.locator("#save").click()
    expect(reader.locator("#errors")).to_be_focused()
    expect(reader.locator("#errors li")).to_contain_text([said])
    expect(reader.locator(".error", has_text=said)).to_be_visible()
    expect(input_of(reader, wrong.path)).to_have_accessible_description(re.compile(re.escape(said)))


def test_an_id_that_is_there_twice_is_told_in_its_entry(office: Office, reader: Page, language: str) -> None:
    def doubled(route: Route) -> None:
        body = route.request.post_data_json
        if route.request.method == "PUT" and body:
            body["resources"][1]["id"] = "cabin-1"
            return route.continue_(post_data=body)
        return route.continue_()

    reader.route("**/settings", doubled)
    office.open(reader, "settings#resources")
    unfold(reader, "Kabine 2")
    input_of(reader, "resources[1].name").fill("Kabine 3")
    reader.locator("#save").click()
    said = {"de": "Dieses Kürzel gibt es schon.", "en": "This id is already in use."}[language]
    expect(input_of(reader, "resources[1].id")).to_contain_text(said)
    reader.locator("#errors a").click()
    expect(input_of(reader, "resources[1].id")).to_be_focused()


INVITED = {
    "taken": {"de": "Diesen Benutzernamen gibt es schon.", "en": "This user name is taken."},
    "Jana Ü": {"de": "Bitte 3 bis 40 Zeichen: Kleinbuchstaben", "en": "Please use 3 to 40 characters: small letters"},
}


@pytest.mark.parametrize("user", INVITED)
def test_a_user_name_that_cannot_be_had_is_told_beside_it(office: Office, reader: Page, language: str, user: str) -> None:
    other = f"taken-{office.branch.id}"
    office.site.pool.ensure_user(other, "a-long-password", ["staff"], ["another-branch"])
    office.open(reader, "settings#people")
    unfold(reader, "Jana")
    field = input_of(reader, "invite-jana-user")
    field.fill(other if user == "taken" else user)
    reader.get_by_role("button", name={"de": "Einladen", "en": "Invite"}[language], exact=True).click()
    expect_beside(field, INVITED[user][language])


def test_who_would_lock_oneself_out_is_told_so(office: Office, reader: Page, language: str) -> None:
    office.open(reader, "settings#people")
    unfold(reader, "user-")
    enabled = input_of(reader, "user-other-0-enabled")
    enabled.uncheck()
    reader.locator(".second-step", has=enabled).get_by_role("button").click()
    expect_beside(
        enabled, {"de": "Damit würden Sie sich selbst aussperren.", "en": "That would lock you out yourself."}[language]
    )


# --------------------------------------------------------------------------------------------------- the customers' pages

BOOKING = {
    "a name that is a web address": (
        ("last_name", "www.kaufmich.example"),
        "Geben Sie bei „Nachname“ nur den Namen ein, ohne Internet- oder E-Mail-Adresse.",
        "Under “Last name”, enter the name only, without a web or e-mail address.",
    ),
    "a dot without a space": (
        ("last_name", "kaufmich.example"),
        "Setzen Sie bei „Nachname“ hinter jeden Punkt ein Leerzeichen.",
        "Under “Last name”, put a space after each dot.",
    ),
    "an address with an umlaut": (
        ("email", "jörg@example.org"),
        "Schreiben Sie Ihre E-Mail-Adresse ohne „ö“",
        "Write your e-mail address without “ö”",
    ),
    "an address without an end": (
        ("email", "joerg@example.o_g"),
        "Geben Sie eine vollständige E-Mail-Adresse ein, zum Beispiel name@beispiel.de.",
        "Enter a complete e-mail address, such as name@example.com.",
    ),
    "a phone number that is none": (
        ("phone", "1"),
        "Geben Sie bei „Telefon“ eine Telefonnummer ein, zum Beispiel 040 123456.",
        "Under “Phone”, enter a phone number, such as +49 40 123456.",
    ),
}


@pytest.mark.parametrize("name", BOOKING)
def test_what_a_request_is_refused_for_is_told_beside_its_field(site: Site, reader: Page, language: str, name: str) -> None:
    (field, value), german, english = BOOKING[name]
    reader.goto(link(site, site.branch()))
    times(reader).first.click()
    for each, text in {"last_name": "Jansen", "email": "jansen@posteo.de", field: value}.items():
        reader.locator(f"#{each}").fill(text)
    reader.locator("#send").click()
    said = german if language == "de" else english
    expect(reader.locator("#errors a")).to_contain_text([said])
    expect_beside(reader.locator(f"#{field}"), said)
