"""What is tried against the customers' routes, and what they keep, over HTTP on a real engine (R2, R17, R20, R22, R24, R25)."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib import wiring
from chalicelib.api.http import STATUS
from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import Refused
from chalicelib.domain.status import Status
from chalicelib.planner.staff.actions import ReadVersion
from chalicelib.store.models import AppointmentItem
from tests.api.test_booking import TOMORROW, assert_refused, clock, states, template
from tests.api.test_race import CLIENTS, answers, assert_units_are_those_of_the_appointments
from tests.builders import actions, availability, body, settings
from tests.race import together
from tests.site_of_tests import Answer, Site, TestBranch

CONTACT = {"name": "Hörakustik Elbufer", "phone": "+49 40 66969 123"}


def test_32_clients_on_a_start_that_a_booking_moves_away_are_one_booking_and_31_who_were_late(site: Site) -> None:
    """09:45 is offered only because 09:00 is taken, and once taken is on no grid: late is not wrong (R9, R20)."""
    branch = site.branch(availability("09:00-12:00", step=30, minimum_step=15), templates=(template(),))
    first = site.request(branch, body(clock("09:00"), template="test"))
    assert states(site, branch, query="&template=test")["09:45"] == "free"
    results = answers(together(CLIENTS, lambda _: site.request(branch, body(clock("09:45"), template="test"))))
    print(f"\na start that moves, {CLIENTS} clients: {dict(Counter(result.status for result in results))}")
    assert Counter(result.status for result in results) == {201: 1, 409: CLIENTS - 1}
    for result in results:
        if result.status == 409:
            alternatives = [each["start"] for each in result.json["alternatives"]]
            assert result.json["code"] == "slot_taken"
            assert alternatives[:2] == [clock("10:30"), clock("11:00")]
            assert len(alternatives) == 5
    assert_units_are_those_of_the_appointments(branch, [first, *(each for each in results if each.status == 201)])


@pytest.mark.parametrize("start", ["09:50", "11:45", "12:00"])
def test_a_start_that_could_never_be_offered_is_not_called_taken(site: Site, start: str) -> None:
    branch = site.branch(availability("09:00-12:00", step=30, minimum_step=15), templates=(template(),))
    site.book(branch, clock("09:00"), template="test")
    assert_refused(site.request(branch, body(clock(start), template="test")), 422, "outside_availability")


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?a=40evil.net=2c?=@example.org",
        "=?utf-8?b?YUBldmlsLm5ldCw=?=@example.org",
        "erika=?utf-8?q?x?=@example.org",
        "erika@example.org, eva@evil.net",
        "Eva <eva@evil.net>",
        '"eva@evil.net,"@example.org',
        "erika@\u200eexample.org",
        "erika@example.org\n",
        "erika@example.org\r\nTo: eva@evil.net",
    ],
)
def test_an_address_that_mail_programs_might_read_as_another_is_refused(site: Site, address: str) -> None:
    branch = site.branch()
    assert_refused(site.request(branch, body(clock("09:30"), email=address)), 400, "invalid", "email")
    assert states(site, branch)["09:30"] == "free"


@pytest.mark.parametrize("nobody", ["\u200b", "\u3164", "\ufeff", "\u00ad", "\u2060 \u200d", "\u115f\uffa0", "\u0301"])
def test_a_name_that_nobody_sees_is_none(site: Site, nobody: str) -> None:
    branch = site.branch(required=("first_name",))
    answer = site.request(branch, body(clock("09:30"), last_name=nobody, first_name="Erika"))
    assert_refused(answer, 400, "invalid", "last_name")
    assert_refused(site.request(branch, body(clock("09:30"), first_name=nobody)), 400, "invalid", "first_name")


NAMES = ["last_name", "first_name", "visitor_first_name", "visitor_last_name"]
TURNING, BREAKING = ["\u200e", "\u200f", "\u061c", "\u202e", "\u2066"], ["\u2028", "\x1b", "\x85"]


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize("mark", TURNING)
def test_a_mark_inside_a_name_that_turns_it_is_refused_in_clear_words(site: Site, field: str, mark: str) -> None:
    answer = site.request(site.branch(), body(clock("09:30"), **{field: f"Muster{mark}mann"}))
    assert_refused(answer, 400, "invalid", field)
    assert answer.json["fields"][field].startswith("has an unseen mark inside that turns the direction of the text")


@pytest.mark.parametrize("field", [*NAMES, "phone", "message"])
@pytest.mark.parametrize("mark", BREAKING)
def test_what_breaks_a_text_is_refused(site: Site, field: str, mark: str) -> None:
    branch = site.branch(message_field=True)
    assert_refused(site.request(branch, body(clock("09:30"), **{field: f"Muster{mark}mann"})), 400, "invalid", field)


@pytest.mark.parametrize("name", ["כהן", "محمد", "Mustermann"])
@pytest.mark.parametrize(("before", "behind"), [("\u200f", ""), ("", "\u200e"), ("\u2067", "\u2069"), ("\ufeff ", " \u200b")])
def test_marks_around_a_name_are_not_part_of_it(site: Site, name: str, before: str, behind: str) -> None:
    pasted = dict.fromkeys(NAMES, f"{before}{name}{behind}")
    stored = kept(site.book(site.branch(), clock("09:30"), **pasted))
    assert {getattr(stored, field) for field in NAMES} == {name}


@pytest.mark.parametrize(
    ("pasted", "number"),
    [
        ("\u202a+49 170 1234567\u202c", "+49 170 1234567"),
        ("\u2068+49 170 1234567\u2069", "+49 170 1234567"),
        ("\u200e+49 170\u200b 123\u20604567", "+49 170 1234567"),
        ("+49\xa0170\u202f123\u20114567", "+49 170 123-4567"),
        ("\uff0b\uff14\uff19 170 1234567", "+49 170 1234567"),
        ("٠١٧٠ ١٢٣٤٥٦٧", "0170 1234567"),
    ],
)
def test_a_pasted_telephone_number_is_kept_without_marks(site: Site, pasted: str, number: str) -> None:
    assert kept(site.book(site.branch(), clock("09:30"), phone=pasted)).phone == number


def test_a_number_that_is_pasted_into_a_message_loses_its_marks_there(site: Site) -> None:
    branch = site.branch(message_field=True)
    made = site.book(branch, clock("09:30"), message="Bitte rufen Sie \u202a+49 170 1234567\u202c an.\u200f")
    assert kept(made).message == "Bitte rufen Sie +49 170 1234567 an."


@pytest.mark.parametrize(("before", "behind"), [("\u200b", ""), ("\u2068", "\u2069"), ("", "\u200e"), ("\xa0", "\ufeff")])
def test_a_pasted_e_mail_address_loses_its_marks(site: Site, before: str, behind: str) -> None:
    assert (
        kept(site.book(site.branch(), clock("09:30"), email=f"{before}erika@example.org{behind}")).email == "erika@example.org"
    )


@pytest.mark.parametrize("phone", ["-", "–", "/", ".", "+"])
def test_a_sign_is_no_telephone_number_where_one_is_required(site: Site, phone: str) -> None:
    branch = site.branch(required=("phone",))
    answer = site.request(branch, body(clock("09:30"), phone=phone))
    assert_refused(answer, 400, "invalid", "phone")
    assert answer.json["fields"] == {"phone": "is required"}
    assert kept(site.book(site.branch(), clock("09:30"), phone=phone)).phone is None


@pytest.mark.parametrize("phone", ["keine", "x", "12", "+49 1"])
def test_what_has_too_few_digits_is_no_telephone_number(site: Site, phone: str) -> None:
    answer = site.request(site.branch(), body(clock("09:30"), phone=phone))
    assert_refused(answer, 400, "invalid", "phone")
    assert answer.json["fields"] == {"phone": "is not a telephone number"}


@pytest.mark.parametrize(("address", "character"), [("jörg@web.de", "ö"), ("JO\u0308RG@web.de", "Ö"), ("дед@example.org", "д")])
def test_an_address_that_no_mail_reaches_is_refused_by_its_character(site: Site, address: str, character: str) -> None:
    answer = site.request(site.branch(), body(clock("09:30"), email=address))
    assert_refused(answer, 400, "invalid", "email")
    assert answer.json["characters"] == {"email": character}
    assert answer.json["fields"]["email"].startswith(f'has "{character}" before the @')


def test_there_are_at_most_64_characters_before_the_at(site: Site) -> None:
    branch = site.branch()
    assert_refused(site.request(branch, body(clock("09:30"), email=f"{'a' * 65}@example.org")), 400, "invalid", "email")
    assert site.request(branch, body(clock("09:30"), email=f"{'a' * 64}@example.org")).status == 201


def test_a_name_of_letters_and_joiners_is_kept_as_it_is_written(site: Site) -> None:
    """A zero-width joiner belongs to the spelling of some languages."""
    made = site.book(site.branch(), clock("09:30"), last_name="क्\u200dष O'Neill-Łącki")
    assert kept(made).last_name == "क्\u200dष O'Neill-Łącki"


def kept(made: dict[str, Any]) -> Comment:
    stored = wiring.store().appointment(made["id"])
    assert stored is not None
    assert stored.comment is not None
    return stored.comment


def test_all_that_a_customer_says_is_kept_in_the_appointment(site: Site) -> None:
    """The comment block, whole, and nothing else of it anywhere (R25)."""
    said = {
        "last_name": "Mustermann",
        "email": "erika@example.org",
        "first_name": "Erika",
        "phone": "+49 40 66969 777",
        "message": "Bitte klingeln.\nIch komme zu Fuß.",
        "visitor_first_name": "Oma",
        "visitor_last_name": "Meyer",
        "channel": "sms",
        "in_writing": True,
        "remind": True,
        "notice_version": "3",
    }
    made = site.book(site.branch(message_field=True), clock("09:30"), **said)
    assert kept(made) == Comment(**said)  # type: ignore[arg-type]


def test_what_a_customer_leaves_out_is_kept_as_unsaid(site: Site) -> None:
    """Last name and e-mail are all that is needed, and no box is ticked for anybody (R25, R29)."""
    made = site.book(site.branch(), clock("09:30"), email="erika@example.org")
    assert kept(made) == Comment(last_name="Mustermann", email="erika@example.org", in_writing=False, remind=False)


def test_texts_are_kept_in_normal_form_without_what_stands_around_them(site: Site) -> None:
    """A letter with its mark beside it is the same letter: found by any search, counted once (R25)."""
    made = site.book(
        site.branch(message_field=True),
        clock("09:30"),
        last_name="  Mu\u0308ller ",
        first_name="Zoe\u0308",
        visitor_last_name="A\u030angstro\u0308m",
        message=" Gru\u0308ße\r\nund Dank \n",
        email=" erika@B\u00fccher.example ",
    )
    assert kept(made) == Comment(
        last_name="Müller",
        first_name="Zoë",
        visitor_last_name="Ångström",
        message="Grüße\nund Dank",
        email="erika@xn--bcher-kva.example",
    )


def test_times_are_kept_in_utc_and_told_on_the_branch_s_clock(site: Site) -> None:
    """Whatever offset the customer's device has (R2)."""
    branch = site.branch(zone="America/St_Johns")
    day = TOMORROW + timedelta(days=1)
    [listed] = site.slots(branch, f"&from={day}&days=1")["days"]
    asked = datetime.fromisoformat(listed["slots"][3]["start"])
    made = site.book(branch, asked.astimezone(ZoneInfo("Asia/Tokyo")).isoformat())
    stored = AppointmentItem.get(f"APPOINTMENT#{made['id']}", "APPOINTMENT")
    assert made["start"] == listed["slots"][3]["start"] == f"{day}T09:30:00{asked.strftime('%z')[:3]}:30"
    assert stored.start == asked.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


R24 = {
    "invalid": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "proof_needed": 403,
    "unknown_access": 404,
    "not_released": 404,
    "not_found": 404,
    "slot_taken": 409,
    "changed_meanwhile": 409,
    "customer_leaving": 409,
    "invitation_used": 409,
    "read_otherwise": 409,
    "too_large": 413,
    "outside_availability": 422,
    "too_soon": 422,
    "too_far": 422,
    "not_started": 422,
    "not_for_this_resource": 422,
    "invitation_expired": 422,
    "idempotency_key_reused": 422,
    "too_many_requests": 429,
    "try_again": 503,
}


def kinds(of: type[Refused]) -> Iterator[type[Refused]]:
    """All that can be raised: those that no other one refines, and those that have a code of their own."""
    for each in of.__subclasses__():
        if "code" in vars(each):
            yield each
        yield from kinds(each)


def test_every_refusal_has_its_stable_code_and_status_and_there_are_no_others() -> None:
    """R24."""
    assert {kind.code: STATUS[kind.code] for kind in kinds(Refused)} == R24
    assert STATUS == R24


def change(site: Site, branch: TestBranch, **fields: Any) -> None:
    site.change(replace(branch.settings, branch=replace(branch.settings.branch, **fields)))


def test_a_repeated_request_gets_the_first_answer_also_when_its_time_would_be_too_soon_by_now(site: Site) -> None:
    """As it is hours later (R22); nobody else gets that near."""
    branch, key = site.branch(), secrets.token_hex(16)
    first = site.request(branch, body(clock("09:30")), key)
    change(site, branch, lead_hours=72)
    again = site.request(branch, body(clock("09:30")), key)
    assert (again.status, again.json) == (201, first.json)
    assert_refused(site.request(branch, body(clock("10:30"))), 422, "too_soon")


@pytest.mark.parametrize("changed", [{"horizon_days": 0}, {"required": ("phone",)}, {"holidays": frozenset({TOMORROW})}])
def test_no_change_of_settings_takes_the_first_answer_back(site: Site, changed: dict[str, Any]) -> None:
    branch, key = site.branch(), secrets.token_hex(16)
    first = site.request(branch, body(clock("09:30")), key)
    change(site, branch, **changed)
    assert site.request(branch, body(clock("09:30")), key).json == first.json
    assert site.request(branch, body(clock("11:30"))).status in (400, 422)


def staff_answer(branch: TestBranch, made: Any, status: Status, version: int = 1) -> None:
    actions(wiring.store(), wiring.now).answer(ReadVersion(branch.id, made["id"], version), status, "staff-1")


def ask(site: Site, branch: TestBranch, time: str, email: str = "erika@example.org") -> Answer:
    return site.request(branch, body(clock(time), email=email))


def assert_too_many(answer: Answer) -> None:
    assert_refused(answer, 429, "too_many_requests")
    assert answer.json["contact"] | CONTACT == answer.json["contact"]


def test_who_has_as_many_open_requests_as_the_branch_allows_hears_how_to_reach_it(site: Site) -> None:
    branch = site.branch(most_open_requests=2)
    site.prove(branch)
    assert [ask(site, branch, time).status for time in ("09:00", "10:00")] == [201, 201]
    assert_too_many(ask(site, branch, "11:00"))
    assert states(site, branch)["11:00"] == "free"
    assert ask(site, branch, "11:00", "somebody.else@example.org").status == 201


@pytest.mark.parametrize("limit", ["most_open_requests", "most_requests_a_day"])
def test_an_address_counts_as_one_however_it_is_spelt_and_the_refusal_never_tells_whether_it_is_known(
    site: Site, limit: str
) -> None:
    branch = site.branch(**{limit: 1})
    site.prove(branch)
    assert ask(site, branch, "09:00").status == 201
    refused = [ask(site, branch, "10:00", email) for email in ("erika@example.org", "ERIKA@Example.ORG", " Erika@example.org")]
    for answer in refused:
        assert_too_many(answer)
        assert answer.json == refused[0].json
        assert "erika" not in answer.text.lower()


@pytest.mark.parametrize("status", ["declined", "cancelled", "confirmed"])
def test_an_answered_request_is_no_longer_open(site: Site, status: Any) -> None:
    branch = site.branch(most_open_requests=1)
    site.prove(branch)
    made = ask(site, branch, "09:00").json
    assert_too_many(ask(site, branch, "10:00"))
    staff_answer(branch, made, status)
    assert ask(site, branch, "10:00").status == 201
    assert_too_many(ask(site, branch, "11:00"))


@pytest.mark.parametrize("status", ["declined", "cancelled", "confirmed"])
def test_the_requests_of_a_day_count_whatever_becomes_of_them(site: Site, status: Any) -> None:
    branch = site.branch(most_requests_a_day=1)
    site.prove(branch)
    made = ask(site, branch, "09:00").json
    staff_answer(branch, made, status)
    assert_too_many(ask(site, branch, "10:00"))


def test_who_asks_and_cancels_by_turns_comes_to_an_end_where_the_branch_says_nothing_of_it(site: Site) -> None:
    """Each turn sends two mails to an address that may be anybody's."""
    branch = site.branch(most_requests_a_day=settings().branch.most_requests_a_day)
    site.prove(branch)
    for _ in range(10):
        token = ask(site, branch, "09:00").json["manage_url"].partition("#")[2]
        headers = {"Appointment-Token": token, "Content-Type": "application/json"}
        assert site.send("POST", "/api/v1/appointment/cancel", b"", headers).status == 200
    assert_too_many(ask(site, branch, "09:00"))


def test_the_limits_of_two_branches_are_apart(site: Site) -> None:
    for branch in (site.branch(most_open_requests=1), site.branch(most_open_requests=1)):
        assert ask(site, branch, "09:00").status == 201


def test_a_repeated_request_is_answered_also_where_it_used_up_the_limit(site: Site) -> None:
    branch, key = site.branch(most_open_requests=1, most_requests_a_day=1, most_appointments_a_day=1), secrets.token_hex(16)
    first = site.request(branch, body(clock("09:30")), key)
    assert site.request(branch, body(clock("09:30")), key).json == first.json


def test_32_requests_of_one_address_at_once_are_as_many_as_it_may_have_open(site: Site) -> None:
    """The limit is a condition of the write, not a look before (R18, R20)."""
    branch = site.branch(availability("08:00-18:00", step=15), most_open_requests=3)
    site.prove(branch)
    times = [f"{8 + number // 4:02}:{number % 4 * 15:02}" for number in range(CLIENTS)]
    results = answers(together(CLIENTS, lambda number: ask(site, branch, times[number])))
    print(f"\none address, at most 3 open, {CLIENTS} clients: {dict(Counter(result.status for result in results))}")
    assert Counter(result.status for result in results) == {201: 3, 429: CLIENTS - 3}
    assert_units_are_those_of_the_appointments(branch, [each for each in results if each.status == 201])


def test_a_day_that_has_as_many_appointments_as_the_branch_allows_offers_no_more(site: Site) -> None:
    """Its starts are absent, what is taken on it is shown, the next day is open (R17)."""
    branch = site.branch(most_appointments_a_day=2)
    made = [site.book(branch, clock(time), email=f"{time[:2]}@example.org") for time in ("09:00", "10:00")]
    assert states(site, branch) == {"09:00": "taken", "10:00": "taken"}
    assert states(site, branch, TOMORROW + timedelta(days=1))["09:00"] == "free"
    assert_too_many(ask(site, branch, "11:00"))
    assert site.request(branch, body(clock("09:00", TOMORROW + timedelta(days=1)))).status == 201
    staff_answer(branch, made[0], "declined")
    assert states(site, branch)["11:00"] == "free"
    assert ask(site, branch, "11:00").status == 201


def test_32_clients_on_32_starts_of_a_day_are_as_many_as_it_may_have(site: Site) -> None:
    """The condition of the write decides, whatever all of them have seen (R18, R20)."""
    branch = site.branch(availability("08:00-18:00", step=15), most_appointments_a_day=3)
    times = [f"{8 + number // 4:02}:{number % 4 * 15:02}" for number in range(CLIENTS)]
    results = answers(together(CLIENTS, lambda number: ask(site, branch, times[number], f"{number}@example.org")))
    print(f"\nat most 3 a day, {CLIENTS} clients on as many starts: {dict(Counter(result.status for result in results))}")
    assert Counter(result.status for result in results) == {201: 3, 429: CLIENTS - 3}
    assert_units_are_those_of_the_appointments(branch, [each for each in results if each.status == 201])


def test_a_taken_start_of_a_full_day_is_taken_and_its_alternatives_are_on_other_days(site: Site) -> None:
    branch = site.branch(most_appointments_a_day=1)
    site.book(branch, clock("09:00"))
    answer = ask(site, branch, "09:00")
    assert_refused(answer, 409, "slot_taken")
    assert not [each for each in answer.json["alternatives"] if each["start"].startswith(TOMORROW.isoformat())]
    assert len(answer.json["alternatives"]) == 5
