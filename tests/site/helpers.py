"""What the browser tests share: dates as the page says them, a filled form, and a watch on the page's own errors."""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import ConsoleMessage, Locator, Page, Route, expect

from chalicelib.domain.languages import LANGUAGES
from chalicelib.domain.settings import Price, Template
from infra.site.build import VOLUMES, built, languages
from tests.site_of_tests import Site, TestBranch

ROOT = Path(__file__).resolve().parents[2]
BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli"),
    *("August", "September", "Oktober", "November", "Dezember"),
)
WIDE, NARROW = 1280, 320


PRACTICE = {"phone": "+49 40 66969 000", "email": "praxis@example.org"}
REACHED = PRACTICE | {"phone_link": "+494066969000", "email_shown": "praxis@example.org"}
"""The same as answers have it."""
HEARING_TEST = Template(id="hearing-test", name={"de": "Hörtest", "en": "Hearing test"}, duration=45, resources=("cabin-1",))
TOLD: dict[str, Any] = {
    "hint": {"de": "Mit Auswertung", "en": "With results"},
    "price": Price(cents=2500, currency="EUR"),
    "price_note": {"de": "zuzüglich Material", "en": "plus material"},
    "payer": "self",
    "instructions": {"de": "Bitte <b>mitbringen</b>:\n- Karte", "en": "Please <b>bring</b>:\n- card"},
}
"""What customers are told of a kind."""
FITTING = Template(id="fitting", name={"de": "Anpassung", "en": "Fitting"}, duration=60, resources=("cabin-1",))

OpenPage = Callable[..., Page]


def part(name: str, page: str = "index") -> str:
    """The address of what a page loads later: `month` of the booking page, `moving` of `manage`."""
    [address] = [each for each in built() if re.fullmatch(rf"scripts/{page}-{name}-\w+\.js", each)]
    return f"/{address}"


def moment(days: int, hour: int, minute: int = 0) -> datetime:
    """A wall time in the branch's zone, so many days ahead."""
    day = datetime.now(BERLIN).date() + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), tzinfo=BERLIN)


@cache
def _in(language: str) -> dict[str, str]:
    """What the customers' pages say in German -> the same in another language."""
    texts: dict[str, str] = {}
    folder = ROOT / "chalicelib" / "texts"
    for german in (folder / "de" / f"{volume}.json" for volume in VOLUMES):
        theirs = json.loads((folder / language / german.name).read_text(encoding="utf-8"))
        texts |= {text: theirs[key] for key, text in json.loads(german.read_text(encoding="utf-8")).items()}
    return texts


def language_of(page: Page) -> str:
    """The language of a page's browser."""
    language: str = page.evaluate("navigator.language")
    return language if language in LANGUAGES else language[:2]


def worded(page: Page, german: str) -> str:
    """What a customers' page says in place of the German words, in its browser's language."""
    return german if language_of(page) == "de" else _in(language_of(page)).get(german, german)


def spoken(start: datetime) -> str:
    """The German name of a time's button without its state: "Dienstag, 24. November, 09:30"."""
    return f"{WEEKDAYS[start.weekday()]}, {start.day}. {MONTHS[start.month - 1]}, {start:%H:%M}"


def link(site: Site, branch: TestBranch, more: str = "") -> str:
    return f"{site.url}/?a={branch.alias}&r={branch.resource}{more}"


def times(page: Page) -> Locator:
    return page.locator("terminwerk-week button.slot:visible")


DAY_NAME = """([date, locale]) => new Date(`${date}T12:00Z`).toLocaleDateString(locale,
    {weekday: "long", day: "numeric", month: "long", timeZone: "UTC"})"""


def free(page: Page, start: datetime) -> Locator:
    language = language_of(page)
    if language == "de":
        return page.get_by_role("button", name=f"{spoken(start)}, frei", exact=True)
    day: str = page.evaluate(DAY_NAME, [f"{start:%Y-%m-%d}", languages()[language]["locale"]])
    return page.get_by_role("button", name=re.compile(rf"^\W*{re.escape(day)}\D+{start:%H:%M}(?!\d)"))


def open_form(page: Page, site: Site, branch: TestBranch, start: datetime) -> None:
    page.goto(link(site, branch))
    free(page, start).click()
    expect(page.get_by_role("heading", level=1, name="Ihre Angaben")).to_be_focused()


def open_month(page: Page, site: Site, branch: TestBranch, more: str = "") -> None:
    page.goto(link(site, branch, more))
    page.get_by_role("button", name="Monat zeigen").click()
    expect(page.get_by_role("heading", level=1, name="Welcher Tag passt Ihnen?")).to_be_focused()
    settled(page)


def day(page: Page, start: datetime) -> Locator:
    """The month's button of a day with free times."""
    name = f"{spoken(start).rpartition(',')[0]}, "
    return page.locator("terminwerk-month td button", has_text=name)


def fill(page: Page, last_name: str = "Jansen", email: str = "jansen@posteo.de") -> None:
    page.get_by_label(worded(page, "Nachname"), exact=True).fill(last_name)
    page.get_by_label(worded(page, "E-Mail-Adresse"), exact=True).fill(email)


def send(page: Page) -> None:
    page.get_by_role("button", name=worded(page, "Termin anfragen")).click()


def expect_received(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(worded(page, "Anfrage erhalten – noch nicht bestätigt"))


def book(page: Page, site: Site, branch: TestBranch, start: datetime) -> str:
    """Books through the page and gives the address of the customer's own page."""
    open_form(page, site, branch, start)
    fill(page)
    send(page)
    expect_received(page)
    return page.get_by_role("link", name="Ihren Termin ansehen").get_attribute("href") or ""


def refuse(page: Page, status: int, body: dict[str, Any]) -> None:
    """Lets the next requests for an appointment be answered like this."""
    page.route("**/appointments", lambda route: route.fulfill(status=status, body=json.dumps(body)))


def challenge(
    number: int = 77, lasts: timedelta = timedelta(hours=2), alias: str = "elbufer-0000", most: int = 20_000
) -> dict[str, object]:
    """What the API asks to be solved; `number` solves it."""
    expires = int((datetime.now(BERLIN) + lasts).timestamp())
    salt = f"{secrets.token_hex(12)}?expires={expires}&alias={alias}&"
    answer = hashlib.sha256(f"{salt}{number}".encode()).hexdigest()
    return {"algorithm": "SHA-256", "challenge": answer, "salt": salt, "maxnumber": most, "signature": secrets.token_hex(32)}


def proven(proof: str) -> dict[str, Any]:
    """The solution in a `proof`, if it is right."""
    solution: dict[str, Any] = json.loads(base64.b64decode(proof))
    assert hashlib.sha256(f"{solution['salt']}{solution['number']}".encode()).hexdigest() == solution["challenge"]
    return solution


def challenging(page: Page, *challenges: dict[str, object]) -> list[dict[str, object]]:
    """Answers each question for a challenge with the next, the last one again and again; keeps those that were given."""
    given: list[dict[str, object]] = []

    def answer(route: Route) -> None:
        given.append(challenges[min(len(given), len(challenges) - 1)])
        route.fulfill(json=given[-1], headers={"Date": format_datetime(datetime.now(UTC), usegmt=True)})

    page.route("**/challenge", answer)
    return given


@dataclass(frozen=True)
class Posted:
    body: dict[str, Any]
    key: str | None


def answering(page: Page, what: str, *answers: tuple[int, dict[str, Any]]) -> list[Posted]:
    """Answers each POST with the next, the last one again and again; keeps what was posted."""
    asked: list[Posted] = []

    def answer(route: Route) -> None:
        status, body = answers[min(len(asked), len(answers) - 1)]
        request = route.request
        asked.append(Posted(request.post_data_json or {}, request.headers.get("idempotency-key")))
        route.fulfill(status=status, json=body)

    page.route(f"**/{what}", answer)
    return asked


def watch(page: Page) -> list[str]:
    """Collects what must not happen: console errors (CSP violations are such) and uncaught exceptions.

    That the API or Cognito answered with a refusal is logged by the browser too; whether it was meant is the test's business.
    """
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        asked = message.location.get("url", "")
        answered = message.text.startswith("Failed to load resource") and ("/api/" in asked or "/cognito/" in asked)
        if message.type == "error" and not answered:
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def settled(page: Page) -> None:
    """Until nothing is on its way any more."""
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("[aria-busy]")).to_have_count(0)


def channels(colour: str) -> tuple[float, ...]:
    """A computed colour, "rgb(31, 111, 107)", as three numbers from 0 to 255."""
    return tuple(float(part) for part in re.findall(r"[\d.]+", colour)[:3])


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio of two computed colours."""

    def luminance(colour: str) -> float:
        parts = [value / 255 for value in channels(colour)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
