"""`/v1/openapi.json`: made from the schemas, so that it cannot say anything else than the code."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from chalicelib.api import customer_schemas as people
from chalicelib.api import desk_schemas as desk
from chalicelib.api import message_schemas as mails
from chalicelib.api import setup_schemas as settings
from chalicelib.api.callback_schemas import CallbackMade, CallbackRequest
from chalicelib.api.draft_schemas import PreviewRequest, PreviewView
from chalicelib.api.schemas import (
    AccessView,
    AppointmentRequest,
    CallerView,
    ChallengeView,
    Created,
    GlanceView,
    Health,
    Refusal,
    SignInView,
    WeekView,
)
from chalicelib.api.visit_schemas import AppointmentView, Confirmation, ErasureRequest, KeptView, NewTime, OtherAddress

BODIES: tuple[type[msgspec.Struct], ...] = (
    AppointmentRequest,
    AccessView,
    ChallengeView,
    WeekView,
    GlanceView,
    Created,
    CallbackRequest,
    CallbackMade,
    AppointmentView,
    NewTime,
    Confirmation,
    OtherAddress,
    ErasureRequest,
    KeptView,
    CallerView,
    SignInView,
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
_ACCESS_TOKEN = {
    "name": "Access-Token",
    "in": "header",
    "required": True,
    "description": "The caller's access token of the user pool, which is asked about it again.",
    "schema": _TEXT,
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
        "/v1/sign-in": {"get": _operation("Where staff sign in", "SignInView")},
        "/v1/sign-out": {"post": _operation("Have the browser forget what the staff's pages keep")},
        "/v1/access/{alias}": {"get": _operation("What a booking link opens", "AccessView", [_ALIAS])},
        "/v1/access/{alias}/slots": {
            "get": _operation("Free and taken starts by day", "WeekView", [_ALIAS, *_slots_query(31)])
        },
        "/v1/access/{alias}/days": {
            "get": _operation("How many free starts each day has", "GlanceView", [_ALIAS, *_slots_query(92)])
        },
        "/v1/access/{alias}/challenge": {"get": _operation("What a booking must prove", "ChallengeView", [_ALIAS])},
        "/v1/access/{alias}/appointments": {
            "post": {
                **_operation("Ask for a time, which is taken at once", "Created", [_ALIAS, _KEY], status="201"),
                "requestBody": {"required": True, "content": _json("AppointmentRequest")},
            }
        },
        "/v1/access/{alias}/callbacks": {
            "post": {
                **_operation("Ask to be called back; no time is held", "CallbackMade", [_ALIAS, _KEY], status="201"),
                "requestBody": {"required": True, "content": _json("CallbackRequest")},
            }
        },
        **_visit_paths(),
        "/v1/appointment/calendar.ics": {
            "get": {
                **_operation("The appointment as a calendar file", parameters=[_TOKEN]),
                "responses": {"200": {"description": "Done", "content": {"text/calendar": {"schema": _TEXT}}}},
            }
        },
        "/v1/calendar/{token}": {
            "get": {
                **_operation("The busy times of a resource, to subscribe to", parameters=_of_path("/v1/calendar/{token}")),
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


def _visit_paths() -> dict[str, dict[str, Any]]:
    """What the customer's link opens."""
    week = [parameter for parameter in _slots_query(31) if parameter["name"] in ("from", "days")]
    paths: dict[str, dict[str, Any]] = {
        "": {"get": _operation("The customer's appointment", "AppointmentView", [_TOKEN])},
        "/slots": {"get": _operation("The starts to which it may be moved", "WeekView", [_TOKEN, *week])},
        "/export": {"get": _operation("All that is kept of the customer with it", "KeptView", [_TOKEN])},
        "/cancel": {"post": _operation("Cancel it", "AppointmentView", [_TOKEN])},
        "/move": {"post": _operation("Move it to an offered start", "AppointmentView", [_TOKEN])},
        "/confirm": {"post": _operation("Confirm the address; by a link from a mail only", "AppointmentView", [_TOKEN])},
        "/disown": {"post": _operation("Somebody else asked; by a link from a mail only", "AppointmentView", [_TOKEN])},
        "/disown/undo": {"post": _operation("Take that back, within 24 hours", "AppointmentView", [_TOKEN])},
        "/address": {
            "post": _operation("Give the request another e-mail address, just after it was made", "Created", [_TOKEN])
        },
        "/erase": {"post": _operation("Erase what came with the request", "AppointmentView", [_TOKEN])},
        "/reminders/stop": {"post": _operation("No reminders any more", "AppointmentView", [_TOKEN])},
    }
    bodies = {"/move": "NewTime", "/confirm": "Confirmation", "/address": "OtherAddress", "/erase": "ErasureRequest"}
    ended = "By a link that has ended: online acts with its address end"
    paths["/disown"]["post"]["responses"]["204"] = {"description": ended}
    for path, body in bodies.items():
        paths[path]["post"]["requestBody"] = {"required": True, "content": _json(body)}
    return {f"/v1/appointment{path}": operations for path, operations in paths.items()}


Described = tuple[str, str, str, type[msgspec.Struct] | None, type[msgspec.Struct] | None]
"""Method, path below the branch, summary, the request's body, the answer's."""
PLANNER: tuple[Described, ...] = (
    ("get", "planner", "Days of the planner, with the hours of all resources", None, desk.PlannerView),
    ("get", "inbox", "What waits for staff", None, desk.InboxView),
    ("post", "inbox/{entry}/done", "Tick an entry off", None, desk.InboxView),
    ("get", "free", "The next free times of several resources", None, desk.FreeView),
    ("post", "appointments", "Make an appointment, a series, or block time", desk.BookRequest, desk.BookedView),
    ("get", "appointments/{appointment}", "All of one appointment", None, desk.DetailView),
    ("post", "appointments/{appointment}/status", "Confirm, decline, cancel ...", desk.AnswerRequest, desk.DetailView),
    ("post", "appointments/{appointment}/move", "Another time, length or resource", desk.MoveRequest, desk.DetailView),
    ("post", "appointments/{appointment}/customer", "Say whom it is for", desk.MatchRequest, desk.DetailView),
    ("post", "appointments/{appointment}/tell", "Tell the customer how it stands", desk.TellRequest, desk.DetailView),
    (
        "post",
        "appointments/{appointment}/message",
        "The message that an action would send",
        desk.MessagePreviewRequest,
        desk.MessagePreview,
    ),
    (
        "post",
        "appointments/{appointment}/void-link",
        "End the links that were sent; later messages carry a new one",
        desk.VoidLinkRequest,
        desk.DetailView,
    ),
    ("post", "closings", "Close a time and settle what stands in it", desk.ClosingRequest, desk.ClosingView),
    ("post", "requests/decline", "Decline all that was asked for in a span", desk.WaveRequest, desk.WaveView),
    ("get", "requests/turned-away", "How many online requests were turned away lately", None, desk.TurnedAwayView),
    ("post", "preview", "The slots that a draft of settings would offer; nothing is stored", PreviewRequest, PreviewView),
)
CUSTOMERS: tuple[Described, ...] = (
    ("post", "search", "Customers, their coming appointments and unmatched requests", people.SearchRequest, people.SearchView),
    ("get", "appointments/{appointment}/matches", "Who may have sent a request", None, people.MatchesView),
    ("post", "customers", "Make a customer", people.CustomerBody, people.CustomerView),
    ("get", "customers/{customer}", "All of one customer", None, people.CustomerView),
    ("put", "customers/{customer}", "Change a customer", people.CustomerBody, people.CustomerView),
    ("post", "customers/{customer}/merge", "Make one of two customers", people.MergeRequest, people.CustomerView),
    ("post", "customers/{customer}/erase", "Erase a customer", people.EraseRequest, None),
    ("get", "customers/{customer}/export", "All that is kept of one person", None, people.ExportView),
    ("get", "record", "Who changed what in a month, the latest first", None, people.RecordView),
    ("get", "record.csv", "The same of the whole month, as CSV", None, None),
    ("get", "readings", "Who looked at whose data in a month, by the hour, the latest first", None, people.RecordView),
    ("get", "readings.csv", "The same of the whole month, as CSV", None, None),
    ("get", "figures", "Figures by week and resource", None, people.FiguresView),
)
SETUP: tuple[Described, ...] = (
    ("get", "settings", "What the branch has set", None, settings.SettingsView),
    ("put", "settings", "Change what is given, if nobody else has since", settings.SettingsBody, settings.SavedView),
    ("post", "online", "Let customers ask online, or not", settings.Online, settings.Online),
    (
        "post",
        "texts/preview",
        "A message in words of the branch's own, for an invented appointment; nothing is stored",
        settings.TextBody,
        settings.TextPreview,
    ),
    ("get", "accesses", "What links carry", None, settings.AccessesView),
    ("post", "accesses", "Make a booking link or a calendar", settings.AccessRequest, settings.AccessesView),
    ("post", "accesses/{access}/revoke", "Revoke an access, for good", None, settings.AccessesView),
    (
        "post",
        "employees/{employee}/account",
        "Give a technical employee an account, or take it away",
        settings.AccountChange,
        settings.SettingsView,
    ),
    ("get", "users", "The accounts of the caller's branches", None, settings.UsersView),
    ("post", "users", "Invite an employee to an account", settings.InviteRequest, settings.UsersView),
    ("put", "users/{user}", "What a user may in the caller's branches", settings.UserChange, settings.UsersView),
)
MESSAGES: tuple[Described, ...] = (
    ("get", "messages", "Messages that did not arrive, or were not wanted", None, mails.TroublesView),
    (
        "post",
        "appointments/{appointment}/messages/{message}/again",
        "Send such a message again, within a minute",
        None,
        mails.TroublesView,
    ),
    ("get", "sender", "Whether mail goes out", None, mails.SenderView),
    ("post", "sender/test", "Send a test message to the branch or to an employee", mails.TestRequest, mails.TestView),
)
STAFF = PLANNER + CUSTOMERS + SETUP + MESSAGES
"""What only those may who are signed in, in their own branches: `unauthorized` and `forbidden` otherwise."""
_QUERIES: dict[str, tuple[str, ...]] = {
    "record": ("month", "before"),
    "record.csv": ("month",),
    "readings": ("month", "before"),
    "readings.csv": ("month",),
    "figures": ("from", "weeks"),
    "planner": ("from", "days"),
    "appointments/{appointment}": ("customer", "write_to"),
    "inbox": ("after", "limit"),
    "inbox/{entry}/done": ("after", "limit"),
    "free": ("resources", "template", "minutes", "from", "weekdays", "count", "all"),
}
_HEADERS: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "appointments"): _KEY,
    ("get", "users"): _ACCESS_TOKEN,
    ("post", "users"): _ACCESS_TOKEN,
    ("put", "users/{user}"): _ACCESS_TOKEN,
}
_CREATED = {("post", "appointments"), ("post", "customers"), ("post", "accesses"), ("post", "users")}


def _staff_paths() -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {"/v1/staff/me": {"get": _operation("Who is signed in", "CallerView")}}
    for method, path, summary, request, body in STAFF:
        parameters = [_BRANCH, *_of_path(path), *_of_query(path)]
        if (method, path) in _HEADERS:
            parameters.append(_HEADERS[method, path])
        status = "201" if (method, path) in _CREATED else "200"
        operation = _operation(summary, body.__name__ if body else None, parameters, status)
        if request:
            operation["requestBody"] = {"required": True, "content": _json(request.__name__)}
        paths.setdefault(f"/v1/staff/branches/{{branch}}/{path}", {})[method] = operation
    for operations in paths.values():
        for operation in operations.values():
            operation["security"] = [{"staff": []}]
    return paths


def _of_path(path: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": _TEXT} for name in re.findall(r"\{(\w+)\}", path)]


def _of_query(path: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": _TEXT} for name in _QUERIES.get(path, ())]


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
    bodies = {body: None for _, _, _, *both in STAFF for body in both if body}
    _, schemas = msgspec.json.schema_components([*BODIES, *bodies], ref_template="#/components/schemas/{name}")
    return schemas
