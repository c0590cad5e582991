"""`/v1/openapi.json`: made from the schemas, so that it cannot say anything else than the code."""

from __future__ import annotations

from typing import Any

import msgspec

from chalicelib.api.draft_schemas import PreviewRequest, PreviewView
from chalicelib.api.schemas import (
    AccessView,
    AppointmentRequest,
    AppointmentView,
    CallerView,
    Created,
    GlanceView,
    Health,
    Refusal,
    WeekView,
)

BODIES: tuple[type[msgspec.Struct], ...] = (
    AppointmentRequest,
    AccessView,
    WeekView,
    GlanceView,
    PreviewRequest,
    PreviewView,
    Created,
    AppointmentView,
    CallerView,
    Health,
    Refusal,
)

_TEXT = {"type": "string"}
_ALIAS = {"name": "alias", "in": "path", "required": True, "schema": _TEXT}
_TOKEN = {"name": "Appointment-Token", "in": "header", "required": True, "schema": _TEXT}
_BRANCH = {"name": "branch", "in": "path", "required": True, "description": "One of the caller's.", "schema": _TEXT}
_SIGN_IN = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "An ID token of the staff's user pool, good for 15 minutes.",
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "New for each request of a customer, kept while it is repeated; new again after a 409.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$"},
}


def description() -> dict[str, object]:
    """The OpenAPI 3.1 document."""
    refused = {"description": "Refused; `code` says why.", "content": _json("Refusal")}
    paths = {
        "/v1/health": {"get": _operation("Whether the service answers", "Health")},
        "/v1/openapi.json": {"get": _operation("This document")},
        "/v1/access/{alias}": {"get": _operation("What a booking link opens", "AccessView", [_ALIAS])},
        "/v1/access/{alias}/slots": {
            "get": _operation("Free and taken starts by day", "WeekView", [_ALIAS, *_slots_query(31)])
        },
        "/v1/access/{alias}/days": {
            "get": _operation("How many free starts each day has", "GlanceView", [_ALIAS, *_slots_query(92)])
        },
        "/v1/access/{alias}/appointments": {
            "post": {
                **_operation("Ask for a time, which is taken at once", "Created", [_ALIAS, _KEY], status="201"),
                "requestBody": {"required": True, "content": _json("AppointmentRequest")},
            }
        },
        "/v1/appointment": {"get": _operation("The customer's appointment", "AppointmentView", [_TOKEN])},
        "/v1/appointment/calendar.ics": {
            "get": {
                **_operation("The appointment as a calendar file", parameters=[_TOKEN]),
                "responses": {"200": {"description": "Done", "content": {"text/calendar": {"schema": _TEXT}}}},
            }
        },
        **_staff_paths(),
    }
    for operations in paths.values():
        for operation in operations.values():
            operation["responses"]["default"] = refused
    return {
        "openapi": "3.1.0",
        "info": {"title": "Terminwerk", "version": "1", "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/api"}],
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": {"staff": _SIGN_IN}},
    }


def _staff_paths() -> dict[str, dict[str, Any]]:
    """What only those may who are signed in, in their own branches: `unauthorized` and `forbidden` otherwise."""
    paths: dict[str, dict[str, Any]] = {
        "/v1/staff/me": {"get": _operation("Who is signed in", "CallerView")},
        "/v1/staff/branches/{branch}/preview": {
            "post": {
                **_operation("The slots that a draft of settings would offer; nothing is stored", "PreviewView", [_BRANCH]),
                "requestBody": {"required": True, "content": _json("PreviewRequest")},
            }
        },
    }
    for operations in paths.values():
        for operation in operations.values():
            operation["security"] = [{"staff": []}]
    return paths


def _slots_query(most: int) -> list[dict[str, Any]]:
    return [
        {"name": "resource", "in": "query", "required": True, "schema": _TEXT},
        {
            "name": "template",
            "in": "query",
            "description": "Left out: the first that the resource shows, if it shows any.",
            "schema": _TEXT,
        },
        {
            "name": "from",
            "in": "query",
            "description": "A day of the branch; today if left out.",
            "schema": {"type": "string", "format": "date"},
        },
        {"name": "days", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": most}},
        {"name": "fresh", "in": "query", "description": "Anything new: past the shared cache.", "schema": _TEXT},
    ]


def _operation(
    summary: str, body: str | None = None, parameters: list[dict[str, Any]] | None = None, status: str = "200"
) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done"}
    if body:
        done["content"] = _json(body)
    return {"summary": summary, "parameters": parameters or [], "responses": {status: done}}


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _schemas() -> dict[str, object]:
    """JSON schemas of all bodies, by name."""
    _, schemas = msgspec.json.schema_components(BODIES, ref_template="#/components/schemas/{name}")
    return schemas
