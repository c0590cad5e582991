"""From requests to values, and from values and refusals to responses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import chalice.app
import msgspec
from chalice.app import Response

from chalicelib.api.schemas import Alternative, Refusal
from chalicelib.domain.errors import Flaw, Invalid, Refused, SlotTaken, TooLarge
from chalicelib.domain.moments import to_local
from chalicelib.domain.rules import CLOCK, COLOUR, KEY, LANGUAGE, USER_NAME

if TYPE_CHECKING:
    from chalicelib.api.use_cases import UseCases
    from chalicelib.domain.record import Reading
    from chalicelib.domain.staff import Caller

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
    "customer_leaving": 409,
    "read_otherwise": 409,
    "invitation_used": 409,
    "too_large": 413,
    "outside_availability": 422,
    "too_soon": 422,
    "too_far": 422,
    "not_started": 422,
    "not_for_this_resource": 422,
    "invitation_expired": 422,
    "idempotency_key_reused": 422,
    "too_many_requests": 429,
    "try_again": 503,
}
"""The one place where codes (R24) meet HTTP's status codes."""
FRAMEWORK = {
    "MethodNotAllowedError": (405, "method_not_allowed", "This address does not take that method."),
    "UnsupportedMediaType": (415, "unsupported_media_type", "The body must be application/json."),
    "InternalServerError": (
        500,
        "internal",
        "Something went wrong on our side. Please try again, or contact the practice.",
    ),
}
"""What Chalice answers itself, by its own words: status, code, message."""
NOT_UNDERSTOOD = (400, "invalid", "This request cannot be understood.")
RETRY_AFTER = "2"
TAG = 32
"""Characters of a tag, 4 bits each."""
SECURITY = {"X-Content-Type-Options": "nosniff"}

Body = TypeVar("Body", bound=msgspec.Struct)


class Request:
    """What a handler gets first: the request in hand, and the `use_cases` that it may ask for."""

    def __init__(self, given: chalice.app.Request, use_cases: UseCases) -> None:
        self._given = given
        self.use_cases = use_cases

    def body(self, schema: type[Body], largest: int) -> Body:
        """The request's JSON, of up to `largest` bytes. Raises TooLarge, or Invalid with the field's name."""
        raw = self._given.raw_body
        if len(raw) > largest:
            raise TooLarge
        return decoded(raw, schema)

    def header(self, name: str) -> str:
        return str(self._given.headers.get(name, ""))

    def query(self, name: str) -> str | None:
        """A parameter of the query; None also where it is left empty."""
        query = self._given.query_params
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

    def query_clock(self, name: str) -> int | None:
        """Minutes since midnight."""
        text = self.query(name)
        if text is None:
            return None
        if not re.fullmatch(CLOCK.regex, text, re.ASCII):
            raise Invalid({name: Flaw("clock")})
        return int(text[:2]) * 60 + int(text[3:])

    def query_instant(self, name: str) -> datetime | None:
        text = self.query(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise Invalid({name: Flaw("instant")}) from None
        if moment.tzinfo is None:
            raise Invalid({name: Flaw("instant")})
        return moment

    def query_number(self, name: str, default: int | None) -> int | None:
        text = self.query(name)
        if text is None:
            return default
        if not re.fullmatch(r"\d{1,4}", text, re.ASCII):
            raise Invalid({name: Flaw("number")})
        return int(text)


class StaffRequest(Request):
    """One of somebody who is signed in, and may what is asked."""

    def __init__(self, given: chalice.app.Request, use_cases: UseCases, caller: Caller) -> None:
        super().__init__(given, use_cases)
        self.caller = caller

    def note(self, branch: str, reads: Reading, identity: str) -> None:
        """That the caller is shown somebody's data."""
        self.use_cases.readings().note(branch, reads, identity, self.caller.id)


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


def tagged(response: Response, known: str) -> Response:
    """The response with a tag of its body; where that is among those `known`, which If-None-Match names, without the body."""
    tag = f'"{sha256(response.body.encode()).hexdigest()[:TAG]}"'
    if tag in known:
        response = Response("", status_code=304, headers={"Cache-Control": "no-store", **SECURITY})
    response.headers["ETag"] = f"W/{tag}"  # weak: what compresses an answer on the way would make it so
    return response


def file(text: str, media_type: str, name: str | None = None, cache_control: str = "no-store") -> Response:
    """An answer that is no JSON; one with a `name` is to be kept as a file of that name."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": f"{media_type}; charset=utf-8",
        "Cache-Control": cache_control,
        **SECURITY,
        **({"Content-Disposition": f'attachment; filename="{name}"'} if name else {}),
    }
    return Response(text, headers=headers)


def nothing() -> Response:
    """An answer without a body."""
    return Response("", status_code=204, headers={"Cache-Control": "no-store", **SECURITY})


def refuse(refusal: Refused, zone: ZoneInfo | None = None) -> Response:
    """The refusal as the caller sees it; alternatives are told in `zone`."""
    details: dict[str, Any] = refusal.details()
    if isinstance(refusal, SlotTaken):
        shown = zone or ZoneInfo("UTC")
        details["alternatives"] = [
            Alternative(to_local(each.start, shown), to_local(each.end, shown), each.resource) for each in refusal.alternatives
        ]
    headers = {"Retry-After": RETRY_AFTER} if refusal.code == "try_again" else {}
    return answer(Refusal(refusal.code, str(refusal), **details), STATUS[refusal.code], headers)


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
