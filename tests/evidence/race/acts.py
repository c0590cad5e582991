"""Everything that writes: each route that is no GET, what wakes the other functions, what operators run, and the two reads that
leave a trace. An act makes a call, which its client may send again as it is."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib import wiring
from chalicelib.api import events
from chalicelib.domain.callbacks import ring_entry
from chalicelib.domain.errors import Refused
from chalicelib.domain.tokens import appointment_id
from chalicelib.planner.schedule.consistency import mend
from chalicelib.store.deployment import Deployment
from chalicelib.store.maintenance import Whole
from tests.evidence.race.door import Answer, Call
from tests.evidence.race.practice import (
    BRANCH,
    CLOSING,
    DAY,
    ONE_PERSON,
    Practice,
    Target,
    at,
    bounce_of,
    delivered,
    invited,
    own,
    request,
    staff,
    wanted,
)

HALF_HOURS = ("08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "12:00", "13:00", "14:00", "15:00")
MOVED_TO = ("08:30", "09:00", "15:00", "15:30")
"""Starts that customers and staff move to, and that others book."""


@dataclass(frozen=True)
class Moment:
    """Who acts: what is known, what is drawn, and a number that no other act of the round has. `read` gives a target as it is
    now, to whoever looks before he acts; without it each acts by what all have read."""

    practice: Practice
    chance: random.Random
    number: int
    read: Callable[[str], Target] | None = None

    def target(self, name: str) -> Target:
        return self.read(name) if self.read else self.practice.targets[name]

    @property
    def key(self) -> str:
        return f"key-of-the-act-{self.number:06}"

    @property
    def email(self) -> str:
        return f"client-{self.number:06}@example.org"


@dataclass(frozen=True)
class Act:
    """`of` is the route, as the table of routes has it, or what else calls it. `books`: it takes a time. `repeats`: who heard
    nothing asks again; what carries no key and no version is looked for first. `whole`: one write does all of it. `leaves`:
    once it is done, something may be left for the next time, or for staff, which it tells."""

    name: str
    of: str
    call: Callable[[Moment], Call]
    books: bool = False
    repeats: bool = True
    whole: bool = True
    leaves: bool = False


ACTS: dict[str, Act] = {}


def _act(of: str, **more: bool) -> Callable[[Callable[[Moment], Call]], Callable[[Moment], Call]]:
    def added(call: Callable[[Moment], Call]) -> Callable[[Moment], Call]:
        ACTS[call.__name__] = Act(call.__name__, of, call, **more)
        return call

    return added


A_REQUEST = "POST /v1/access/{alias}/appointments"
A_CALLBACK = "key-of-a-callback-"
OWN = "POST /v1/appointment/"
PLANNED = "POST /v1/staff/branches/{branch}/appointments/{appointment}/"
IN_BRANCH = "/v1/staff/branches/{branch}/"


# What customers do without a link.


@_act(A_REQUEST, books=True)
def book(moment: Moment) -> Call:
    """All at one start."""
    return request(moment.practice.alias, wanted("09:00", moment.email), moment.key)


@_act(A_REQUEST, books=True)
def book_near(moment: Moment) -> Call:
    """Starts that overlap with buffers, in two cabins, partly with a second resource."""
    kind = moment.chance.choice(("short", "test"))
    where = moment.chance.choice(("cabin-1", "cabin-2"))
    clock = moment.chance.choice(HALF_HOURS[:6])
    return request(moment.practice.alias, wanted(clock, moment.email, where, kind), moment.key)


@_act(A_REQUEST, books=True)
def book_at_any(moment: Moment) -> Call:
    """Whichever cabin is free, at starts that others book in one of them."""
    body = wanted(moment.chance.choice(HALF_HOURS[:4]), moment.email, "any", "short")
    return request(moment.practice.alias, body, moment.key)


@_act(A_REQUEST, books=True)
def book_group(moment: Moment) -> Call:
    return request(moment.practice.alias, wanted("09:00", moment.email, "group", None), moment.key)


@_act(A_REQUEST, books=True)
def book_again(moment: Moment) -> Call:
    """One request of one customer, which all of them send, where there is room for two."""
    body = wanted("15:00", "again@example.org", "group", None)
    return request(moment.practice.alias, body, "key-of-one-request-of-all")


@_act(A_REQUEST, books=True)
def book_by_one_proof(moment: Moment) -> Call:
    """Requests that share one proof of work, each for a time of its own."""
    clock = HALF_HOURS[moment.number % len(HALF_HOURS)]
    body = wanted(clock, moment.email, "cabin-2", proof="one-proof-for-all")
    return request(moment.practice.alias, body, moment.key)


@_act(A_REQUEST, books=True)
def book_as_one_person(moment: Moment) -> Call:
    """Requests of one address, of which three may wait."""
    clock = HALF_HOURS[moment.number % len(HALF_HOURS)]
    body = wanted(clock, ONE_PERSON, "cabin-2", proof=moment.email)
    return request(moment.practice.alias, body, moment.key)


@_act(A_REQUEST, books=True)
def book_the_day(moment: Moment) -> Call:
    """Each another start, of a day that may have fewer."""
    clock = f"{8 + moment.number // 2 % 10:02}:{moment.number % 2 * 30:02}"
    return request(moment.practice.alias, wanted(clock, moment.email, "cabin-2"), moment.key)


@_act(A_REQUEST, books=True)
def book_to_confirm_first(moment: Moment) -> Call:
    return request(moment.practice.alias, wanted("09:30", moment.email, confirm_first=True), moment.key)


@_act("POST /v1/access/{alias}/callbacks")
def ask_to_be_called(moment: Moment) -> Call:
    body = {"name": "Mustermann", "phone": "040 1234567", "proof": f"call-{moment.number}"}
    path = f"/v1/access/{moment.practice.alias}/callbacks"
    return Call("POST", path, body, {"Idempotency-Key": f"{A_CALLBACK}{moment.number % 4:04}"})


@_act("GET /v1/access/{alias}")
def open_the_page(moment: Moment) -> Call:
    return Call("GET", f"/v1/access/{moment.practice.alias}")


@_act("POST /v1/invitation/appointments", books=True)
def book_by_invitation(moment: Moment) -> Call:
    """All by the same one, each at another time."""
    body = {"resource": "cabin-1", "start": at(HALF_HOURS[moment.number % len(HALF_HOURS)])}
    return invited(moment.practice.invitation, body, moment.key)


# What customers do by their links.


@_act(f"{OWN}cancel")
def cancel_by_link(moment: Moment) -> Call:
    return own("cancel", moment.practice.targets["asked"].token)


@_act(f"{OWN}cancel")
def cancel_what_is_confirmed(moment: Moment) -> Call:
    return own("cancel", moment.practice.targets["agreed"].token)


@_act(f"{OWN}move", books=True)
def move_by_link(moment: Moment) -> Call:
    return own("move", moment.practice.targets["asked"].token, {"start": at(moment.chance.choice(MOVED_TO))})


@_act(f"{OWN}confirm", books=True)
def confirm_address(moment: Moment) -> Call:
    return own("confirm", moment.practice.targets["waiting"].mailed, {})


@_act(f"{OWN}disown")
def disown(moment: Moment) -> Call:
    return own("disown", moment.practice.targets["asked"].mailed)


@_act(f"{OWN}disown/undo", books=True)
def take_disowning_back(moment: Moment) -> Call:
    return own("disown/undo", moment.practice.targets["disowned"].mailed)


@_act(f"{OWN}address")
def correct_address(moment: Moment) -> Call:
    return own("address", moment.practice.targets["fresh"].token, {"email": moment.email})


@_act(f"{OWN}erase", whole=False)
def erase_by_link(moment: Moment) -> Call:
    return own("erase", moment.practice.targets["asked"].token, {"confirm": True})


@_act(f"{OWN}reminders/stop")
def stop_reminders(moment: Moment) -> Call:
    return own("reminders/stop", moment.practice.targets["agreed"].token)


@_act(f"{OWN}health/forget")
def forget_health(moment: Moment) -> Call:
    return own("health/forget", moment.practice.targets["agreed"].token)


# What staff do.


def _staff_on(target: Target, what: str, **body: Any) -> Call:
    return staff("POST", f"appointments/{target.id}/{what}", {"version": target.version, **body})


MAIL = {"channel": "email"}


@_act(f"{PLANNED}status")
def confirm(moment: Moment) -> Call:
    return _staff_on(moment.target("asked"), "status", status="confirmed", tell=MAIL)


@_act(f"{PLANNED}status")
def confirm_for_a_customer(moment: Moment) -> Call:
    who = moment.practice.customers[moment.number % 2]["id"]
    return _staff_on(moment.target("asked"), "status", status="confirmed", customer=who)


@_act(f"{PLANNED}status")
def decline(moment: Moment) -> Call:
    return _staff_on(moment.target("asked"), "status", status="declined", reason="Kein Platz", tell=MAIL)


@_act(f"{PLANNED}status")
def cancel_by_staff(moment: Moment) -> Call:
    return _staff_on(moment.target("agreed"), "status", status="cancelled", tell=MAIL)


@_act(f"{PLANNED}status")
def confirm_again(moment: Moment) -> Call:
    """One that was declined: its units must be had again."""
    return _staff_on(moment.target("off"), "status", status="confirmed")


@_act(f"{PLANNED}status")
def set_done(moment: Moment) -> Call:
    return _staff_on(moment.target("begun"), "status", status="done")


@_act(f"{PLANNED}status")
def set_no_show(moment: Moment) -> Call:
    return _staff_on(moment.target("begun"), "status", status="no_show")


@_act(f"{PLANNED}move", books=True)
def move(moment: Moment) -> Call:
    """Also by five minutes, within its own units, and to the other cabin."""
    start = at(moment.chance.choice((*MOVED_TO, "11:05", "10:55")))
    to = {"resource": "cabin-2"} if moment.chance.random() < 0.3 else {"start": start}
    return _staff_on(moment.target("agreed"), "move", **to, tell=MAIL)


@_act(f"{PLANNED}move", books=True)
def move_a_request(moment: Moment) -> Call:
    return _staff_on(moment.target("asked"), "move", start=at(moment.chance.choice(MOVED_TO)))


@_act(f"{PLANNED}customer")
def match(moment: Moment) -> Call:
    return _staff_on(moment.target("asked"), "customer", customer=moment.practice.customers[moment.number % 2]["id"])


@_act(f"{PLANNED}customer")
def match_another(moment: Moment) -> Call:
    """Whom an erasure may be about."""
    return _staff_on(moment.target("agreed"), "customer", customer=moment.practice.customers[1]["id"])


@_act(f"{PLANNED}tell")
def tell(moment: Moment) -> Call:
    return _staff_on(moment.target("agreed"), "tell", tell={"channel": "email", "note": "Bitte klingeln."})


@_act(f"{PLANNED}tell")
def tell_by_sms(moment: Moment) -> Call:
    return _staff_on(moment.target("agreed"), "tell", tell={"channel": "sms"})


@_act(f"{PLANNED}details")
def edit_details(moment: Moment) -> Call:
    """A note, or another kind, which takes other units at the place."""
    to = moment.chance.choice(({"note": "Bitte laut sprechen."}, {"template": "test"}))
    return _staff_on(moment.target("asked"), "details", **to)


@_act(f"{PLANNED}undo")
def undo(moment: Moment) -> Call:
    """A declining, whose message waits still or has gone."""
    return _staff_on(moment.target("off"), "undo")


@_act(f"{PLANNED}send-now")
def send_now(moment: Moment) -> Call:
    return _staff_on(moment.target("off"), "send-now")


@_act(f"POST {IN_BRANCH}closings/undo", whole=False)
def undo_a_closing(moment: Moment) -> Call:
    """With what was done in it."""
    acted = {"id": moment.target("off").id, "version": moment.target("off").version}
    return staff("POST", "closings/undo", {"closing": None, "appointments": [acted]})


@_act(f"POST {IN_BRANCH}inbox/{{entry}}/undo")
def bring_back(moment: Moment) -> Call:
    return staff("POST", f"inbox/request-{moment.practice.targets['asked'].id}/undo")


@_act(f"{PLANNED}void-link")
def void_link(moment: Moment) -> Call:
    return _staff_on(moment.target("asked"), "void-link")


@_act(f"POST {IN_BRANCH}appointments", books=True)
def make_appointment(moment: Moment) -> Call:
    body = {"type": "appointment", "resource": "cabin-1", "start": at(moment.chance.choice(MOVED_TO[:2])), "minutes": 30}
    who = moment.practice.customers[0]["id"]
    return staff("POST", "appointments", body | {"customer": who, "tell": MAIL}, **{"Idempotency-Key": moment.key})


@_act(f"POST {IN_BRANCH}appointments", books=True, whole=False)
def make_a_series(moment: Moment) -> Call:
    body = {"type": "appointment", "resource": "cabin-2", "start": at("09:00"), "minutes": 60, "repeat": {"times": 3}}
    who = moment.practice.customers[1]["id"]
    return staff("POST", "appointments", body | {"customer": who}, **{"Idempotency-Key": moment.key})


@_act(f"POST {IN_BRANCH}appointments", books=True)
def block_time(moment: Moment) -> Call:
    """One block, which all of them make, where there is room for two."""
    body = {"type": "blocked", "resource": "group", "start": at("08:45"), "minutes": 45, "title": "Wartung"}
    return staff("POST", "appointments", body, **{"Idempotency-Key": "key-of-one-block-of-all"})


@_act(f"POST {IN_BRANCH}closings", whole=False, leaves=True)
def close_time(moment: Moment) -> Call:
    """Somebody is ill: what stands there is moved or cancelled."""
    asked, agreed = moment.target("asked"), moment.target("agreed")
    answers = [
        {"do": "move", "id": asked.id, "version": asked.version, "resource": "cabin-2"},
        {"do": "cancel", "id": agreed.id, "version": agreed.version, "tell": MAIL},
    ]
    return staff("POST", "closings", {"resource": "cabin-1", "start": at("08:00"), "end": at("12:00"), "answers": answers})


@_act(f"POST {IN_BRANCH}closings/{{closing}}/reopen", repeats=False)
def reopen(moment: Moment) -> Call:
    """Of a day that was closed before anybody acts; who comes second finds no closing."""
    return staff("POST", f"closings/{CLOSING}/reopen", {})


@_act(f"POST {IN_BRANCH}requests/decline", whole=False)
def decline_a_wave(moment: Moment) -> Call:
    since, until = "2026-11-23T05:00:00Z", "2026-11-24T12:00:00Z"
    return staff("POST", "requests/decline", {"alias": moment.practice.alias, "from": since, "until": until, "tell": True})


@_act(f"POST {IN_BRANCH}inbox/{{entry}}/done")
def tick_off(moment: Moment) -> Call:
    return staff("POST", f"inbox/request-{moment.practice.targets['asked'].id}/done")


@_act(f"POST {IN_BRANCH}inbox/{{entry}}/done")
def tick_off_the_call(moment: Moment) -> Call:
    """One of those who ask to be called."""
    called = appointment_id(moment.practice.alias, f"{A_CALLBACK}0000")
    return staff("POST", f"inbox/{ring_entry(called)}/done")


@_act("GET /v1/staff/branches/{branch}/planner")
def look_at_the_planner(moment: Moment) -> Call:
    return staff("GET", f"planner?from={DAY}&days=7")


@_act(f"{PLANNED}message")
def look_at_a_message(moment: Moment) -> Call:
    return staff("POST", f"appointments/{moment.practice.targets['asked'].id}/message", {"what": "told", "channel": "email"})


@_act(f"POST {IN_BRANCH}search")
def search(moment: Moment) -> Call:
    return staff("POST", "search", {"q": "Meyer"})


@_act(f"POST {IN_BRANCH}customers/list")
def list_customers(moment: Moment) -> Call:
    return staff("POST", "customers/list", {})


@_act(f"POST {IN_BRANCH}customers/alike")
def find_alike(moment: Moment) -> Call:
    return staff("POST", "customers/alike", {"last_name": "Meyer"})


@_act(f"POST {IN_BRANCH}customers/import/read")
def read_import(moment: Moment) -> Call:
    return staff("POST", "customers/import/read", {"text": "Nachname;Vorname\nSchulze;Anna\n"})


# Records of customers.


def _customer(moment: Moment, number: int) -> dict[str, Any]:
    return moment.practice.customers[number]


@_act(f"POST {IN_BRANCH}customers", repeats=False)
def create_customer(moment: Moment) -> Call:
    return staff("POST", "customers", {"last_name": "Schulze", "email": moment.email})


@_act(f"POST {IN_BRANCH}customers/import", whole=False)
def import_customers(moment: Moment) -> Call:
    """All of them import the same two."""
    rows = [{"last_name": "Schulze", "email": f"import{number}@example.org"} for number in range(2)]
    return staff("POST", "customers/import", {"rows": rows})


@_act(f"PUT {IN_BRANCH}customers/{{customer}}", whole=False)
def edit_customer(moment: Moment) -> Call:
    one = _customer(moment, moment.number % 2)
    body = {"last_name": f"Maier{moment.number % 7}", "email": one["email"], "version": one["version"]}
    return staff("PUT", f"customers/{one['id']}", body)


@_act(f"POST {IN_BRANCH}customers/{{customer}}/merge", whole=False)
def merge_customers(moment: Moment) -> Call:
    """Into one another, by turns."""
    one, other = _customer(moment, moment.number % 2), _customer(moment, (moment.number + 1) % 2)
    body = {"other": other["id"], "version": one["version"], "other_version": other["version"]}
    return staff("POST", f"customers/{one['id']}/merge", body)


@_act(f"POST {IN_BRANCH}customers/{{customer}}/erase", whole=False)
def erase_customer(moment: Moment) -> Call:
    one = _customer(moment, 1)
    return staff("POST", f"customers/{one['id']}/erase", {"version": one["version"]})


@_act(f"POST {IN_BRANCH}customers/{{customer}}/invitations", repeats=False, whole=False, leaves=True)
def invite_customer(moment: Moment) -> Call:
    path = f"customers/{_customer(moment, moment.number % 2)['id']}/invitations"
    return staff("POST", path, {"template": "short", "send": "email", "asked_for": True})


@_act(f"POST {IN_BRANCH}customers/{{customer}}/invitations/{{invitation}}/withdraw")
def withdraw_invitation(moment: Moment) -> Call:
    path = f"customers/{_customer(moment, 0)['id']}/invitations/{moment.practice.invitation}/withdraw"
    return staff("POST", path, {})


# What the branch sets.


def _settings(moment: Moment, **sections: Any) -> Call:
    return staff("PUT", "settings", {"version": moment.practice.shown["version"], **sections})


@_act(f"PUT {IN_BRANCH}settings")
def change_capacity(moment: Moment) -> Call:
    more = [each | {"capacity": 2 + moment.number % 3} if each["id"] == "group" else each for each in _resources(moment)]
    return _settings(moment, resources=more)


@_act(f"PUT {IN_BRANCH}settings")
def release_or_not(moment: Moment) -> Call:
    other = [each | {"released": moment.number % 2 == 0} if each["id"] == "cabin-2" else each for each in _resources(moment)]
    return _settings(moment, resources=other)


@_act(f"PUT {IN_BRANCH}settings")
def change_hours(moment: Moment) -> Call:
    hours, *closings = moment.practice.shown["availabilities"]
    changed = hours | {"hours": hours["hours"] | {"to": f"{16 + moment.number % 3}:00"}}
    return _settings(moment, availabilities=[changed, *closings])


@_act(f"PUT {IN_BRANCH}settings")
def change_reminders(moment: Moment) -> Call:
    return _settings(moment, branch=moment.practice.shown["branch"] | {"reminder_hours": [48 + moment.number % 3]})


@_act(f"POST {IN_BRANCH}online")
def open_or_close_online(moment: Moment) -> Call:
    return staff("POST", "online", {"online": moment.number % 2 == 0})


@_act(f"POST {IN_BRANCH}accesses", repeats=False)
def give_access(moment: Moment) -> Call:
    return staff("POST", "accesses", {"kind": "alias", "label": f"Flyer {moment.number}", "employee": "web"})


@_act(f"POST {IN_BRANCH}accesses/{{access}}/revoke")
def revoke_access(moment: Moment) -> Call:
    return staff("POST", f"accesses/{moment.practice.alias}/revoke")


@_act(f"POST {IN_BRANCH}employees/{{employee}}/account")
def change_account(moment: Moment) -> Call:
    return staff("POST", "employees/web-2/account", {"account": moment.number % 2 == 0})


@_act(f"POST {IN_BRANCH}users", whole=False)
def invite_user(moment: Moment) -> Call:
    body = {"employee": "anna", "user": "anna", "groups": ["staff"], "branches": [BRANCH]}
    return staff("POST", "users", body, **{"Access-Token": "admin"})


@_act(f"PUT {IN_BRANCH}users/{{user}}")
def change_user(moment: Moment) -> Call:
    version = moment.practice.accounts["berta"].version
    groups = ["staff"] if moment.number % 2 else ["staff", "admin"]
    body = {"groups": groups, "branches": [BRANCH], "enabled": moment.number % 3 > 0, "version": version}
    return staff("PUT", "users/berta", body, **{"Access-Token": "admin"})


@_act(f"POST {IN_BRANCH}texts/preview")
def look_at_a_text(moment: Moment) -> Call:
    body = {"kind": "confirmed", "status": "confirmed", "channel": "email", "language": "de", "text": "Bis bald."}
    return staff("POST", "texts/preview", body)


@_act(f"POST {IN_BRANCH}preview")
def look_at_a_draft(moment: Moment) -> Call:
    hours = [{"weekdays": [1, 2, 3], "from": "08:00", "to": "12:00", "step": 30}]
    return staff("POST", "preview", {"resource": "cabin-1", "availabilities": hours, "from": DAY, "days": 7})


# Messages.


@_act(f"{PLANNED}messages/{{message}}/again", whole=False)
def send_again(moment: Moment) -> Call:
    appointment, message = moment.practice.bounced
    return staff("POST", f"appointments/{appointment}/messages/{message}/again")


@_act(f"POST {IN_BRANCH}sender/test", repeats=False)
def send_a_test(moment: Moment) -> Call:
    return staff("POST", "sender/test", {})


@_act("POST /v1/sign-out")
def sign_out(moment: Moment) -> Call:
    return Call("POST", "/v1/sign-out", None, {"Origin": "https://termine.example.org", "Sec-Fetch-Site": "same-origin"})


@_act("deliver", whole=False, leaves=True)
def deliver(moment: Moment) -> Call:
    """One of the messages that are owed, to which all others come as well."""
    messages = moment.practice.messages
    return Call(run=lambda: delivered(messages[moment.number % len(messages)]))


@_act("sweep", whole=False, leaves=True)
def sweep(moment: Moment) -> Call:
    return Call(run=_told(lambda: wiring.upkeep().sweep(lambda: 60.0)))


@_act("bounces")
def hear_of_a_bounce(moment: Moment) -> Call:
    asked = moment.practice.targets["asked"].id
    return Call(run=_told(lambda: events.hear(bounce_of(asked, "provider-00001"), wiring.bounces)))


# What operators run.


@_act("infra.operate.units", whole=False)
def mend_units(moment: Moment) -> Call:
    """Finds nothing wrong, and must find nothing wrong beside live bookings."""

    def run() -> None:
        settings = wiring.store().settings_now(BRANCH)
        if settings:
            mend(wiring.store(), Whole(sleep=lambda seconds: None), settings, DAY, DAY)

    return Call(run=_told(run))


@_act("infra.operate.migrate", whole=False)
def migrate(moment: Moment) -> Call:
    def run() -> None:
        whole = Whole(sleep=lambda seconds: None)
        for page in whole.pages():
            for item in page.items:
                whole.bring_up(item)
            Deployment().put_migrated(page.after)

    return Call(run=_told(run))


@_act("infra.operate.backup", whole=False)
def bring_in(moment: Moment) -> Call:
    """Another branch, whose items come item by item, and some of them twice."""

    def run() -> None:
        whole = Whole(sleep=lambda seconds: None)
        items = [_of_another(each) for each in moment.practice.items if each["pk"]["S"] == f"BRANCH#{BRANCH}"]
        whole.put([each for each in items if each["sk"]["S"] != "BRANCH"])
        for each in items:
            whole.put_new(each)

    return Call(run=_told(run))


def _of_another(item: dict[str, Any]) -> dict[str, Any]:
    return {**item, "pk": {"S": "BRANCH#alster"}}


def _resources(moment: Moment) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = moment.practice.shown["resources"]
    return found


def _told(run: Callable[[], object]) -> Callable[[], Answer]:
    """What became of it, in the words of HTTP: who runs it tries again what could not be decided."""

    def told() -> Answer:
        try:
            run()
        except Refused as refusal:
            return Answer(503 if refusal.code == "try_again" else 409, {"code": refusal.code})
        return Answer(200)

    return told
