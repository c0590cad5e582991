"""Calendar files and mails by atheris, which keeps each input that reaches new code: whatever words they are given, they hold
one event or the same tags and links as ever, and read as they were written.

It runs in `.venv/fuzz`, which borrows the product's packages, as `python -m tests.evidence.fuzz.guided calendar -runs=100`.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.extend(str(each) for each in Path(".venv", "app", "lib").glob("python*/site-packages"))

import email
import email.policy
from collections import Counter
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from html.parser import HTMLParser
from typing import Any, get_args

import atheris

with atheris.instrument_imports(include=["chalicelib", "icalendar", "jinja2", "markupsafe"]):
    import vobject
    from icalendar import Calendar

    from chalicelib.api import fields
    from chalicelib.domain import wording
    from chalicelib.domain.appointment import Appointment
    from chalicelib.domain.comment import Comment
    from chalicelib.domain.customer import Reach
    from chalicelib.domain.errors import Invalid
    from chalicelib.domain.languages import LANGUAGES
    from chalicelib.domain.mail import Mail, SendNever
    from chalicelib.domain.settings import Settings, Text
    from chalicelib.domain.status import Status
    from chalicelib.domain.tokens import Secret
    from chalicelib.messages.calendar import calendar_file
    from chalicelib.messages.compose import Composer
    from chalicelib.messages.feed import feed
    from chalicelib.messages.send import mime
    from chalicelib.messages.words import words as table
    from tests.builders import NOW, appointment, message, settings

SPOKEN, STATUSES, OWN = [*LANGUAGES], [*get_args(Status)], [*wording.OWN]
ODD = [
    "",
    "",
    "<b>",
    '"',
    "'",
    "&lt;b&gt;",
    "<a href=x>",
    ";",
    ",",
    "\\n",
    "\\",
    ":",
    "\r\nX:1",
    "\nEND:VEVENT",
    "{{ link }}",
    "{% x %}",
]
"""What ends a text for a reader, which chance alone seldom finds."""
FLOWING = {"p", "br"}
"""Tags of which a text has one for each of its lines."""
COMPOSER = Composer("https://termine.example.org", Secret("s" * 32), lambda: NOW)
SENDER = "termine@example.org"
PLAIN, CUSTOMER = "Plain", "Qqcustomer"


@dataclass(frozen=True)
class Words:
    """What people and practices write, as the product lets it in."""

    name: str
    address: str
    resource: str
    first: str
    last: str
    note: str
    own: str


def words(given: Any) -> Words:
    """From the input. What the product refuses is plain instead. What is odd is picked first: short inputs have nothing left
    after the first text."""
    readers = {field.name: (fields.line, 60) for field in dataclass_fields(Words)}
    readers |= {"resource": (fields.line, 30), "first": (fields.person, 30), "last": (fields.person, 30)}
    readers |= {"note": (fields.text, 60), "own": (fields.text, 80)}
    odd = {name: given.PickValueInList(ODD) for name in readers}

    def let_in(name: str) -> str:
        read, length = readers[name]
        wrong: dict[str, Any] = {}
        found = read("", given.ConsumeUnicodeNoSurrogates(length) + odd[name], wrong)
        return PLAIN if wrong or not found else found

    return Words(**{name: let_in(name) for name in readers})


def branch(said: Words) -> Settings:
    """Raises Invalid for what no branch may be called."""
    made = settings(name=said.name, address=said.address, sender_name=said.name)
    return replace(made, resources=(replace(made.resources[0], name=said.resource),))


def calendar(given: Any) -> None:
    said = words(given)
    language, status = given.PickValueInList(SPOKEN), given.PickValueInList(STATUSES)
    try:
        of = branch(said)
    except Invalid:
        return
    booked = appointment(id="a" * 32, status=status, name=CUSTOMER, reason=CUSTOMER)
    written = calendar_file(booked, of, language, NOW).text
    shape(written, calendar_file(booked, branch(Words(*[PLAIN] * 7)), language, NOW).text)
    [event] = Calendar.from_ical(written).walk("VEVENT")
    assert str(event["summary"]) == table(language)["calendar"][event["status"]].format(practice=said.name)
    assert str(event["location"]) == f"{said.name}, {said.address}", (event["location"], said)
    [seen] = vobject.readOne(written).vevent_list
    assert seen.location.value == f"{said.name}, {said.address}"
    assert seen.summary.value == str(event["summary"])
    assert CUSTOMER not in written
    shape(
        feed(of, of.resources[0], [], "https://site", NOW),
        feed(branch(Words(*[PLAIN] * 7)), of.resources[0], [], "https://site", NOW),
    )
    assert (
        str(Calendar.from_ical(feed(of, of.resources[0], [], "https://site", NOW))["name"]) == f"{said.name}: {said.resource}"
    )


def shape(written: str, plain: str) -> None:
    """The same lines, by their names, as of plain words, none of them too long."""

    def names(text: str) -> list[str]:
        return [line.partition(":")[0].partition(";")[0] for line in text.replace("\r\n ", "").split("\r\n")]

    assert names(written) == names(plain), written
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    assert "\n" not in written.replace("\r\n", "")


class Seen(HTMLParser):
    """`tags` without those of lines, `links` and all attributes' names, `text` as it is read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in FLOWING:
            self.tags[" ".join([tag, *(name for name, _ in attrs)])] += 1
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def mail(given: Any) -> None:
    said = words(given)
    language = given.PickValueInList(SPOKEN)
    kind, status = given.PickValueInList(OWN)
    text = Text(kind=kind, status=status, channel="email", language=language, text=said.own)
    if wording.flaws(text):
        text = replace(text, text=f"{PLAIN} {{{{ name }}}}, {{{{ practice }}}}")
    try:
        composed = compose(said, text)
    except Invalid:
        return
    plain = compose(Words(*[PLAIN] * 7), replace(text, text=PLAIN))
    found, expected = Seen(composed.html), Seen(plain.html)
    assert found.tags == expected.tags, (found.tags - expected.tags, said)
    assert found.links == expected.links, (found.links, said)
    for each in (said.note, said.name):
        lines = [line.strip() for line in each.splitlines() if line.strip()]
        assert all(line in found.text for line in lines), (each, found.text)
    sent = email.message_from_bytes(mime(composed, SENDER).as_bytes(), policy=email.policy.default)
    like = email.message_from_bytes(mime(plain, SENDER).as_bytes(), policy=email.policy.default)
    assert sent.keys() == like.keys(), sent.keys()
    assert composed.subject == plain.subject
    assert sent["Subject"].strip() == composed.subject  # a long one stands in the next line, behind a space
    assert [part.get_content_type() for part in sent.walk()] == [part.get_content_type() for part in like.walk()]


def compose(said: Words, text: Text) -> Mail:
    """Raises Invalid for what no branch may be called, nothing else."""
    of = replace(branch(said), texts=(text,))
    comment = Comment(first_name=said.first, last_name=said.last, email="erika@example.org")
    booked: Appointment = appointment(
        id="a" * 32, status=text.status, comment=comment, reason=said.note, language=text.language
    )
    to = Reach(email=comment.email, phone=None, last_name=said.last, first_name=said.first, in_writing=False)
    owed = message(booked, kind=text.kind, note=said.note)
    try:
        composed = COMPOSER(owed, booked, of, to, 1)
    except SendNever as error:
        raise AssertionError(f"not composed: {error.__cause__!r}") from error
    assert isinstance(composed, Mail)
    return composed


TARGETS = {"calendar": calendar, "mail": mail}


def main() -> None:
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, lambda content: target(atheris.FuzzedDataProvider(content)))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
