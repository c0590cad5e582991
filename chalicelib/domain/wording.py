"""A branch's own words in messages to customers: where they may stand, and what is filled in, `{{ date }}`.

A place is a name and nothing else: no statement, filter or attribute, so that nothing which is filled in is ever read as a
template. Subjects stay ours (R31).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from chalicelib.domain.errors import Flaw
from chalicelib.domain.languages import wider
from chalicelib.domain.outbox import Channel, Kind
from chalicelib.domain.settings import Settings, Text
from chalicelib.domain.status import Status

OWN: tuple[tuple[Kind, Status], ...] = (
    ("receipt", "proposed"),
    ("receipt", "confirmed"),
    ("confirmed", "confirmed"),
    ("declined", "declined"),
    ("moved", "proposed"),
    ("moved", "confirmed"),
    ("cancelled", "cancelled"),
    ("expired", "expired"),
    ("reminder", "confirmed"),
)
"""The messages that a branch may word, each for one state: what is said of a confirmed appointment is wrong of a request."""
PLACES: Mapping[Channel, tuple[str, ...]] = {
    "email": ("practice", "date", "time", "until", "phone", "link", "name"),
    "sms": ("practice", "date", "time", "until", "phone", "link"),
}
"""`time` and `until` are start and end. An SMS names nobody (R31)."""
LONGEST: Mapping[Channel, int] = {"email": 1500, "sms": 320}
"""Characters, before anything is filled in."""
_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def flaws(text: Text) -> dict[str, Flaw]:
    """What is wrong with it by field; empty if it may be used."""
    if (text.kind, text.status) not in OWN:
        return {"kind": Flaw("not_worded")}
    if not text.text.strip():
        return {"text": Flaw("required")}
    if len(text.text) > LONGEST[text.channel]:
        return {"text": Flaw("too_long", most=LONGEST[text.channel])}
    named = _PLACE.findall(text.text)
    for name in named:
        if name not in PLACES[text.channel]:
            return {"text": Flaw("placeholder", name=name)}
    if re.search(r"[{}]", _PLACE.sub("", text.text)):
        return {"text": Flaw("braces")}
    if text.channel == "sms" and "link" not in named:  # it is all of the message: without it nobody could cancel (R27)
        return {"text": Flaw("placeholder_missing", name="link")}
    return {}


def own_words(settings: Settings, kind: Kind, status: Status, channel: Channel, language: str) -> str | None:
    """The branch's own, in the language or the one of which it is a kind; None where it leaves the words to us."""
    own = {each.place: each.text for each in settings.texts}
    return own.get((kind, status, channel, language)) or own.get((kind, status, channel, wider(language)))


def filled(text: str, facts: Mapping[str, str]) -> str:
    """With the facts, all of PLACES, in their places; each as it is: what looks like a place in one of them stays."""
    return _PLACE.sub(lambda place: facts[place[1]], text)
