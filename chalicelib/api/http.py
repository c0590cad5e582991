"""From requests to values, and from values and refusals to responses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from chalice.app import Blueprint, Response

from chalicelib.api.schemas import Refusal, Span
from chalicelib.domain.errors import Flaw, Invalid, Refused, SlotTaken, TooLarge
from chalicelib.domain.moments import to_local
from chalicelib.domain.rules import CLOCK, COLOUR, KEY, LANGUAGE, USER_NAME

LARGEST_BODY = 16 * 1024
STATUS = {
    "invalid": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "proof_needed": 403,
    "not_found": 404,
    "unknown_access": 404,
    "not_released": 404,
    "slot_taken": 409,
    "changed_meanwhile": 409,
    "read_otherwise": 409,
    "too_large": 413,
    "outside_availability": 422,
    "too_soon": 422,
    "too_far": 422,
    "not_started": 422,
    "not_for_this_resource": 422,
    "idempotency_key_reused": 422,
    "too_many_requests": 429,
    "try_again": 503,
}
"""The one place where codes (R24) meet HTTP's status codes."""
RETRY_AFTER = "2"
SECURITY = {"X-Content-Type-Options": "nosniff"}

Body = TypeVar("Body", bound=msgspec.Struct)
View = Callable[..., Response]


class Routes(Blueprint):
    """A blueprint whose views may raise Refused: all of them answer it alike."""

    def add(self, method: str, path: str, view: View, **options: Any) -> None:
        """`options` are those of Chalice's `route`."""
        self.route(path, methods=[method], **options)(_answering(view))

    def body(self, schema: type[Body], largest: int = LARGEST_BODY) -> Body:
        """The request's JSON, of up to `largest` bytes. Raises TooLarge, or Invalid with the field's name."""
        raw = self.current_request.raw_body
        if len(raw) > largest:
            raise TooLarge
        return decoded(raw, schema)

    def header(self, name: str) -> str:
        return str(self.current_request.headers.get(name, ""))

    def query(self, name: str) -> str | None:
        """A parameter of the query; None also where it is left empty."""
        query = self.current_request.query_params
        return (query.get(name) or None) if query else None

    def query_date(self, name: str) -> date | None:
        text = self.query(name)
        if text is None:
            return None
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            raise Invalid({name: Flaw("date")})
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Invalid({name: Flaw("date")}) from None

    def query_number(self, name: str, default: int) -> int:
        text = self.query(name)
        if text is None:
            return default
        if not re.fullmatch(r"\d{1,4}", text, re.ASCII):
            raise Invalid({name: Flaw("number")})
        return int(text)


def decoded(raw: bytes | str, schema: type[Body]) -> Body:
    """Raises Invalid with the field's name."""
    try:
        return msgspec.json.decode(raw, type=schema)
    except msgspec.ValidationError as error:
        raise Invalid(_named(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid(message="The body must be JSON.") from None


def answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response that nobody keeps, unless `headers` say otherwise."""
    return Response(
        body=msgspec.json.encode(value).decode(),
        status_code=status,
        headers={"Content-Type": "application/json", "Cache-Control": "no-store", **SECURITY, **(headers or {})},
    )


def refuse(refusal: Refused, zone: ZoneInfo | None = None) -> Response:
    """The refusal as the caller sees it; alternatives are told in `zone`."""
    details: dict[str, Any] = refusal.details()
    if isinstance(refusal, SlotTaken):
        shown = zone or ZoneInfo("UTC")
        details["alternatives"] = [Span(to_local(a, shown), to_local(b, shown)) for a, b in refusal.alternatives]
    headers = {"Retry-After": RETRY_AFTER} if refusal.code == "try_again" else {}
    return answer(Refusal(refusal.code, str(refusal), **details), STATUS[refusal.code], headers)


def _answering(view: View) -> View:
    @wraps(view)
    def answering(*path: str, **named: str) -> Response:
        try:
            return view(*path, **named)
        except Refused as refusal:
            return refuse(refusal)

    return answering


_SAID = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<field>[^`]+)`")
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<field>[^`]{1,50})")
_BOUND = re.compile(r"^Expected `(?P<type>\w+)`(?P<length> of length)? (?P<sign>[<>]=) (?P<bound>-?\d+)")
_PLAIN = {
    "Invalid enum value": Flaw("choice"),
    **{f"Expected `str` matching regex {each.regex!r}": each.wrong for each in (COLOUR, LANGUAGE, CLOCK, KEY, USER_NAME)},
    "Invalid `date`": Flaw("date"),
    "Invalid RFC3339": Flaw("instant"),
    "Expected `datetime` with a timezone component": Flaw("instant"),
}


def _named(error: str) -> dict[str, Flaw]:
    """The field that msgspec's message speaks of, and what is wrong with it."""
    said = _SAID.match(error)
    what, path = (said["what"], said["path"] or "") if said else (error, "")
    prefix = f"{path}." if path else ""
    if missing := _MISSING.match(what):
        return {prefix + missing["field"]: Flaw("required")}
    if unknown := _UNKNOWN.match(what):
        return {prefix + unknown["field"]: Flaw("unknown_field")}
    return {path: _flaw(what)} if path else {"body": Flaw("body")}


def _flaw(what: str) -> Flaw:
    if plain := next((flaw for start, flaw in _PLAIN.items() if what.startswith(start)), None):
        return plain
    said = _BOUND.match(what)
    if said is None:
        return Flaw("type")
    bound, is_text = int(said["bound"]), said["type"] == "str"
    if said["sign"] == "<=":
        if not said["length"]:
            return Flaw("too_large", most=bound)
        return Flaw("too_long", most=bound) if is_text else Flaw("too_many", most=bound)
    if not said["length"]:
        return Flaw("too_small", least=bound)
    if bound == 1:
        return Flaw("required") if is_text else Flaw("not_empty")
    return Flaw("too_short", least=bound) if is_text else Flaw("type")
