"""Between values of the settings and JSON, made from the dataclasses and the rules that stand beside their fields: what may be
sent, what becomes of it, and how it is shown. A new field needs no line here."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import cache, partial
from types import NoneType
from typing import Annotated, Any, TypeVar, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta

from chalicelib.api import fields as typed
from chalicelib.domain.addresses import written
from chalicelib.domain.errors import Flaw, Invalid, moved
from chalicelib.domain.languages import LONGEST_TAG
from chalicelib.domain.rules import (
    CLOCK,
    COUNTRY,
    DESCENDING,
    ELSEWHERE,
    LEFT_OUT,
    WALL,
    Between,
    Chars,
    Each,
    Email,
    Items,
    Multiple,
    Pattern,
    plain_of,
    rules_of,
)
from chalicelib.domain.settings import AvailabilityType, Condition, DateException, Hours, PublicHolidays

CLOSED = "00:00"
CALLED: Mapping[type, Mapping[str, str]] = {
    Hours: {"start": "from", "end": "to"},
    DateException: {"day": "date"},
    Condition: {"equals": "is"},
}
"""Fields that go over the wire by another name."""
SCHEMAS = {AvailabilityType: "TypeBody", DateException: "ExceptionBody", PublicHolidays: "HolidaysBody"}
"""Schemas that are called otherwise than their class."""
Rule = TypeVar("Rule")


@dataclass(frozen=True)
class Form:
    """How something is given: its type in a schema, what becomes of it, and how it is shown. `read` raises Invalid with paths
    from there on; what is wrong with the thing itself is named by an empty one."""

    schema: Any
    read: Callable[[Any], Any] = lambda value: value
    show: Callable[[Any], Any] = lambda value: value


def given(made: Any) -> list[Field[Any]]:
    """The fields of a dataclass that an admin gives."""
    return [each for each in fields(made) if ELSEWHERE not in rules_of(each.type)]


def wire_name(made: Any, name: str) -> str:
    return CALLED.get(made, {}).get(name, name)


@cache
def body(made: Any) -> Any:
    """The schema of what an admin gives."""
    return msgspec.defstruct(
        SCHEMAS.get(made, f"{made.__name__}Body"),
        [(each.name, forms(made)[each.name].schema, _default(each)) for each in given(made)],
        namespace={"__doc__": made.__doc__},
        module=__name__,
        kw_only=True,
        forbid_unknown_fields=True,
        rename=dict(CALLED.get(made, {})),
    )


@cache
def forms(made: Any) -> dict[str, Form]:
    """Of the fields that an admin gives."""
    return {each.name: form(each.type) for each in given(made)}


def read(made: Any, given_body: Any, **more: Any) -> Any:
    """The value that a body gives, with what it does not. Raises Invalid naming all that is wrong as the wire does."""
    try:
        values = _read_all((name, form, getattr(given_body, name)) for name, form in forms(made).items())
        return made(**values, **more)
    except Invalid as error:
        raise Invalid(moved(error.flaws, "", CALLED.get(made, {}))) from None


def show(value: object) -> dict[str, Any]:
    """What an admin would give for it."""
    made: Any = type(value)
    return {wire_name(made, name): form.show(getattr(value, name)) for name, form in forms(made).items()}


def _read_all(parts: Iterable[tuple[Any, Form, Any]]) -> dict[Any, Any]:
    """Each by its name, or by its place in a list."""
    found, wrong = {}, dict[str, Flaw]()
    for name, form, value in parts:
        try:
            found[name] = form.read(value)
        except Invalid as error:
            wrong |= moved(error.flaws, f"[{name}]" if isinstance(name, int) else name)
    if wrong:
        raise Invalid(wrong)
    return found


def form(annotation: Any) -> Form:
    """Of a field, by its annotation."""
    rules = rules_of(annotation)
    plain = plain_of(annotation)
    arguments = get_args(plain)
    if NoneType in arguments:
        return _or_none(_form(next(each for each in arguments if each is not NoneType), rules))
    return _form(plain, rules)


def _form(plain: Any, rules: tuple[Any, ...]) -> Form:
    arguments = get_args(plain)
    if plain is str:
        return _text(rules)
    if plain is int:
        return _WALL if WALL in rules else Form(_annotated(int, extra_json_schema=_bounds(rules)))
    if get_origin(plain) in (tuple, frozenset):
        return _list(arguments[0], rules, get_origin(plain))
    if get_origin(plain) is Mapping:
        return _by_language(rules)
    return _nested(plain) if is_dataclass(plain) else Form(plain)


def _nested(made: Any) -> Form:
    return Form(body(made), partial(read, made), show)


def _or_none(some: Form) -> Form:
    """None, for which an empty text stands too."""
    return Form(
        some.schema | None,
        lambda value: None if value in (None, "") else some.read(value),
        lambda value: None if value is None else some.show(value),
    )


def minutes(clock: str) -> int:
    """Since midnight, of HH:MM."""
    return int(clock[:2]) * 60 + int(clock[3:])


_WALL = Form(
    Annotated[str, Meta(pattern=CLOCK.regex)],
    minutes,
    lambda value: f"{value // 60:02}:{value % 60:02}",
)


def _text(rules: tuple[Any, ...]) -> Form:
    if COUNTRY in rules:
        return Form(str, lambda value: value.strip().upper())
    rule = next(each for each in rules if isinstance(each, Chars | Pattern))
    if isinstance(rule, Pattern):
        return Form(Annotated[str, Meta(pattern=rule.regex)])
    if type(rule) is Chars:
        return Form(_annotated(str, min_length=rule.least, max_length=rule.most))
    # What is empty is told when it was cleaned, with all else that is wrong: a schema stops at the first.
    least = {"minLength": rule.least} if rule.least else {}
    schema = _annotated(str, max_length=rule.most, extra_json_schema=least)
    return Form(schema, partial(_cleaned, rule), written if isinstance(rule, Email) else lambda value: value)


def _cleaned(rule: Chars, value: str) -> str:
    wrong: dict[str, Flaw] = {}
    found = typed.cleaned(rule, "", value, wrong)
    if wrong:
        raise Invalid(wrong)
    return found or ""


def _list(of: Any, rules: tuple[Any, ...], made: Any) -> Form:
    """Without what is there twice, in the order that was given or that a rule asks for; without hours that are none."""
    of_each = tuple(each.rule for each in rules if isinstance(each, Each))
    item = form(Annotated[of, *of_each] if of_each else of)
    count = _first(rules, Items) or Items()

    def read_items(value: list[Any]) -> Any:
        parts = ((n, item, each) for n, each in enumerate(value) if not (of is Hours and is_closed(each)))
        found = _read_all(parts).values()
        if is_dataclass(of):
            return tuple(found)
        return tuple(sorted(set(found), reverse=True)) if DESCENDING in rules else made(dict.fromkeys(found))

    # What is there twice counts once, so such a list is counted when it was read.
    most = {"max_length": count.most} if is_dataclass(of) else {"extra_json_schema": _left({"maxItems": count.most})}
    return Form(
        _annotated(types.GenericAlias(list, item.schema), min_length=count.least, **most),
        read_items,
        lambda value: [item.show(each) for each in (value if made is tuple else sorted(value))],
    )


def is_closed(hours: Any) -> bool:
    """Whether they are a day without hours (R4)."""
    return bool(hours.start == hours.end == CLOSED)


def _by_language(rules: tuple[Any, ...]) -> Form:
    """Where the texts may be left out, empty ones are. A schema would not tell of which language one is too long."""
    rule, count = next(each for each in rules if isinstance(each, Chars)), _first(rules, Items) or Items()

    def read_text(value: str) -> str:
        if len(value) > rule.most:
            raise Invalid({"": Flaw("too_long", most=rule.most)})
        return _cleaned(rule, value)

    item = Form(_annotated(str, extra_json_schema={"maxLength": rule.most}), read_text)

    def read_items(value: Mapping[str, str]) -> dict[str, str]:
        if any(not 2 <= len(language) <= LONGEST_TAG or not language.isascii() for language in value):
            raise Invalid({"": Flaw("language")})
        found = _read_all((language, item, text) for language, text in value.items())
        return {language: text for language, text in found.items() if text or LEFT_OUT not in rules}

    return Form(_annotated(types.GenericAlias(Mapping, (str, item.schema)), max_length=count.most), read_items)


def _first(rules: tuple[Any, ...], kind: type[Rule]) -> Rule | None:
    return next((each for each in rules if isinstance(each, kind)), None)


def _annotated(plain: Any, **limits: Any) -> Any:
    said = {name: limit for name, limit in limits.items() if limit}
    return Annotated[plain, Meta(**said)] if said else plain


def _bounds(rules: tuple[Any, ...]) -> dict[str, int]:
    """For the description: what is out of them is told with all of its facts by the value itself."""
    bounds: dict[str, int | None] = {}
    for rule in rules:
        if isinstance(rule, Between):
            bounds |= {"minimum": rule.least, "maximum": rule.most}
        if isinstance(rule, Multiple):
            bounds |= {"multipleOf": rule.of}
    return _left(bounds)


def _left(bounds: Mapping[str, int | None]) -> dict[str, int]:
    """Those that there are."""
    return {name: bound for name, bound in bounds.items() if bound is not None}


def _default(field: Field[Any]) -> Any:
    """What stands for a field that is left out, if it may be."""
    if LEFT_OUT not in rules_of(field.type):
        return NODEFAULT
    if field.default_factory is not MISSING:
        return field.default_factory()
    return [] if field.default in ((), frozenset()) else field.default
