"""The routes of the settings, over HTTP with real tokens: what is saved, what is refused with its path, whose ids count."""

from __future__ import annotations

import html
import json
import re
import secrets
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.domain.settings import Access, Employee, Resource
from tests.api.test_booking import clock
from tests.builders import availability
from tests.site_of_tests import Answer, Site, TestBranch


class Admin:
    """Somebody of the staff of one branch, at its routes."""

    def __init__(self, site: Site, branch: TestBranch, groups: tuple[str, ...] = ("admin",)) -> None:
        self._site, self._branch = site, branch
        self._token = site.token(groups, [branch.id])

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        given = {"Content-Type": "application/json", "Authorization": self._token, **headers}
        sent = None if body is None else json.dumps(body).encode()
        return self._site.send(method, f"/api/v1/staff/branches/{self._branch.id}/{path}", sent, given)

    @property
    def settings(self) -> Any:
        answer = self("GET", "settings")
        assert answer.status == 200, answer.text
        return answer.json

    def put(self, **sections: Any) -> Answer:
        return self("PUT", "settings", {"version": self.settings["version"], **sections})


ROBOT = Employee(id="robot", name="Buchungsseite", technical=True, account=True)


@pytest.fixture
def branch(site: Site) -> TestBranch:
    return site.branch(availability("09:00-12:00"), availability("13:00-17:00"), employees=(ROBOT,))


@pytest.fixture
def admin(site: Site, branch: TestBranch) -> Admin:
    return Admin(site, branch)


def weekly(**fields: Any) -> dict[str, Any]:
    return {
        "resources": ["cabin-1"],
        "weekdays": [1, 2],
        "hours": {"from": "09:00", "to": "12:00", "step": 30},
        "type": "working_time",
        "valid_from": None,
        "valid_until": None,
    } | fields


def test_what_is_read_can_be_saved_as_it_is_and_changes_nothing(admin: Admin) -> None:
    read = admin.settings
    sections = {name: read[name] for name in ("branch", "types", "resources", "templates", "availabilities", "exceptions")}
    employees = [{key: value for key, value in each.items() if key not in ("account", "user")} for each in read["employees"]]
    answer = admin.put(**sections, employees=employees)
    assert (answer.status, answer.json) == (200, {"settings": read, "outside": []})


def test_each_section_is_saved_and_read_again(admin: Admin) -> None:
    read = admin.settings
    new: dict[str, Any] = {
        "branch": read["branch"]
        | {
            "name": "Optik am Fleet",
            "sender_name": "Optik",
            "night_from": "21:30",
            "night_until": "07:15",
            "reminder_hours": [2, 48, 2],
            "offline_text": "Wir ziehen um.\nBis bald!",
            "notices": "digest",
            "most_sms_a_month": 40,
            "sms_countries": ["AT", "PL"],
            "public_holidays": {"country": "DE", "subdivision": "SN", "off": [], "also": ["Corpus Christi"]},
            "logo": "data:image/png;base64,iVBORw0KGgo=",
        },
        "types": [*read["types"], {"id": "course", "name": {"de": "Kurs"}, "effect": "closes"}],
        "resources": [*read["resources"], resource("cabin-2")],
        "templates": [
            template("test", resources=["cabin-1"], second=["cabin-2"], **TOLD, **FREE),
            template("silent", order=2, **UNTOLD, **FREE),
        ],
        "availabilities": [
            weekly(),
            weekly(type="course", hours={"from": "10:00", "to": "24:00", "step": 5, "minimum_step": 5}),
        ],
        "exceptions": [{"resource": "cabin-1", "date": "2027-01-04", "hours": [], "name": "Messe", "yearly": True}],
        "employees": [employee("petersen", email="petersen@example.org"), employee("robot", technical=True)],
        "texts": [words(), words(channel="sms", text="{{ practice }}: {{ date }}, {{ time }}. {{ link }}")],
    }
    saved = admin.put(**new)
    assert saved.status == 200, saved.text
    after = admin.settings
    assert saved.json["settings"] == after
    assert after["branch"] == new["branch"] | {"reminder_hours": [48, 2]}
    assert after["version"] == read["version"] + 1
    assert after["exceptions"] == new["exceptions"]
    assert after["texts"] == new["texts"]
    assert after["templates"] == new["templates"]
    assert [each["hours"].get("minimum_step") for each in after["availabilities"]] == [None, 5]
    assert {each["id"]: each["account"] for each in after["employees"]} == {"robot": True, "petersen": False}
    assert after["holidays"] == sorted(after["holidays"])
    assert {"2030-12-25", "2030-06-20"} <= set(after["holidays"])


def test_a_new_zone_is_saved_only_by_who_accepts_that_times_read_otherwise(
    site: Site, branch: TestBranch, admin: Admin
) -> None:
    read = admin.settings
    site.book(branch, clock("09:30"))
    new = {"branch": read["branch"] | {"zone": "Europe/London"}}
    refused = admin.put(**new)
    assert (refused.status, refused.json["code"], refused.json["count"]) == (409, "read_otherwise", 1)
    assert admin.settings == read
    assert admin.put(**new, accept_other_times=True).json["settings"]["branch"]["zone"] == "Europe/London"


def test_a_branch_has_its_address_in_letters_and_its_number_without_marks(site: Site, branch: TestBranch, admin: Admin) -> None:
    typed = {"email": "\u2068info@hörgeräte-müller.de\u2069", "phone": "\u202a+49 (0)40 / 123 45-0\u202c", "name": "\u200fמרכז"}
    saved = admin.put(branch=admin.settings["branch"] | typed).json["settings"]["branch"]
    assert (saved["email"], saved["phone"]) == ("info@hörgeräte-müller.de", "+49 (0)40 / 123 45-0")
    assert admin.put(branch=saved).json["settings"]["branch"] == saved
    shown = site.get(f"/api/v1/access/{branch.alias}").json["branch"]
    assert {name: shown[name] for name in ("name", "phone", "phone_link", "email", "email_shown")} == {
        "name": "מרכז",
        "phone": "+49 (0)40 / 123 45-0",
        "phone_link": "+4940123450",
        "email": "info@xn--hrgerte-mller-ffb9xvd.de",
        "email_shown": "info@hörgeräte-müller.de",
    }


def words(**fields: Any) -> dict[str, Any]:
    given = {"kind": "confirmed", "status": "confirmed", "channel": "email", "language": "de"}
    return given | {"text": "wir freuen uns auf Sie, {{ name }}.\n\nIhre {{ practice }}"} | fields


def resource(identity: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "name": "Kabine",
        "kind": "place",
        "released": False,
        "capacity": 1,
        "order": 2,
        "colour": "#112233",
    } | fields


TOLD = {
    "hint": {"de": "Mit Auswertung"},
    "price": {"cents": 2500, "currency": "EUR"},
    "price_note": {"de": "zuzüglich Material", "en": "plus material"},
    "payer": "self",
    "instructions": {"de": "Bitte mitbringen:\n- Karte\n\nBis bald."},
}
UNTOLD: dict[str, Any] = {"hint": {}, "price": None, "price_note": {}, "payer": None, "instructions": {}}
"""What customers are told of a kind: all, or nothing."""
FREE: dict[str, Any] = {
    "lead_hours": None,
    "horizon_days": None,
    "cut_off_hours": None,
    "most_a_day": None,
    "questions": [],
}
"""A kind without rules and questions of its own."""


def template(identity: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "name": {"de": "Hörtest"},
        "duration": 45,
        "preparation": 0,
        "follow_up": 5,
        "early": 10,
        "shown": "online",
        "resources": [],
        "second": [],
        "starts_as": "proposed",
        "order": 1,
    } | fields


def employee(identity: str, **fields: Any) -> dict[str, Any]:
    return {"id": identity, "name": "Name", "email": "", "technical": False, "active": True} | fields


WRONG_BRANCH = [
    ({"imprint_url": "javascript:alert(1)"}, "branch.imprint_url"),
    ({"privacy_url": 'https://example.org/ " onclick'}, "branch.privacy_url"),
    ({"sender_name": ""}, "branch.sender_name"),
    ({"phone": " "}, "branch.phone"),
    ({"name": "a\nBcc: b@example.org"}, "branch.name"),
    ({"name": ""}, "branch.name"),
    ({"email": "nobody"}, "branch.email"),
    ({"zone": "Europe/Nowhere"}, "branch.zone"),
    ({"languages": []}, "branch.languages"),
    ({"languages": ["de", "tlh"]}, "branch.languages[1]"),
    ({"accent_colour": "red"}, "branch.accent_colour"),
    ({"logo": "https://example.org/logo.png"}, "branch.logo"),
    ({"logo": "data:image/png;base64,AAAA"}, "branch.logo"),
    ({"logo": "data:image/svg+xml;base64,PHN2Zy8+"}, "branch.logo"),
    ({"imprint_url": "http://example.org/imprint"}, "branch.imprint_url"),
    ({"privacy_url": "https://practice.example@evil.example/"}, "branch.privacy_url"),
    ({"accessibility_url": "https://user:word@example.org"}, "branch.accessibility_url"),
    ({"accessibility_url": "https:///example.org"}, "branch.accessibility_url"),
    ({"lead_hours": -1}, "branch.lead_hours"),
    ({"horizon_days": 732}, "branch.horizon_days"),
    ({"most_open_requests": 0}, "branch.most_open_requests"),
    ({"expire_after_hours": 6}, "branch.expire_after_hours"),
    ({"cut_off_hours": -1}, "branch.cut_off_hours"),
    ({"night_from": "25:00"}, "branch.night_from"),
    ({"reminder_hours": [0]}, "branch.reminder_hours"),
    ({"reminder_hours": [1, 2, 3]}, "branch.reminder_hours"),
    ({"notices": "sometimes"}, "branch.notices"),
    ({"most_sms_a_month": -1}, "branch.most_sms_a_month"),
    ({"sms_countries": ["Austria"]}, "branch.sms_countries"),
    ({"comment_days": 0}, "branch.comment_days"),
    ({"record_months": 121}, "branch.record_months"),
    ({"lock_minutes": 0}, "branch.lock_minutes"),
    ({"public_holidays": {"country": "XX"}}, "branch.public_holidays.country"),
    ({"surprise": 1}, "branch.surprise"),
]


@pytest.mark.parametrize(("fields", "path"), WRONG_BRANCH, ids=lambda each: str(each)[:40])
def test_a_wrong_field_of_the_branch_is_refused_with_its_path(admin: Admin, fields: dict[str, Any], path: str) -> None:
    before = admin.settings
    answer = admin.put(branch=before["branch"] | fields)
    assert (answer.status, list(answer.json["fields"])) == (400, [path]), answer.text
    assert admin.settings == before


WRONG_SECTIONS: list[tuple[dict[str, Any], str]] = [
    ({"types": []}, "types"),
    ({"types": [{"id": "working_time", "name": {}, "effect": "opens"}]}, "types"),
    ({"resources": [resource("cabin-1"), resource("a b")]}, "resources[1].id"),
    ({"resources": [resource("cabin-1", capacity=21)]}, "resources[0].capacity"),
    ({"resources": [resource("cabin-1", standby=6)]}, "resources[0].standby"),
    ({"resources": [resource("cabin-1", colour="blue")]}, "resources[0].colour"),
    ({"resources": [resource("cabin-1", name=" ")]}, "resources[0].name"),
    ({"templates": [template("t", duration=7)]}, "templates[0].duration"),
    ({"templates": [template("t", resources=["elsewhere"])]}, "templates[0].resources"),
    ({"templates": [template("t", second=["elsewhere"])]}, "templates[0].second"),
    ({"templates": [template("t"), template("t")]}, "templates[1].id"),
    ({"templates": [template("t", price={"cents": 1_000_001, "currency": "EUR"})]}, "templates[0].price.cents"),
    ({"templates": [template("t", price={"cents": -1, "currency": "EUR"})]}, "templates[0].price.cents"),
    ({"templates": [template("t", price={"cents": 25.5, "currency": "EUR"})]}, "templates[0].price.cents"),
    ({"templates": [template("t", price={"cents": 2500, "currency": "ERU"})]}, "templates[0].price.currency"),
    ({"templates": [template("t", price={"cents": 2500})]}, "templates[0].price.currency"),
    ({"templates": [template("t", payer="nobody")]}, "templates[0].payer"),
    ({"templates": [template("t", hint={"de": "x" * 101})]}, "templates[0].hint.de"),
    ({"templates": [template("t", hint={"de": "Eine Zeile\nund noch eine"})]}, "templates[0].hint.de"),
    ({"templates": [template("t", price_note={"en": "x" * 101})]}, "templates[0].price_note.en"),
    ({"templates": [template("t", instructions={"de": "x" * 1001})]}, "templates[0].instructions.de"),
    ({"templates": [template("t", instructions={"de": "a\u0000b"})]}, "templates[0].instructions.de"),
    ({"templates": [template("t", online=False)]}, "templates[0].online"),
    ({"templates": [template("t", lead_hours=-1)]}, "templates[0].lead_hours"),
    ({"templates": [template("t", horizon_days=732)]}, "templates[0].horizon_days"),
    ({"templates": [template("t", cut_off_hours=721)]}, "templates[0].cut_off_hours"),
    ({"templates": [template("t", most_a_day=-1)]}, "templates[0].most_a_day"),
    ({"availabilities": [weekly(), weekly(hours={"from": "10:00", "to": "09:00", "step": 30})]}, "availabilities[1].hours.to"),
    ({"availabilities": [weekly(hours={"from": "9:00", "to": "10:00", "step": 30})]}, "availabilities[0].hours.from"),
    ({"availabilities": [weekly(weekdays=[8])]}, "availabilities[0].weekdays"),
    ({"availabilities": [weekly(resources=["elsewhere"])]}, "availabilities[0].resources"),
    ({"availabilities": [weekly(resources=[])]}, "availabilities[0].resources"),
    ({"availabilities": [weekly(type="party")]}, "availabilities[0].type"),
    (
        {"availabilities": [weekly(valid_from="2027-02-01", valid_until="2027-01-01")]},
        "availabilities[0].valid_until",
    ),
    ({"exceptions": [{"resource": "elsewhere", "date": "2027-01-04", "hours": []}]}, "exceptions[0].resource"),
    (
        {"exceptions": [{"resource": "cabin-1", "date": "2027-01-04", "hours": [{"from": "09:00", "to": "09:07", "step": 5}]}]},
        "exceptions[0].hours[0].to",
    ),
    ({"employees": [employee("x", email="nobody")]}, "employees[0].email"),
    ({"employees": [employee("robot", technical=False)]}, "employees[0].technical"),
    ({"employees": []}, "employees"),
    ({"texts": [words(), words(text="Bis bald, {{ first_name }}!", channel="sms")]}, "texts[1].text"),
    ({"texts": [words(text="{% for each in branch %}")]}, "texts[0].text"),
    ({"texts": [words(text=" ")]}, "texts[0].text"),
    ({"texts": [words(text="\u202e")]}, "texts[0].text"),
    ({"texts": [words(text="x" * 2001)]}, "texts[0].text"),
    ({"texts": [words(status="expired")]}, "texts[0].kind"),
    ({"texts": [words(kind="notice")]}, "texts[0].kind"),
    ({"texts": [words(language="d#")]}, "texts[0].language"),
    ({"texts": [words(), words(text="Noch einmal.")]}, "texts[1].kind"),
]


@pytest.mark.parametrize(("sections", "path"), WRONG_SECTIONS, ids=lambda each: str(each)[:60])
def test_a_wrong_section_is_refused_with_its_path(admin: Admin, sections: dict[str, Any], path: str) -> None:
    before = admin.settings
    answer = admin.put(**sections)
    assert (answer.status, list(answer.json["fields"])) == (400, [path]), answer.text
    assert admin.settings == before


def test_a_kind_says_nothing_where_a_text_is_left_out_or_empty(admin: Admin) -> None:
    silent = {"hint": {"de": " ", "en": ""}, "instructions": {"de": "\n"}}
    saved = admin.put(templates=[template("left-out"), template("empty", order=2, **silent)])
    assert saved.status == 200, saved.text
    for each in admin.settings["templates"]:
        assert {name: each[name] for name in UNTOLD} == UNTOLD


def test_words_of_ones_own_are_shown_for_an_invented_appointment_before_they_are_saved(admin: Admin) -> None:
    answer = admin("POST", "texts/preview", words())
    assert answer.status == 200, answer.text
    assert answer.json["subject"].startswith("Ihr Termin am ")
    assert "wir freuen uns auf Sie, Erika Mustermann.\n\nIhre Hörakustik Elbufer" in answer.json["text"]
    assert answer.json["default"] == "wir bestätigen Ihren Termin und freuen uns auf Sie."
    assert admin.settings["texts"] == []


def test_our_words_are_shown_where_there_are_none_and_can_be_taken_as_a_beginning(admin: Admin) -> None:
    ours = admin("POST", "texts/preview", words(channel="sms", text="")).json
    again = admin("POST", "texts/preview", words(channel="sms", text=ours["default"])).json
    assert ours["default"] == "{{ practice }}: Ihr Termin am {{ date }}, {{ time }} ist bestätigt.\n{{ link }}"
    assert again["text"].startswith("Hörakustik Elbufer: Ihr Termin am ")
    assert (again["subject"], again["default"]) == ("", ours["default"])


def test_words_that_cannot_be_used_are_not_shown_but_refused_with_the_field(admin: Admin) -> None:
    answer = admin("POST", "texts/preview", words(text="{{ branch.email }}"))
    assert (answer.status, list(answer.json["fields"])) == (400, ["text"])


def test_a_link_and_a_logo_that_were_right_once_stand_in_the_way_of_no_other_change(site: Site, admin: Admin) -> None:
    found = wiring.store().settings_now(admin.settings["id"])
    assert found is not None
    branch = replace(found.branch, imprint_url="http://example.org/", logo="data:image/svg+xml;base64,PHN2Zy8+")
    site.change(replace(found, branch=branch))
    kept = admin.settings["branch"]
    assert admin.put(branch=kept | {"address": "Elbuferweg 13"}).status == 200
    assert admin.put(availabilities=[weekly()]).status == 200
    refused = admin.put(branch=kept | {"imprint_url": "http://example.org/other"})
    assert (refused.status, list(refused.json["fields"])) == (400, ["branch.imprint_url"])


def test_a_version_that_somebody_else_has_changed_is_refused(admin: Admin) -> None:
    version = admin.settings["version"]
    first = admin("PUT", "settings", {"version": version, "availabilities": [weekly()]})
    second = admin("PUT", "settings", {"version": version, "availabilities": []})
    assert (first.status, second.status, second.json["code"]) == (200, 409, "changed_meanwhile")
    assert admin.settings["availabilities"] == [
        weekly(hours={"from": "09:00", "to": "12:00", "step": 30, "minimum_step": None}, every_weeks=1, months=[], closing=None)
    ]


def test_a_resource_is_not_released_before_the_checklist_is_empty(site: Site) -> None:
    branch = site.branch(resources=(Resource(id="cabin-1", name="Kabine 1"),), sender_name="", imprint_url="", phone="")
    admin = Admin(site, branch)
    assert admin.settings["missing"] == ["phone", "sender_name", "imprint_url"]
    answer = admin.put(resources=[resource("cabin-1", released=True)])
    why = "is required before a resource is released"
    assert (answer.status, answer.json["fields"]) == (
        400,
        {"branch.sender_name": why, "branch.imprint_url": why, "branch.phone": why},
    )


def test_an_alias_is_made_opens_the_page_shows_its_use_and_ends_when_it_is_revoked(site: Site, admin: Admin) -> None:
    made = admin("POST", "accesses", {"kind": "alias", "label": "Homepage", "employee": "robot"})
    assert made.status == 201, made.text
    access = next(each for each in made.json["accesses"] if each["label"] == "Homepage")
    assert access["url"] == f"{site.url}/?a={access['id']}"
    assert (access["last_used"], access["revoked_at"]) == (None, None)
    assert opened(site, access["id"]).status == 200
    [used] = [each for each in admin("GET", "accesses").json["accesses"] if each["id"] == access["id"]]
    assert used["last_used"] is not None
    revoked = admin("POST", f"accesses/{access['id']}/revoke")
    assert revoked.status == 200
    assert opened(site, access["id"]).json["code"] == "not_released"


def opened(site: Site, alias: str) -> Answer:
    return site.get(f"/api/v1/access/{alias}")


def test_a_revoked_alias_tells_how_to_reach_the_practice(site: Site, branch: TestBranch, admin: Admin) -> None:
    admin("POST", f"accesses/{branch.alias}/revoke")
    answer = opened(site, branch.alias)
    assert (answer.status, answer.json["contact"]) == (404, branch.settings.branch.contact)


def test_a_technical_employee_without_account_stops_its_accesses_until_it_has_one_again(site: Site, admin: Admin) -> None:
    made = admin("POST", "accesses", {"kind": "alias", "label": "Homepage", "employee": "robot"}).json["accesses"][0]
    for account in (False, True):
        assert admin("POST", "employees/robot/account", {"account": account}).status == 200
        assert opened(site, made["id"]).status == (200 if account else 404)


def test_an_inactive_technical_employee_stops_its_accesses(site: Site, admin: Admin) -> None:
    made = admin("POST", "accesses", {"kind": "alias", "label": "Homepage", "employee": "robot"}).json["accesses"][0]
    admin.put(employees=[employee("robot", technical=True, active=False)])
    assert opened(site, made["id"]).json["code"] == "not_released"


def test_what_the_branch_says_while_online_booking_is_off_is_told(site: Site, branch: TestBranch, admin: Admin) -> None:
    admin.put(branch=admin.settings["branch"] | {"online": False, "offline_text": "Wir ziehen um."})
    answer = opened(site, branch.alias)
    assert (answer.json["code"], answer.json["text"]) == ("not_released", "Wir ziehen um.")


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"employee": "nobody"}, "employee"),
        ({"employee": "petersen"}, "employee"),
        ({"employee": "idle"}, "employee"),
        ({"kind": "calendar"}, "resource"),
        ({"kind": "calendar", "resource": "elsewhere"}, "resource"),
        ({"resource": "elsewhere"}, "resource"),
        ({"label": " "}, "label"),
        ({"kind": "door"}, "kind"),
    ],
)
def test_a_wrong_access_is_refused_with_its_field(admin: Admin, fields: dict[str, Any], path: str) -> None:
    admin.put(employees=[employee("robot", technical=True), employee("petersen"), employee("idle", technical=True)])
    answer = admin("POST", "accesses", {"kind": "alias", "label": "Homepage", "employee": "robot"} | fields)
    assert (answer.status, list(answer.json["fields"])) == (400, [path]), answer.text


def test_only_a_technical_employee_is_given_an_account_that_cannot_sign_in(admin: Admin) -> None:
    admin.put(employees=[employee("robot", technical=True), employee("petersen")])
    assert admin("POST", "employees/petersen/account", {"account": True}).json["fields"].keys() == {"employee"}
    assert admin("POST", "employees/nobody/account", {"account": True}).status == 404


def test_ids_of_another_branch_are_not_found(site: Site, admin: Admin) -> None:
    other = site.branch(employees=(Employee(id="stranger", name="x", technical=True, account=True),))
    assert admin("POST", f"accesses/{other.alias}/revoke").status == 404
    assert admin("POST", "employees/stranger/account", {"account": False}).status == 404
    assert opened(site, other.alias).status == 200


def test_staff_read_the_settings_and_the_accesses(site: Site, branch: TestBranch) -> None:
    staff = Admin(site, branch, ("staff",))
    assert (staff("GET", "settings").status, staff("GET", "accesses").status) == (200, 200)


def test_an_access_of_the_first_version_has_no_employee_and_stays_good(site: Site) -> None:
    branch = site.branch()
    assert branch.settings.accesses[0] == Access(alias=branch.alias)
    assert opened(site, branch.alias).status == 200


def test_an_access_cannot_be_guessed(site: Site, branch: TestBranch, admin: Admin) -> None:
    """Each has 64 bits at least that nobody knows."""
    made = {
        admin("POST", "accesses", {"kind": kind, "label": f"{number}", "employee": "robot", "resource": "cabin-1"})
        .json["accesses"][0]["id"]
        .removeprefix(f"{branch.id}-")
        for kind in ("alias", "calendar")
        for number in range(5)
    }
    assert len(made) == 10
    assert all(re.fullmatch(r"[0-9a-f]{16,}", each) for each in made), made


def test_a_calendar_s_address_is_told_to_admins_only(site: Site, branch: TestBranch, admin: Admin) -> None:
    made = {"kind": "calendar", "label": "Outlook", "employee": "robot", "resource": "cabin-1"}
    url = admin("POST", "accesses", made).json["accesses"][0]["url"]
    answer = Admin(site, branch, groups=("staff",))("GET", "accesses")
    told = {each["kind"]: each["url"] for each in answer.json["accesses"]}
    assert told["calendar"] is None
    assert told["alias"].endswith(f"/?a={branch.alias}")
    assert url.rpartition(".")[2] not in answer.text
    assert url in admin("GET", "accesses").text


def test_appointments_that_lie_outside_the_new_hours_are_listed(site: Site) -> None:
    branch = site.branch()
    admin = Admin(site, branch)
    week = site.get(f"/api/v1/access/{branch.alias}/slots?resource=cabin-1&days=14").json
    slots = [slot for day in week["days"] for slot in day["slots"]]
    booked = site.book(branch, slots[-1]["start"])
    answer = admin.put(availabilities=[])
    assert [(each["id"], each["start"]) for each in answer.json["outside"]] == [(booked["id"], slots[-1]["start"])]


class Manager(Admin):
    """An admin who manages users, which takes the access token too."""

    def __init__(self, site: Site, branch: TestBranch, *others: str) -> None:
        super().__init__(site, branch)
        self.tokens = site.sign_in(["admin"], [branch.id, *others])
        self._token = self.tokens["IdToken"]

    def users(self, method: str = "GET", path: str = "users", body: Any = None) -> Answer:
        return self(method, path, body, **{"Access-Token": self.tokens["AccessToken"]})

    def invite(self, **fields: Any) -> Answer:
        given = {"employee": "anna", "user": f"anna-{secrets.token_hex(4)}", "groups": ["staff"], "branches": [self._branch.id]}
        return self.users("POST", body=given | fields)


@pytest.fixture
def anna() -> Employee:
    return Employee(id="anna", name="Anna Petersen", email=f"{secrets.token_hex(4)}@example.org")


@pytest.fixture
def manager(site: Site, anna: Employee) -> Manager:
    return Manager(site, site.branch(employees=(anna, ROBOT)))


def test_who_is_invited_gets_a_first_password_by_mail_and_is_known_by_name(
    site: Site, manager: Manager, anna: Employee
) -> None:
    user = f"anna-{secrets.token_hex(4)}"
    answer = manager.invite(user=user)
    assert answer.status == 201, answer.text
    [made] = [each for each in answer.json["users"] if each["user"] == user]
    assert (made["status"], made["groups"], made["email"]) == ("invited", ["staff"], anna.email)
    [employed] = [each for each in manager.settings["employees"] if each["id"] == "anna"]
    assert (employed["account"], employed["user"]) == (True, user)
    mail = site.mail(anna.email)
    assert "anna" not in mail.subject
    assert user in (mail.html or "")
    password = html.unescape((mail.html or "").partition("Passwort: ")[2].partition("</p>")[0])
    given = {"USERNAME": user, "PASSWORD": password}
    asked = site.pool.api.initiate_auth(ClientId=site.pool.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_an_employee_has_one_account_and_a_technical_one_none_that_signs_in(manager: Manager) -> None:
    assert manager.invite().status == 201
    for employee_ in ("anna", "robot"):
        answer = manager.invite(employee=employee_)
        assert (answer.status, list(answer.json["fields"])) == (400, ["employee"]), answer.text


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"user": "A B"}, "user"),
        ({"employee": "elsewhere"}, "employee"),
        ({"groups": []}, "groups"),
        ({"groups": ["root"]}, "groups[0]"),
    ],
)
def test_a_wrong_invitation_is_refused_with_its_field(manager: Manager, fields: dict[str, Any], path: str) -> None:
    answer = manager.invite(**fields)
    assert (answer.status, list(answer.json["fields"])) == (400, [path]), answer.text


def test_an_admin_grants_the_own_branches_only(site: Site, manager: Manager) -> None:
    other = site.branch()
    refused = manager.invite(branches=[manager._branch.id, other.id])
    assert (refused.status, list(refused.json["fields"])) == (400, ["branches[1]"])
    user = manager.invite().json["users"][0]
    given = {"groups": ["staff"], "branches": [other.id], "enabled": True, "version": user["version"]}
    refused = manager.users("PUT", f"users/{user['user']}", given)
    assert (refused.status, list(refused.json["fields"])) == (400, ["branches[0]"])


def test_a_user_is_changed_and_disabled(manager: Manager) -> None:
    invited = manager.invite().json["users"]
    user, version = next((each["user"], each["version"]) for each in invited if each["status"] == "invited")
    given = {"groups": ["admin", "staff"], "branches": [manager._branch.id], "enabled": False, "version": version}
    answer = manager.users("PUT", f"users/{user}", given)
    assert answer.status == 200, answer.text
    assert manager.users("PUT", f"users/{user}", given).json["code"] == "changed_meanwhile"
    [changed] = [each for each in answer.json["users"] if each["user"] == user]
    assert (changed["groups"], changed["enabled"]) == (["admin", "staff"], False)


def test_users_of_other_branches_are_neither_shown_nor_changed(site: Site, manager: Manager) -> None:
    other = Manager(site, site.branch())
    stranger = other.users().json["users"][0]["user"]
    assert stranger not in [each["user"] for each in manager.users().json["users"]]
    given = {"groups": ["staff"], "branches": [manager._branch.id], "enabled": False, "version": ""}
    assert manager.users("PUT", f"users/{stranger}", given).status == 404


def test_managing_users_takes_the_callers_own_access_token(site: Site, manager: Manager) -> None:
    other = Manager(site, manager._branch)
    assert list(manager("GET", "users").json["fields"]) == ["Access-Token"]
    for wrong in (other.tokens["AccessToken"], manager.tokens["IdToken"], "garbage"):
        assert manager("GET", "users", **{"Access-Token": wrong}).status == 401


def test_more_than_the_table_can_hold_is_refused_by_its_path(admin: Admin) -> None:
    read = admin.settings
    many = {f"l{number:04}": "x" * 100 for number in range(5000)}
    hours = {"from": "09:00", "to": "12:00", "step": 30}
    types = [*read["types"], *({"id": f"t{number}", "name": many, "effect": "neither"} for number in range(1))]
    cases: dict[str, dict[str, Any]] = {
        "types": {"types": read["types"] + [read["types"][0] | {"id": f"t{number}"} for number in range(50)]},
        "types[2].name": {"types": types},
        "branch.languages[0]": {"branch": read["branch"] | {"languages": [*many]}},
        "exceptions[0].hours": {"exceptions": [{"resource": "cabin-1", "date": "2027-01-01", "hours": [hours] * 8000}]},
        "branch.expire_after_hours": {"branch": read["branch"] | {"expire_after_hours": 10**12}},
        "branch.most_open_requests": {"branch": read["branch"] | {"most_open_requests": 10**40}},
        "resources[0].order": {"resources": [read["resources"][0] | {"order": -(10**40)}]},
    }
    found = {path: admin.put(**sections) for path, sections in cases.items()}
    assert {path: (answer.status, list(answer.json.get("fields", {}))) for path, answer in found.items()} == {
        path: (400, [path]) for path in cases
    }
