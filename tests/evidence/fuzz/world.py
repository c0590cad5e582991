"""Two branches, each with words that stand in its data alone, and everybody who may ask for them."""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib import wiring
from chalicelib.api.routes import ROUTES
from chalicelib.domain.settings import Access, Employee, Resource, Template
from infra.local.pool import ensure_pool
from tests.api.test_staff import expired, forged
from tests.builders import availability, words
from tests.site_of_tests import Answer, Site, TestBranch, token_of

BERLIN = ZoneInfo("Europe/Berlin")
SHOWN, KEPT, OWN = "shown", "kept", "own"
"""What a booking page shows of a branch, what only its staff see, and what the holder of a link sees of an appointment."""
RESOURCE, TEMPLATE, EMPLOYEE = "cabin-1", "advice", "online"


@dataclass(frozen=True)
class Caller:
    """Who asks. `sees` are the words, by branch and kind, that may stand in an answer: `north:kept`."""

    name: str
    headers: dict[str, str] = field(default_factory=dict)
    sees: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    has_link: bool = False


@dataclass(frozen=True)
class Known:
    """A branch as the run knows it: `words` never stand in a request, `ids` do."""

    branch: TestBranch
    words: dict[str, tuple[str, ...]]
    ids: dict[str, tuple[str, ...]]
    links: tuple[str, str]
    """The one that was answered, and the one that was mailed."""


@dataclass(frozen=True)
class World:
    """What the asking process is told, as JSON; `secrets` may stand in no log."""

    url: str
    seed: int
    callers: tuple[Caller, ...]
    words: dict[str, tuple[str, ...]]
    ids: dict[str, dict[str, tuple[str, ...]]]
    may: dict[str, Any]
    starts: tuple[str, ...]
    secrets: tuple[str, ...]

    def told(self) -> str:
        return json.dumps(asdict(self))


def world(site: Site, seed: int) -> World:
    north, south = known(site, "north"), known(site, "south")
    callers = (*strangers(site, north, south), *staff(site, north, south))
    return World(
        url=site.url,
        seed=seed,
        callers=callers,
        words={f"{name}:{kind}": these for name, of in named(north, south) for kind, these in of.words.items()},
        ids={name: of.ids | {"branch": (of.branch.id,)} for name, of in named(north, south)},
        may={f"{route.method} {route.path}": route.may for route in ROUTES},
        starts=tuple(tomorrow(minutes).isoformat() for minutes in range(8 * 60, 18 * 60, 30)),
        secrets=tuple(
            {value.removeprefix("Bearer ") for caller in callers for value in caller.headers.values() if value}
            | {each for of in (north, south) for kind in (KEPT, OWN) for each in of.words[kind]}
        ),
    )


def named(north: Known, south: Known) -> tuple[tuple[str, Known], tuple[str, Known]]:
    return ("north", north), ("south", south)


def tomorrow(minutes: int) -> datetime:
    day = datetime.now(BERLIN).date() + timedelta(days=2)
    return datetime(day.year, day.month, day.day, tzinfo=BERLIN) + timedelta(minutes=minutes)


def known(site: Site, name: str) -> Known:
    """A branch with customers, requests, appointments, accesses, words of its own and a callback."""
    shown, kept, own = (f"Q{name[0]}{kind}x" for kind in (SHOWN, KEPT, OWN))
    branch = set_up(site, shown, kept)
    admin = site.sign_in(["admin"], [branch.id])["IdToken"]

    def post(path: str, body: Any) -> Answer:
        answer = ask(site, admin, branch.id, path, body)
        assert answer.status in (200, 201), answer.text
        return answer

    def book(minutes: int, mark: str) -> Any:
        person = {"first_name": mark, "email": f"{mark.lower()}@example.org", "message": f"{mark} asks"}
        return site.book(branch, tomorrow(minutes).isoformat(), template=TEMPLATE, last_name=f"{mark} Mustermann", **person)

    people = [
        {
            "last_name": f"{kept} Meyer",
            "email": f"{kept.lower()}{n}@example.org",
            "note": f"{kept} writes",
            "phone": "+4940730000",
        }
        for n in range(3)
    ]
    unsaid, *customers = [post("customers", each).json["id"] for each in people]
    requests = [book(8 * 60 + 30 * n, kept) for n in range(3)]
    post(f"appointments/{requests[0]['id']}/status", {"version": 1, "status": "confirmed", "customer": customers[0]})
    visit = book(11 * 60, own)
    calendar = next(each.alias for each in branch.settings.accesses if each.kind == "calendar")
    user = f"user-{secrets.token_hex(4)}"
    site.pool.ensure_user(user, secrets.token_hex(8), ["staff"], [branch.id])
    appointments = tuple(each["id"] for each in (*requests, visit))
    link = token_of(visit["manage_url"])
    return Known(
        branch,
        words={SHOWN: (shown,), KEPT: (kept, unsaid), OWN: (own,)},
        ids={
            "alias": (branch.alias,),
            "token": (wiring.secret().calendar(calendar),),
            "appointment": appointments,
            "entry": tuple(f"request-{each}" for each in appointments),
            "customer": tuple(customers),
            "message": ("1.receipt.email",),
            "resource": (RESOURCE, f"{branch.id}-cabin"),
            "template": (TEMPLATE,),
            "employee": (EMPLOYEE,),
            "access": (branch.alias, calendar),
            "user": (user,),
        },
        links=(link, wiring.secret().mailed(visit["id"], 1, f"{own.lower()}@example.org")),
    )


def set_up(site: Site, shown: str, kept: str) -> TestBranch:
    """As every booking page shows it, and as only staff know it."""
    made = site.branch()
    told, cabin = made.settings, f"{made.id}-cabin"
    own = TestBranch(
        type(told)(
            branch=type(told.branch)(
                **vars(told.branch) | {"name": f"{shown} Elbufer", "address": f"{shown} Weg 12", "message_field": True}
            ),
            resources=(
                Resource(id=RESOURCE, name=f"{shown} 1", released=True),
                Resource(id=cabin, name=f"{kept} 2"),
            ),
            templates=(
                Template(id=TEMPLATE, name={"de": f"{shown} Beratung"}, duration=30, resources=(RESOURCE, cabin)),
                Template(id="inside", name={"de": f"{kept} Besprechung"}, duration=30, resources=(cabin,), shown="staff"),
            ),
            availabilities=(availability("08:00-18:00", resources=(RESOURCE, cabin)),),
            employees=(Employee(id=EMPLOYEE, name=f"{kept} online", technical=True, account=True),),
            accesses=(
                Access(alias=made.alias, label=f"{kept} window", employee=EMPLOYEE),
                Access(
                    alias=f"{made.id}-{secrets.token_hex(16)}",
                    kind="calendar",
                    label=f"{kept} feed",
                    employee=EMPLOYEE,
                    resource=RESOURCE,
                ),
            ),
            texts=(words(f"{shown} grüßt {{{{ name }}}}"),),
        )
    )
    site.change(own.settings)
    return own


def ask(site: Site, token: str, branch: str, path: str, body: Any) -> Answer:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
    return site.send("POST", f"/api/v1/staff/branches/{branch}/{path}", json.dumps(body).encode(), headers)


def strangers(site: Site, north: Known, south: Known) -> tuple[Caller, ...]:
    """Whoever has no account that lets him in: nobody of them gets anything of the staff's."""
    signed = site.sign_in(["admin"], [north.branch.id])
    strange = ensure_pool(site.pool.api, f"strangers-{secrets.token_hex(4)}")
    bad: dict[str, str] = {
        "an expired token": expired(site, north.branch),
        "a forged token": forged(signed["IdToken"]),
        "an access token": signed["AccessToken"],
        "another pool's token": site.sign_in(["admin"], [north.branch.id], strange)["IdToken"],
        "no group": site.token([], [north.branch.id]),
        "a disabled account": disabled(site, north.branch),
    }
    return (
        Caller("nobody"),
        *(Caller(name, {"Authorization": f"Bearer {token}"}) for name, token in bad.items()),
        Caller("an admin of no branch", {"Authorization": f"Bearer {site.token(['admin'], [])}"}, groups=("admin",)),
        *(
            Caller(f"{kind} link of {name}", {"Appointment-Token": link}, (f"{name}:{SHOWN}", f"{name}:{OWN}"), has_link=True)
            for name, of in named(north, south)
            for kind, link in zip(("an answered", "a mailed"), of.links, strict=True)
        ),
    )


def disabled(site: Site, branch: TestBranch) -> str:
    """The last token of an account that was disabled since, as far as the pool still gives one."""
    name, password = f"user-{secrets.token_hex(4)}", secrets.token_hex(8)
    site.pool.ensure_user(name, password, ["admin"], [branch.id])
    site.pool.api.admin_disable_user(UserPoolId=site.pool.id, Username=name)
    with suppress(site.pool.api.exceptions.ClientError):
        return site.pool.sign_in(name, password)["IdToken"]
    return "none"


def staff(site: Site, north: Known, south: Known) -> tuple[Caller, ...]:
    """Those who may less, first: an admin changes what the others ask for."""
    both = named(north, south)
    asked: list[tuple[str, str, tuple[tuple[str, Known], ...]]] = [
        (group, f"{group} of {name}", ((name, of),)) for group in ("staff", "admin") for name, of in both
    ]
    asked.append(("admin", "admin of both", both))
    return tuple(signed_in(site, group, title, of) for group, title, of in asked)


def signed_in(site: Site, group: str, title: str, of: tuple[tuple[str, Known], ...]) -> Caller:
    branches = [each.branch.id for _, each in of]
    tokens = site.sign_in([group], branches)
    return Caller(
        title,
        {"Authorization": f"Bearer {tokens['IdToken']}", "Access-Token": tokens["AccessToken"]},
        tuple(f"{name}:{kind}" for name, _ in of for kind in (SHOWN, KEPT, OWN)),
        (group,),
        tuple(branches),
    )
