"""`/v1/openapi.json`: made from the table of routes and the schemas, so that it cannot say anything else than the code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

import msgspec

from chalicelib.api import desk_schemas
from chalicelib.api.dispatch import named
from chalicelib.api.examples import EXAMPLES
from chalicelib.api.http import FRAMEWORK, RETRY_AFTER, STATUS, Request
from chalicelib.api.routes import APPOINTMENT_TOKEN, BRANCH, EVERYONE, IF_NONE_MATCH, ROUTES, WITH_LINK, Header, Query, Route
from chalicelib.api.schemas import Refusal
from chalicelib.domain.errors import Refused
from chalicelib.domain.rules import CLOCK

Json = dict[str, Any]
ABOUT = """Online appointments of practices and shops.

Every refusal has the shape `Refusal`, with a `code` that stays the same and a `message` for people. An address answers a method
that it does not take with 405 (`method_not_allowed`) and `Allow`. More codes may come with later versions: go by the status
where a code is new to you."""
TAGS = {
    "service": "Whether the service answers, and who is signed in.",
    "openapi": "This document.",
    "booking": "What a booking link opens: free times, and a time for an appointment.",
    "callbacks": "Asking to be called back.",
    "calendar": "Calendars to subscribe to.",
    "invitation": "Invitations: what a customer may book by a link, once, and giving one.",
    "visit": "The customer's own appointment, by the token of its link.",
    "desk": "The planner, the inbox and their appointments.",
    "undoing": "What staff take back, or tell at once.",
    "preview": "What a draft of hours would offer.",
    "customers": "Customers, the record, who looked at whose data, and figures.",
    "setup": "Settings, accesses, and the staff's accounts.",
    "messages": "What was sent, and whether it arrived.",
}
"""By the module of the handler."""
IN_PATH = {
    "alias": "The alias in a booking link.",
    "template": "The id of a kind of appointment.",
    "branch": "One of the caller's branches.",
    "token": "The secret in a calendar's address.",
    "appointment": "The appointment's id.",
    "customer": "The customer's id.",
    "invitation": "The invitation's id.",
    "entry": "The id of an entry of the inbox.",
    "message": "The message's id within its appointment.",
    "access": "The alias or id of an access.",
    "employee": "The employee's id.",
    "user": "The user's name.",
    "closing": "The id of a closing.",
}
SECURITY_SCHEMES = {
    "staff": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An ID token of the staff's user pool, good for 15 minutes. Each operation says which groups may.",
    },
    "appointment": {
        "type": "apiKey",
        "in": "header",
        "name": APPOINTMENT_TOKEN.name,
        "description": f"{APPOINTMENT_TOKEN.description} Some links only show, and may act no more.",
    },
}
NAMED = {
    "AppointmentStatus": desk_schemas.StatusName,
    "AppointmentType": desk_schemas.Type,
    "Channel": desk_schemas.ChannelName,
}
"""Enumerations that several schemas share."""
REFUSALS: Mapping[str, str] = {
    each.code: each.message
    for each in (*Refused.__subclasses__(), *(sub for one in Refused.__subclasses__() for sub in one.__subclasses__()))
}


def describe(_: Request) -> Json:
    return description()


@cache
def description() -> Json:
    """The OpenAPI 3.1 document."""
    paths: dict[str, Json] = {}
    refusals: dict[str, Json] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refusals)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Terminwerk",
            "version": "1",
            "description": ABOUT,
            "contact": {"name": "The operator of this site"},
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api"}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": paths,
        "components": {"schemas": _schemas(), "responses": refusals, "securitySchemes": SECURITY_SCHEMES},
    }


def codes_of(route: Route) -> dict[int, list[str]]:
    """Every refusal that can come, by status: those that follow from who may and what is taken, and those of the route."""
    codes = {"internal", "try_again", "too_many_requests", *route.refuses}
    if route.body or route.query or route.headers or route.in_path or route.method != "GET":
        codes.add("invalid")
    if route.method != "GET":
        codes |= {"unsupported_media_type", "too_large"}
    if "{alias}" in route.path:
        codes |= {"unknown_access", "not_released"}
    if route.may == WITH_LINK:
        codes |= {"unauthorized", "forbidden"}
    elif isinstance(route.may, tuple):
        codes |= {"unauthorized", "forbidden"} | ({"not_found"} if route.path.startswith(BRANCH) else set())
    found: dict[int, list[str]] = {}
    for code in sorted(codes):
        found.setdefault(_status(code), []).append(code)
    return dict(sorted(found.items()))


def _status(code: str) -> int:
    return STATUS.get(code) or next(status for status, other, _ in FRAMEWORK.values() if other == code)


def _message(code: str) -> str:
    return REFUSALS.get(code) or next(text for _, other, text in FRAMEWORK.values() if other == code)


def _operation(route: Route, refusals: dict[str, Json]) -> Json:
    responses: dict[str, Json] = {str(status): _done(route, status) for status in (route.status, *route.others)}
    for status, codes in codes_of(route).items():
        name = "-or-".join(codes)
        refusals.setdefault(name, _refusal(status, codes))
        responses[str(status)] = {"$ref": f"#/components/responses/{name}"}
    operation: Json = {
        "operationId": route.name,
        "tags": [route.module],
        "summary": route.summary,
        "description": f"{route.summary}. {_may(route)}",
        "parameters": [*map(_in_path, route.in_path), *map(_in_query, route.query), *map(_in_header, _headers(route))],
        "responses": responses,
        "security": _security(route),
    }
    if route.body:
        operation["requestBody"] = {"required": True, "content": _json(route.body)}
    return operation


def _may(route: Route) -> str:
    if route.may == WITH_LINK:
        return "By who has the link to the appointment."
    if isinstance(route.may, tuple):
        return "By all of the branch's staff." if route.may == EVERYONE else f"By the group {' or '.join(route.may)} only."
    return "By anybody."


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.may == WITH_LINK:
        return [{"appointment": []}]
    return [{"staff": []}] if isinstance(route.may, tuple) else []


def _done(route: Route, status: int) -> Json:
    done: Json = {"description": route.others.get(status, "Done.")}
    if status in (204, 304):
        return done
    if route.is_file:
        return done | {"content": {route.answer: {"schema": {"type": "string"}}}}
    return done | {"content": _json(route.answer) if route.answer else {"application/json": {"schema": {"type": "object"}}}}


def _refusal(status: int, codes: list[str]) -> Json:
    refusal: Json = {
        "description": "\n".join(f"`{code}`: {_message(code)}" for code in codes),
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Refusal"},
                "examples": {code: {"value": {"code": code, "message": _message(code)} | _fields(code)} for code in codes},
            }
        },
    }
    if status == STATUS["try_again"]:
        refusal["headers"] = {
            "Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "example": int(RETRY_AFTER)}}
        }
    return refusal


def _fields(code: str) -> Json:
    """What is wrong, by the path of the field: as a sentence, and as a code that a program can go by."""
    if code != "invalid":
        return {}
    return {"fields": {"start": "is required"}, "codes": {"start": {"code": "required"}}}


def _json(schema: str) -> Json:
    name = schema.rpartition(".")[2]
    content: Json = {"schema": {"$ref": f"#/components/schemas/{name}"}}
    if name in EXAMPLES:
        content["example"] = EXAMPLES[name]
    return {"application/json": content}


def _in_path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "description": IN_PATH[name], "schema": {"type": "string"}}


def _headers(route: Route) -> tuple[Header, ...]:
    return (*route.headers, IF_NONE_MATCH) if route.is_tagged else route.headers


def _in_header(header: Header) -> Json:
    schema = {"type": "string", **({"pattern": header.pattern} if header.pattern else {})}
    return {
        "name": header.name,
        "in": "header",
        "required": header.required,
        "description": header.description,
        "schema": schema,
    }


def _in_query(query: Query) -> Json:
    found: Json = {"name": query.name, "in": "query", "required": query.required, "description": query.description}
    match query.type:
        case "date":
            schema: Json = {"type": "string", "format": "date"}
        case "clock":
            schema = {"type": "string", "pattern": CLOCK.regex}
        case "instant":
            schema = {"type": "string", "format": "date-time"}
        case "number":
            default = {} if query.default is None else {"default": query.default}
            schema = {"type": "integer", "minimum": query.least, "maximum": query.most, **default}
        case "ids":
            schema = {"type": "array", "items": {"type": "string"}}
        case "weekdays":
            schema = {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 7}}
        case "flag":
            schema = {"type": "integer", "enum": [0, 1], "default": 0}
        case _:
            schema = {"type": "string"}
            if query.choices:
                schema["enum"] = list(query.choices)
            if query.pattern:
                schema["pattern"] = query.pattern
    if not query.required:
        found["allowEmptyValue"] = True
    if schema["type"] == "array":
        found |= {"style": "form", "explode": False}
    return found | {"schema": schema}


def _schemas() -> Json:
    """JSON schemas of all bodies, by name."""
    bodies = {named(each): None for route in ROUTES for each in (route.body, route.answer) if each and "/" not in each}
    _, schemas = msgspec.json.schema_components([*bodies, Refusal], ref_template="#/components/schemas/{name}")
    shared = {name: {"type": "string", "enum": sorted(get_args(values))} for name, values in NAMED.items()}
    told: Json = _typed(schemas, {tuple(each["enum"]): name for name, each in shared.items()})
    return {**told, **shared}


def _typed(schema: Any, shared: Mapping[tuple[Any, ...], str]) -> Any:
    """The same with the type of each enumeration, which msgspec leaves out, and its name where it has one."""
    if isinstance(schema, list):
        return [_typed(each, shared) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "enum" in schema and "properties" not in schema:
        values = tuple(sorted(schema["enum"]))
        if values in shared:
            return {"$ref": f"#/components/schemas/{shared[values]}"}
        return {"type": "string", **schema}
    return {name: _typed(each, shared) for name, each in schema.items()}
