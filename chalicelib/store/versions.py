"""The versions of the stored items' form, and how an item of one becomes one of the next.

Every item carries its version as `schema`; what was written before there were versions has none, and is of version 1. What
writes an item as a whole writes the present form. Changes of a part leave the number as it is: the rest keeps its form. Days
and counters are changed without being read, so their form is the same for good: their number tells who made them, no more.

A step gets the raw attributes and gives those of the next version, from them alone. It meets parts of items too, where a list
is read: then it must do with what is there. Items of a later version, which a rollback leaves behind, are read as they are:
a version must be such that the code of the one before can read it, so a deployment can go back by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from chalicelib.store import keys

Raw = dict[str, dict[str, Any]]
"""An item as it comes over the wire."""
Step = Callable[[Raw], Raw]
SCHEMA = "schema"


def nobody_waits(raw: Raw) -> Raw:
    """1 -> 2: a message that failed because nobody waits for it any more leaves the list of those in trouble. It was listed,
    and left out after reading; so a branch with many of them saw too few of the others."""
    why = raw.get("failure", {}).get("S")
    if not keys.is_message(raw.get("sk", {}).get("S", "")) or why not in ("gone", "erased", "too_late"):
        return raw
    return {name: value for name, value in raw.items() if name not in ("gsi2pk", "gsi2sk")}


def kinds_are_shown(raw: Raw) -> Raw:
    """2 -> 3: a template says where it is `shown`: what was not `online` is shown to staff. Invited customers are the third."""
    if "body" not in raw or keys.kind_of(raw.get("sk", {}).get("S", "")) != "TEMPLATE":
        return raw
    template = msgspec.json.decode(raw["body"]["S"])
    shown = {"shown": "online" if template.get("online", True) else "staff"}
    return {**raw, "body": {"S": msgspec.json.encode(shown | template).decode()}}


STEPS: tuple[Step, ...] = (nobody_waits, kinds_are_shown)
"""The first makes items of version 2."""
CURRENT = 1 + len(STEPS)
_STAMP = {"N": str(CURRENT)}


def version_of(raw: Raw) -> int:
    return int(raw.get(SCHEMA, {"N": "1"})["N"])


def upgraded(raw: Raw) -> Raw:
    """The item in the present form; one of a later version as it is."""
    if raw.get(SCHEMA) == _STAMP:  # mostly, and the hot path has many
        return raw
    version = version_of(raw)
    if version >= CURRENT:
        return raw
    for step in STEPS[version - 1 :]:
        raw = step(raw)
    return {**raw, SCHEMA: _STAMP}
