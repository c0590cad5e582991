"""What the tests of the staff's pages share: signing in, and a branch with people in it."""

import base64
import hashlib
import hmac
import json
import struct
import time
from collections.abc import Sequence
from datetime import datetime

from playwright.sync_api import Locator, Page, expect

from chalicelib import wiring
from chalicelib.domain.appointment import Planned
from chalicelib.domain.settings import Resource
from tests.builders import EVERY_DAY, availability
from tests.site.helpers import moment
from tests.site_of_tests import Site, TestBranch

PASSWORD = "ein-passwort-am-elbufer"


def two_cabins(site: Site, **fields: object) -> TestBranch:
    """A branch with two cabins, open from 8 to 18 every day."""
    cabins = tuple(Resource(id=f"cabin-{number}", name=f"Kabine {number}", released=True, order=number) for number in (1, 2))
    opened = availability("08:00-18:00", resources=("cabin-1", "cabin-2"), weekdays=EVERY_DAY)
    return site.branch(opened, resources=cabins, **fields)


def keep(page: Page, tokens: dict[str, str]) -> None:
    """Puts the tokens of a sign-in where the pages keep them."""
    kept = {"id": tokens["IdToken"], "access": tokens["AccessToken"], "refresh": tokens["RefreshToken"]}
    page.add_init_script(
        f"""if (location.protocol.startsWith("http") && !sessionStorage.getItem("terminwerk-session"))
            sessionStorage.setItem("terminwerk-session", {json.dumps(json.dumps(kept))});"""
    )


def sign_in(page: Page, site: Site, branch: TestBranch, groups: Sequence[str] = ("staff",), to: str = "index.html") -> None:
    """Opens a staff page as a new user of the branch, with the tokens where signing in keeps them."""
    keep(page, site.sign_in(groups, (branch.id,)))
    page.goto(f"{site.url}/staff/{to}")
    expect(page.locator("#main:not([aria-busy])")).to_be_visible()


def go_to(page: Page, start: datetime) -> None:
    page.get_by_label("Zu einem Datum").fill(f"{start:%Y-%m-%d}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{start.day}. ")


def to_view(page: Page, view: str) -> None:
    """By its button or, on a phone, by the list of views."""
    button = page.locator(f"#view-{view}")
    if button.is_visible():
        button.click()
    else:
        page.get_by_label("Ansicht").last.select_option(view)


def event(page: Page, text: str) -> Locator:
    """An appointment where it is drawn."""
    return page.locator("button.ev:visible", has_text=text)


def dialog(page: Page) -> Locator:
    """The dialog on top."""
    return page.get_by_role("dialog").last


def press(page: Page, name: str) -> None:
    """Presses a button of the dialog on top."""
    dialog(page).get_by_role("button", name=name, exact=True).click()


def requested(site: Site, branch: TestBranch, days: int = 1, hour: int = 9, **fields: object) -> str:
    """A customer's request, made over HTTP; its id."""
    identity: str = site.book(branch, moment(days, hour).isoformat(), **fields)["id"]
    return identity


def planned(branch: TestBranch) -> list[Planned]:
    """All that stands in the planner from today on."""
    now = int(time.time()) // 60
    return wiring.store().planned(branch.id, [each.id for each in branch.settings.resources], now - 1440, now + 90 * 1440)


def status_of(identity: str) -> str:
    appointment = wiring.store().appointment(identity)
    assert appointment is not None
    return appointment.status


def totp(secret: str) -> str:
    """The code that an authenticator app shows now (RFC 6238)."""
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"
