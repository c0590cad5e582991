"""What the staff's pages have to know before they ask: each field of the settings with its rules, and the choices and limits
that are the same for all branches. The build writes it beside the pages: it costs no request, and nobody copies it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, is_dataclass
from datetime import date
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from msgspec import Struct
from msgspec.inspect import StructType, type_info

from chalicelib.api import wire
from chalicelib.api.customer_schemas import MOST_IMPORTED, CustomerBody
from chalicelib.api.desk_schemas import LONGEST_NOTE
from chalicelib.api.setup_schemas import SECTIONS, AccessRequest
from chalicelib.domain.checks import BEFORE_RELEASE
from chalicelib.domain.moments import UNIT
from chalicelib.domain.outbox import Channel, Kind
from chalicelib.domain.rules import WALL, Between, Chars, Each, Items, Multiple, Pattern, Weekdays, plain_of, rules_of
from chalicelib.domain.settings import ABSENCE, FURTHEST, LONGEST, WORKING_TIME
from chalicelib.domain.spreadsheet import COLUMNS, MOST_ROWS
from chalicelib.domain.spreadsheet import LONGEST as LONGEST_FILE
from chalicelib.domain.staff import Group
from chalicelib.domain.status import AHEAD, HOLDING, ONCE_BEGUN, Status
from chalicelib.domain.wording import LONGEST as LONGEST_TEXT
from chalicelib.domain.wording import OWN, PLACES
from chalicelib.planner.admin.holidays import choices
from chalicelib.planner.records.statistics import MOST_WEEKS
from chalicelib.planner.staff.calendar import MOST_DAYS
from chalicelib.planner.staff.closing import LONGEST_CLOSING

Facts = dict[str, Any]
TYPES: Mapping[Any, str] = {bool: "boolean", int: "number", date: "date", str | bool: "answer"}


def catalogue() -> Facts:
    """Plain JSON. `sections` has the fields of each section by the wire's names. Every field has a `type`: text, number, wall
    (HH:MM), boolean, date, choice, answer (text or boolean), by_language, list with an `item`, or group with `fields`. It says
    whether it is `required`, which means not empty, and where they apply `form` (of a text), `least` and `most` (characters of
    a text), `unit`, `multiple`, `choices`, `pattern`, `fewest` and `most_items`, `nullable` and `default`. `lengths` has the
    most characters of fields of other requests; `holidays`, by country and subdivision, those that hold for some there."""
    return {
        "sections": {name: _described(annotation) for name, annotation in SECTIONS.items()},
        "before_release": list(BEFORE_RELEASE),
        "fixed_types": [WORKING_TIME, ABSENCE],
        "kinds": list(get_args(Kind)),
        "channels": list(get_args(Channel)),
        "statuses": list(get_args(Status)),
        "holding": _in_order(Status, HOLDING),
        "ahead": _in_order(Status, AHEAD),
        "once_begun": _in_order(Status, ONCE_BEGUN),
        "groups": list(get_args(Group)),
        "texts": {
            "own": [{"kind": kind, "status": status} for kind, status in OWN],
            "places": {channel: list(places) for channel, places in PLACES.items()},
            "most": dict(LONGEST_TEXT),
        },
        "holidays": choices(),
        "import": {
            "columns": list(COLUMNS),
            "most_rows": MOST_ROWS,
            "most_characters": LONGEST_FILE,
            "portion": MOST_IMPORTED,
        },
        "lengths": {"customer": _lengths(CustomerBody), "access": _lengths(AccessRequest)},
        "limits": {
            "unit_minutes": UNIT,
            "appointment_minutes": LONGEST,
            "closing_minutes": LONGEST_CLOSING,
            "horizon_days": FURTHEST,
            "planner_days": MOST_DAYS,
            "note_characters": LONGEST_NOTE,
            "figures_weeks": MOST_WEEKS,
        },
    }


def _lengths(made: type[Struct]) -> Facts:
    described = type_info(made)
    assert isinstance(described, StructType)
    most = {each.encode_name: _most(getattr(each.type, "types", (each.type,))) for each in described.fields}
    return {name: length for name, length in most.items() if length}


def _most(types: tuple[Any, ...]) -> int | None:
    return next((each.max_length for each in types if getattr(each, "max_length", None)), None)


def _in_order(of: Any, some: frozenset[Any]) -> list[Any]:
    return [each for each in get_args(of) if each in some]


def _fields(made: Any) -> Facts:
    return {wire.wire_name(made, each.name): _described(each.type) | _default(made, each) for each in wire.given(made)}


def _default(made: Any, field: Field[Any]) -> Facts:
    return {} if field.default is MISSING else {"default": wire.forms(made)[field.name].show(field.default)}


def _described(annotation: Any) -> Facts:
    rules = rules_of(annotation)
    plain = plain_of(annotation)
    may_be_none = NoneType in get_args(plain)
    if may_be_none:
        plain = next(each for each in get_args(plain) if each is not NoneType)
    facts = _typed(plain, rules)
    for rule in rules:
        facts |= _ruled(rule)
    may_be_empty = facts["type"] in ("text", "list", "by_language") and not facts.keys() & {"pattern", "fewest", "least"}
    return {**facts, "required": not (may_be_none or may_be_empty)} | ({"nullable": True} if may_be_none else {})


def _typed(plain: Any, rules: tuple[Any, ...]) -> Facts:
    if plain is str:
        return {"type": "text"}
    if WALL in rules:
        return {"type": "wall"}
    if plain in TYPES:
        return {"type": TYPES[plain]}
    if get_origin(plain) is Literal:
        return {"type": "choice", "choices": list(get_args(plain))}
    if is_dataclass(plain):
        return {"type": "group", "fields": _fields(plain)}
    if get_origin(plain) is Mapping:
        return {"type": "by_language"}
    item = get_args(plain)[0]
    of_each = tuple(each.rule for each in rules if isinstance(each, Each))
    return {"type": "list", "item": _described(Annotated[item, *of_each] if of_each else item)}


def _ruled(rule: Any) -> Facts:
    match rule:
        case Between():
            facts = {"least": rule.least, "most": rule.most, "unit": rule.unit or None}
        case Multiple():
            facts = {"multiple": rule.of}
        case Chars():
            facts = {"form": type(rule).__name__.lower(), "least": rule.least or None, "most": rule.most}
        case Pattern():
            facts = {"form": rule.wrong.code, "pattern": rule.regex}
        case Weekdays():
            facts = {"fewest": 1}
        case Items():
            facts = {"fewest": rule.least or None, "most_items": rule.most}
        case _:
            facts = {}
    return {name: fact for name, fact in facts.items() if fact is not None}
