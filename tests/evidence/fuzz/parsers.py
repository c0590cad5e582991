"""Everything that reads text from outside raises its documented error or nothing, works within bounds, and reads what it has
written. The product has no reader of calendar files.

Work is counted in instructions of Python's machine, which grow with the text and no faster. What runs in C, such as a regular
expression, may use `MOST_CPU` seconds of the processor, a thousand times what it needs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any
from zlib import crc32

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from chalicelib.api import fields, reports, wire
from chalicelib.api.claims import caller_of
from chalicelib.api.dispatch import named as in_api
from chalicelib.api.examples import EXAMPLES
from chalicelib.api.http import Request, decoded
from chalicelib.api.routes import ROUTES
from chalicelib.domain import addresses, checks, moments, people, phones, tokens, trouble, wording
from chalicelib.domain.customer import Customer
from chalicelib.domain.errors import Invalid, NotFound, OutsideAvailability, Unauthorized
from chalicelib.domain.settings import Branch, Text
from chalicelib.domain.staff import UserPool
from chalicelib.domain.tokens import Secret
from chalicelib.messages import sms
from chalicelib.messages.numbers import mobile
from chalicelib.planner.staff import calendar
from chalicelib.proofs import Altcha
from chalicelib.store import audit, keys, transfer
from infra.operate import backup, inspection
from tests.builders import NOW, branch
from tests.builders import settings as settings_of
from tests.work import instructions

MOST_CPU = 10
SHORT, TIMES, MOST_TIMES, ALWAYS = 60, 10, 20, 5_000
"""A text that is ten times as long may take twenty times the work, and not a hundred times, beside what any text takes."""
Act = Callable[[Any], Any]


@dataclass(frozen=True)
class Parser:
    """`act` reads what `of` makes up, and may raise `refuses`. What it returns is checked in `act` itself, by assert."""

    name: str
    of: st.SearchStrategy[Any]
    act: Act
    refuses: tuple[type[Exception], ...] = ()
    grows: bool = True
    """Whether it reads one text, whose length its work goes by."""


ODD = [
    "\u202e",
    "\u200b",
    "\u00ad",
    "\ufeff",
    "\u2028",
    "\x00",
    "\r\n",
    "\t",
    "=?utf-8?q?x?=",
    "@",
    ".",
    "..",
    "+49",
    "00",
    "%0a",
    "{{",
    "}}",
]
ODD += [
    "<b>",
    "&amp;",
    "'",
    '"',
    ";",
    ",",
    ":",
    "\\",
    "/",
    "https://",
    "xn--",
    "ß",
    "İ",
    "ﬁ",
    "é",
    "e\u0301",
    "٣",
    "１",
    "👩‍👧",
    "\U0001d159",
]
TEXT = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(ODD) | st.text(max_size=4), max_size=12).map("".join),
    st.lists(st.sampled_from("0123456789+-/(). Tt:Zz@ab"), max_size=30).map("".join),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXT, below, max_size=4),
    max_leaves=8,
)


def altered(example: Any) -> st.SearchStrategy[Any]:
    """JSON as `example`, with anything in place of some of its parts, and parts left out or too many."""
    if isinstance(example, dict):
        parts = {name: altered(value) for name, value in example.items()}
        some = st.fixed_dictionaries(parts) | st.fixed_dictionaries({}, optional=parts)
        return some | st.tuples(some, st.dictionaries(TEXT, JSON, max_size=1)).map(lambda both: both[0] | both[1]) | JSON
    if isinstance(example, list):
        return st.lists(st.one_of(*map(altered, example)), max_size=3) | JSON if example else JSON
    alike = TEXT if isinstance(example, str) else st.integers() if isinstance(example, int) else JSON
    return st.just(example) | st.just(example) | alike | JSON


SECRET = Secret("a secret for tests that is long enough", "an earlier one that is long enough too")
ID = f"{7:032x}"
POOL = UserPool(issuer="https://issuer.example.org/pool", client="client")
BRANCH = settings_of()


def clean(read: Callable[[str, str | None, dict[str, Any]], str | None], *, one_line: bool = True) -> Act:
    """What is left is left as it is the second time, and ends no header of a mail."""

    def act(text: str) -> None:
        wrong: dict[str, Any] = {}
        once = read("field", text, wrong)
        if wrong or not once:
            return
        assert read("field", once, wrong) == once, (text, once)
        assert not wrong, (text, once)
        assert not one_line or not set("\r\n\x00\u2028\u2029") & set(once), (text, once)

    return act


def mail_address(text: str) -> None:
    found = fields.address(text)
    assert fields.address(found) == found
    assert found.isascii(), found
    assert not set(" \r\n<>,;") & set(found.rpartition("@")[2]), found
    addresses.written(found)
    assert addresses.normalised(addresses.normalised(found)) == addresses.normalised(found)


def telephone(text: str) -> None:
    for at in (phones.GERMANY, phones.home("IT"), phones.home("US"), phones.home("HU")):
        found = phones.dialable(text, at)
        assert set(found) <= set("+0123456789"), found
        assert phones.dialable(found, at) == found, (text, found)
    number = mobile(text, BRANCH)
    assert number is None or mobile(number, BRANCH) == number


def token(text: str) -> None:
    assert not SECRET.fits(text, ID, 1)
    assert tokens.clipped(tokens.clipped(text)) == tokens.clipped(text)
    tokens.appointment_of(text), tokens.is_mailed(text)
    for good in (SECRET.token(ID, 1), SECRET.mailed(ID, 1, text or "e")):
        assert tokens.appointment_of(good) == ID
        assert SECRET.fits(tokens.clipped(f"{good}.{text}"), ID, 1)
        assert not SECRET.fits(good, ID, 2)


def instant(minutes: int) -> None:
    assert moments.from_text(moments.to_text(minutes)) == minutes
    day = moments.to_local(minutes, BRANCH.zone)
    assert moments.on_the_minute(day) == minutes
    assert moments.to_utc(day.date(), day.hour * 60 + day.minute, BRANCH.zone) <= minutes
    assert moments.intervals_of(moments.units_of(minutes // 5 * 5, minutes // 5 * 5 + 60)) == [
        (minutes // 5 * 5, minutes // 5 * 5 + 60)
    ]


class Asked:
    """A request that has one parameter."""

    def __init__(self, text: str) -> None:
        self.query_params = {"from": text}


def query(text: str) -> None:
    request = Request(Asked(text), None)  # type: ignore[arg-type]  # no more of either is asked for
    for read in (request.query_date, lambda name: request.query_number(name, None)):
        try:
            found = read("from")
        except Invalid:
            continue
        assert found is None or int(str(found).replace("-", "")) == int(text.replace("-", ""))


def moment(text: str) -> None:
    """A start, as bodies have it."""
    body = decoded(json.dumps({"start": text}), in_api("visit_schemas.NewTime"))
    try:
        moments.on_the_minute(body.start)
    except OutsideAvailability:
        assert body.start.second or body.start.microsecond


def body(schema: str) -> Act:
    return lambda value: decoded(json.dumps(value), in_api(schema))


def branch_settings(value: Any) -> None:
    """A branch's own fields: colours, logo, zone, hours, links; what is read is shown as it is read again."""
    read = wire.read(Branch, decoded(json.dumps(value), wire.body(Branch)), id="elbe")
    again = wire.read(Branch, decoded(json.dumps(wire.show(read)), wire.body(Branch)), id="elbe")
    assert again == read, (read, again)
    checks.check(replace(BRANCH, branch=read))


def logo(text: str) -> None:
    content = base64.b64encode(text.encode(errors="replace")).decode()
    for each in (text, f"data:image/png;base64,{text}", f"data:image/png;base64,{content}"):
        assert not checks._is_picture(each) or "," in each


def link(text: str) -> None:
    for each in (text, f"https://{text}"):
        if checks._LINK.fullmatch(each):
            assert each.startswith("https://")
            assert not set(" \t\r\n<>\"'\\") & set(each)


def own_words(text: str) -> None:
    given = Text(kind="confirmed", status="confirmed", channel="email", language="de", text=text)
    if not wording.flaws(given):
        facts = dict.fromkeys(wording.PLACES["email"], "{{ name }}<b>")
        assert not wording._PLACE.sub("", text).count("{{")
        wording.filled(text, facts)


def place_in_inbox(text: str) -> None:
    at, identity = calendar._place_in_inbox(text)
    assert calendar._place_in_inbox(f"{at}.{identity}") == (at, identity)


def place_in_record(text: str) -> None:
    place = {"gsi2sk": {"S": text}, "pk": {"S": "a"}, "sk": {"S": text}}
    if not any("\ud800" <= each <= "\udfff" for each in text):
        assert audit._start("p", audit._token(place)) == place | {"gsi2pk": {"S": "p"}}
    audit._start("p", text)


def search_text(text: str) -> None:
    name = text[:60]
    made = Customer(id="1", branch="elbe", last_name=name or "x", first_name=name, email=name, phone=name[:40], made_at=NOW)
    person = people.person_of(made)
    typed = people.SearchText(text)
    typed.words, typed.is_phone, typed.number, typed.is_email, typed.begins(person)
    people.keys_of(person)
    assert 0 <= people.compare(person, person).likeness <= 1
    assert people.folded(people.folded(text)) == people.folded(text)


def short_message(text: str) -> None:
    plain = sms.plain(text)
    assert sms.plain(plain) == plain
    assert sms.parts(plain) >= 1
    sms.fits(plain)


def message_name(text: str) -> None:
    assert trouble.named(text).id == text


def stored_key(text: str) -> None:
    """What the table's stream hands on: any text may stand in a key."""
    keys.kind_of(text), keys.owner_of(text), keys.is_message(text), keys.is_appointment(text), keys.is_agenda(text)


def proof(value: Any) -> None:
    for text in (str(value), base64.b64encode(json.dumps(value).encode()).decode()):
        assert Altcha(SECRET.proving).read("window", text, NOW) is None


def claims(value: Any) -> None:
    assert caller_of({"authorizer": {"claims": value}}, POOL, NOW).id


BOUNCE = {
    "eventType": "Bounce",
    "mail": {
        "messageId": "1",
        "destination": ["a@example.org"],
        "tags": {"appointment": [ID], "event": ["1"], "kind": ["receipt"]},
    },
    "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": "Erika <erika@example.org>"}]},
}
CLAIMS = {
    "token_use": "id", "iss": POOL.issuer, "aud": POOL.client, "exp": str(2**31), "sub": "1",
    "cognito:groups": "admin,staff", "custom:branches": "elbe",
}  # fmt: skip
HEADER = {"format": backup.FORMAT, "edition": 1, "schema": 1, "branch": "elbe", "at": "2026-11-24"}
ITEM = {"pk": {"S": "BRANCH#elbe"}, "sk": {"S": "BRANCH"}, "body": {"S": "{}"}, "revision": {"N": "1"}, "gsi1pk": {"S": "x"}}


def exported(documents: list[Any]) -> None:
    """A file whose checksum is right, whatever stands in it, and one that is cut off."""
    lines = [json.dumps(each).encode() + b"\n" for each in documents]
    end = {"items": len(lines) - 1, "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "branch.jsonl")
        path.write_bytes(b"".join(lines)[:-3])
        for content in (b"".join(lines)[:-3], b"".join(lines) + json.dumps(end).encode() + b"\n"):
            path.write_bytes(content)
            try:
                export = backup._checked(backup.opened(path))
            except backup.Unusable:
                continue
            list(map(transfer.kind, export.read()))
            [transfer.is_of(each, export.branch) for each in export.read()]
            inspection.flaws(enumerate(export.read(), start=2), date(2026, 11, 24))


def parsers() -> Iterator[Parser]:
    yield Parser(
        "moments in bodies",
        TEXT | st.datetimes().map(str) | st.datetimes(timezones=st.timezones()).map(datetime.isoformat),
        moment,
        (Invalid,),
    )
    yield Parser("instants", st.integers(-(2**24), 2**29), instant, grows=False)
    yield Parser("dates and numbers in addresses", TEXT | st.dates().map(str) | st.integers(0, 99999).map(str), query)
    yield Parser("telephone numbers", TEXT, telephone)
    yield Parser("e-mail addresses", TEXT | st.emails(), mail_address, (Invalid,))
    yield Parser("names of persons", TEXT, clean(fields.person))
    yield Parser("lines", TEXT, clean(fields.line))
    yield Parser("telephone fields", TEXT, clean(fields.phone))
    yield Parser("texts", TEXT, clean(fields.text, one_line=False))
    yield Parser("whom to call", TEXT, lambda text: fields.whom_to_call(text, text, text), (Invalid,))
    yield Parser("tokens of links", TEXT, token)
    yield Parser(
        "tokens of pages: inbox",
        TEXT | st.from_regex(r"\d{1,15}\.[\w-]{1,9}") | st.from_regex(r"[^.]{1,5}\.[\w-]{1,9}"),
        place_in_inbox,
        (Invalid,),
    )
    yield Parser(
        "tokens of pages: record",
        TEXT | st.binary().map(lambda some: base64.urlsafe_b64encode(some).decode()),
        place_in_record,
        (Invalid,),
    )
    yield Parser("names of messages", TEXT | st.from_regex(trouble._NAME, fullmatch=True), message_name, (NotFound,))
    yield Parser("search", TEXT, search_text)
    yield Parser("text messages", TEXT, short_message)
    yield Parser("pictures", TEXT, logo)
    yield Parser("links of a branch", TEXT, link)
    yield Parser("own words of a branch", TEXT, own_words)
    yield Parser("keys of the table's stream", TEXT, stored_key)
    yield Parser(
        "proofs of work",
        altered({"algorithm": "SHA-256", "challenge": "a", "number": 1, "salt": "a?expires=1", "signature": "b"}),
        proof,
        grows=False,
    )
    yield Parser("claims of a token", altered(CLAIMS), claims, (Unauthorized,), grows=False)
    yield Parser("what SES tells", altered(BOUNCE).filter(lambda told: isinstance(told, dict)), reports.report_of, grows=False)
    yield Parser(
        "exports of a branch", st.lists(altered(HEADER) | altered(ITEM), min_size=1, max_size=4), exported, grows=False
    )
    yield Parser("settings of a branch", altered(wire.show(branch())), branch_settings, (Invalid,), grows=False)
    for schema in dict.fromkeys(route.body for route in ROUTES if route.body):
        name = schema.rpartition(".")[2]
        yield Parser(f"bodies: {name}", altered(EXAMPLES[name]), body(schema), (Invalid,), grows=False)


def run(seed_of_run: int, examples: int) -> dict[str, Any]:
    """`tried` counts texts by parser; `wrong` tells what broke which."""
    tried: dict[str, int] = {}
    wrong: list[str] = []
    for parser in parsers():
        tried[parser.name], broken = tries(parser, seed_of_run, examples)
        wrong += broken
    return {"tried": tried, "wrong": wrong}


def tries(parser: Parser, seed_of_run: int, examples: int) -> tuple[int, list[str]]:
    count = 0

    @seed(seed_of_run)
    @settings(
        max_examples=examples, database=None, deadline=None, report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(value=parser.of)
    def holds(value: Any) -> None:
        nonlocal count
        count += 1
        with limited(MOST_CPU):
            attempt(parser, value)
        if parser.grows and value and crc32(repr(value).encode()) % 20 == 0:
            does_not_explode(parser, value)

    try:
        holds()
    except Exception as error:  # noqa: BLE001 (whatever it raised is what was sought)
        notes = " ".join(getattr(error, "__notes__", ()))
        return count, [f"{parser.name}: {type(error).__name__}: {error} {notes}"[:600]]
    return count, []


def attempt(parser: Parser, value: Any) -> None:
    with suppress(*parser.refuses):
        parser.act(value)


def does_not_explode(parser: Parser, piece: str) -> None:
    short, long = (work(parser, (piece * length)[:length]) for length in (SHORT, SHORT * TIMES))
    assert long <= short * MOST_TIMES + ALWAYS, f"{short} instructions for {SHORT} characters, {long} for {TIMES} times as many"


def work(parser: Parser, text: str) -> int:
    """What a text takes the second time: the first one pays for all that is kept for good."""
    for _ in range(2):
        with limited(MOST_CPU):
            taken = instructions(partial(attempt, parser, text))
    return taken


class TooLong(Exception):
    """It used more of the processor than anything should."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    def stop(_: int, __: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(run(int(sys.argv[2]), int(sys.argv[3]))), encoding="utf-8")
