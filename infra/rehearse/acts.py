"""What the rehearsal does with a deployed stage, over HTTP as its users would: through the CDN and the user pool."""

from __future__ import annotations

import json
import re
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from infra.deploy.smoke import lowered
from infra.local.outbox import Mail, Outbox
from infra.rehearse.proofs import answered

JSON = {"Content-Type": "application/json"}
RACERS = 12
LOOKS = 8
"""So many in a row are not all three seconds apart, however busy the machine is."""
PHONE = "0170 1234567"
"""As it is written at home: what country that is, the branch has to know."""
ANSWER_SECONDS = 90.0
AWAKE_SECONDS = 240.0
MAIL_SECONDS = 60.0
REMINDER_SECONDS = 150.0
"""The schedule comes once a minute, and a function that was just deployed starts slowly."""


class Noticed(Exception):
    """Something is not as it should be; the message says what was expected and what was found."""


def expect(what: str, found: Any, wanted: Any) -> None:
    """Raises Noticed unless they are equal."""
    if found != wanted:
        raise Noticed(f"{what}: expected {wanted!r}, found {found!r}")


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    """By names in small letters."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Ask = Callable[[str, str, dict[str, str], bytes | None], Answer]
"""Asks the deployed stage: method, path, headers, body."""


def through(endpoint: str, site: str) -> Ask:
    """Asks a stage on the local AWS, whose CDN answers at the AWS's own port to the name of the site."""
    cdn = {"Host": urlsplit(site).netloc, "X-Forwarded-Proto": "https"}

    def ask(method: str, path: str, headers: dict[str, str], body: bytes | None) -> Answer:
        request = urllib.request.Request(f"{endpoint}{path}", data=body, method=method, headers=headers | cdn)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
                return Answer(answer.status, answer.read(), lowered(answer.headers.items()))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read(), lowered(error.headers.items()))
        except OSError as error:
            raise Noticed(f"{method} {path} got no answer: {error}") from error

    return ask


@dataclass(frozen=True)
class Play:
    """A branch at a deployed stage, and the mails that it sends."""

    ask: Ask
    outbox: Outbox
    branch: str
    alias: str
    resource: str
    staff: Callable[[], str]
    """Signs in; the ID token."""

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        content = None if body is None else json.dumps(body).encode()
        return self.ask(method, f"/api/v1/{path}", given | (JSON if content else {}), content)

    def as_staff(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return self.send(method, f"staff/branches/{self.branch}/{path}", body, Authorization=self.staff(), **headers)

    def proof(self) -> str:
        """Of work, good for one booking."""
        challenge = self.send("GET", f"access/{self.alias}/challenge")
        expect(f"a challenge ({challenge.body[:200]!r})", challenge.status, 200)
        return answered(challenge.json)

    def request(self, start: str, mail: str, proof: str | None = None) -> Answer:
        given = {"resource": self.resource, "start": start, "last_name": "Probe", "email": mail, "remind": True, "phone": PHONE}
        given["proof"] = proof or self.proof()
        return self.send("POST", f"access/{self.alias}/appointments", given, Idempotency_Key=secrets.token_hex(16))

    def mail(self, to: str, about: str, seconds: float = MAIL_SECONDS) -> Mail:
        """The one mail to an address whose subject `about` matches, waited for."""

        def look() -> list[Mail]:
            return [each for each in self.outbox.mails() if each.to == to and re.search(about, each.subject)]

        found = self.outbox.wait_for(look, seconds)
        if not found:
            raise Noticed(f"no mail about {about!r} came within {seconds:.0f} s")
        expect(f"mails about {about!r}", len(found), 1)
        return found[0]

    def starts(self, ahead: timedelta) -> list[str]:
        """Free starts from now plus `ahead` on, as the page would show them."""
        since = datetime.now(UTC) + ahead
        query = f"resource={self.resource}&from={since.date()}&days=3&fresh={secrets.token_hex(4)}"
        week = self.send("GET", f"access/{self.alias}/slots?{query}")
        expect("a week of slots", week.status, 200)
        slots = [slot for day in week.json["days"] for slot in day["slots"] if slot["state"] == "free"]
        return [slot["start"] for slot in slots if datetime.fromisoformat(slot["start"]) >= since]

    def booked(self, start: str, mail: str) -> Any:
        answer = self.request(start, mail)
        if answer.status != 201:
            raise Noticed(f"booking {start}: {answer.status} {answer.body[:300]!r}")
        return answer.json

    def state(self, appointment: str) -> str:
        """As the planner's detail tells it."""
        detail = self.as_staff("GET", f"appointments/{appointment}")
        expect("the appointment's detail", detail.status, 200)
        status: str = detail.json["appointment"]["status"]
        return status

    def answer(self, appointment: str, status: str) -> None:
        """Staff bring it to another state and tell the customer by e-mail."""
        seen = self.as_staff("GET", f"appointments/{appointment}").json["appointment"]["version"]
        wanted = {"version": seen, "status": status, "tell": {"channel": "email"}}
        answered = self.as_staff("POST", f"appointments/{appointment}/status", wanted)
        expect(f"staff's answer ({answered.body[:200]!r})", answered.status, 200)


def book_and_confirm(play: Play, start: str, mail: str) -> str:
    """From the free time to the confirmation's mail; the appointment's id."""
    made = play.booked(start, mail)
    expect("the state after booking", made["status"], "proposed")
    play.mail(mail, "^Ihre Terminanfrage für")
    play.answer(made["id"], "confirmed")
    play.mail(mail, "ist bestätigt$")
    expect("the state after confirming", play.state(made["id"]), "confirmed")
    return str(made["id"])


def lose_the_race(play: Play, start: str) -> None:
    """Several ask for one time at once: one gets it, all others are told so, with other times."""
    proofs = [play.proof() for _ in range(RACERS)]
    with ThreadPoolExecutor(RACERS) as pool:
        _awake(play, pool)
        answers = [*pool.map(lambda n: play.request(start, f"racer-{n}@example.org", proofs[n]), range(RACERS))]
    statuses = sorted(answer.status for answer in answers)
    expect(f"{RACERS} asking for one time", statuses, [201] + [409] * (RACERS - 1))
    losers = [answer.json for answer in answers if answer.status == 409]
    expect("what losers are told", {loser["code"] for loser in losers}, {"slot_taken"})
    expect("losers with other times", all(loser["alternatives"] for loser in losers), True)


def _awake(play: Play, pool: ThreadPoolExecutor) -> None:
    """Has a function started for each racer: a dozen starts at once may take a busy machine longer than the gateway waits."""
    deadline = time.monotonic() + AWAKE_SECONDS
    while {answer.status for answer in pool.map(lambda _: play.send("GET", "health"), range(RACERS))} != {200}:
        if time.monotonic() > deadline:
            raise Noticed(f"{RACERS} functions did not start within {AWAKE_SECONDS:.0f} s")


def open_branch(play: Play, opened: Callable[[dict[str, Any]], dict[str, Any]], robot: str) -> Play:
    """An admin sets what `opened` makes of the branch as it was made, and gives the technical employee `robot` an access; the
    same play with its alias."""
    read = play.as_staff("GET", "settings")
    expect("the settings of the new branch", read.status, 200)
    fields = ("id", "name", "email", "technical", "active")
    given = opened(read.json["branch"])
    given["employees"] = [*({name: each[name] for name in fields} for each in read.json["employees"]), *given["employees"]]
    saved = play.as_staff("PUT", "settings", {"version": read.json["version"], **given})
    expect(f"saving them ({saved.body[:300]!r})", saved.status, 200)
    expect("an account for its accesses", play.as_staff("POST", f"employees/{robot}/account", {"account": True}).status, 200)
    wanted = {"kind": "alias", "label": "Probe", "employee": robot}
    made = play.as_staff("POST", "accesses", wanted)
    expect(f"an access ({made.body[:300]!r})", made.status, 201)
    return replace(play, alias=next(each["id"] for each in made.json["accesses"] if each["label"] == wanted["label"]))


def token_of(play: Play, mail: str) -> str:
    """What the link in the receipt proves itself by."""
    receipt = play.mail(mail, "^Ihre Terminanfrage für")
    link = re.search(r"https?://\S+/manage\.html#(\S+)", receipt.text or "")
    if link is None:
        raise Noticed("the receipt has no link to the customer's own page")
    return link[1]


def move_by_the_link(play: Play, mail: str) -> None:
    """The customer asks for a time and moves to another, both well before the cut-off."""
    asked, other, *_ = play.starts(timedelta(days=2))
    made = play.booked(asked, mail)
    moved = play.send("POST", "appointment/move", {"start": other}, Appointment_Token=token_of(play, mail))
    expect(f"moving ({moved.body[:200]!r})", moved.status, 200)
    expect("the start after moving", moved.json["start"], other)
    expect("the state after moving", play.state(made["id"]), "proposed")


def cancel_by_the_link(play: Play, start: str, mail: str) -> None:
    """The customer opens the link of the receipt, cancels, and the time is free again."""
    made = play.booked(start, mail)
    token = token_of(play, mail)
    seen = play.send("GET", "appointment", Appointment_Token=token)
    expect("the customer's own page", (seen.status, seen.json["status"]), (200, "proposed"))
    cancelled = play.send("POST", "appointment/cancel", {}, Appointment_Token=token)
    expect("cancelling", cancelled.status, 200)
    expect("the state after cancelling", play.state(made["id"]), "cancelled")
    expect("whether the time is free again", start in play.starts(timedelta(0)), True)


def meet_the_cache(play: Play) -> None:
    """Free times come from it for moments, save for who asks past it; what staff are shown never does."""
    week = f"access/{play.alias}/slots?resource={play.resource}"
    if not any(_is_kept(play.send("GET", week)) for _ in range(LOOKS)):
        raise Noticed(f"of {LOOKS} weeks of slots in a row none came from the edge")
    expect("a fresh week from the edge", _is_kept(play.send("GET", f"{week}&fresh={secrets.token_hex(4)}")), False)
    expect("the inbox from the edge", [_is_kept(play.as_staff("GET", "inbox")) for _ in range(2)], [False, False])


def _is_kept(answer: Answer) -> bool:
    expect("what the cache stands before", answer.status, 200)
    return answer.headers["x-cache"].startswith("Hit")


def be_reminded(play: Play, mail: str) -> None:
    """By the schedule, which comes once a minute."""
    play.mail(mail, "^Erinnerung:", REMINDER_SECONDS)
