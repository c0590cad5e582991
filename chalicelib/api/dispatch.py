"""From the table of routes to the app: who asks, what was given, the handler, its answer."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import chalice.app
from chalice.app import Chalice, CognitoUserPoolAuthorizer, Response

from chalicelib.api.http import Request, StaffRequest, answer, refuse, tagged
from chalicelib.api.routes import APPOINTMENT_TOKEN, IF_NONE_MATCH, ROUTES, WITH_LINK, Query, Route
from chalicelib.domain.errors import Flaw, Invalid, NotFound, Refused

if TYPE_CHECKING:
    from chalicelib.api.use_cases import UseCases
    from chalicelib.domain.staff import Group

POOL: list[Any] = [{"Ref": "StaffPoolArn"}]
"""A parameter of the application's template: another stack keeps the pool."""
AUTHORIZER = CognitoUserPoolAuthorizer("staff", provider_arns=POOL)
LONGEST_ID = 200
AT_START = ("booking", "schemas")
"""Looking at free times and booking: imported while the function starts, where the processor is fast."""
WEEKDAYS = "1,2,3,4,5,6,7"


def register(app: Chalice, use_cases: UseCases) -> None:
    """Adds all routes to the app."""
    for module in AT_START:
        import_module(f"chalicelib.api.{module}")
    for route in ROUTES:
        more = {"authorizer": AUTHORIZER} if isinstance(route.may, tuple) else {}
        app.route(route.path, methods=[route.method], **more)(_view(app, use_cases, route))


def named(name: str) -> Any:
    """A handler or a schema, by its name in the table: the one place that imports what a request needs."""
    module, _, inside = name.partition(".")
    return getattr(import_module(f"chalicelib.api.{module}"), inside)


def _view(app: Chalice, use_cases: UseCases, route: Route) -> Callable[..., Response]:
    def answering(**in_path: str) -> Response:
        given = app.current_request
        assert given is not None
        try:
            if isinstance(route.may, tuple):
                return _to_staff(_allowed(given, use_cases, route.may, in_path), route, in_path)
            return _handled(Request(given, use_cases), route, in_path)
        except Refused as refusal:
            return refuse(refusal)

    return answering


def _allowed(given: chalice.app.Request, use_cases: UseCases, may: tuple[Group, ...], in_path: dict[str, str]) -> StaffRequest:
    """Raises Unauthorized or Forbidden, unless the caller may, and belongs to the path's branch where it has one."""
    caller = named("claims.caller_of")(given.context, use_cases.user_pool(), use_cases.now())
    caller.require(may, in_path.get("branch"))
    return StaffRequest(given, use_cases, caller)


def _to_staff(request: StaffRequest, route: Route, in_path: dict[str, str]) -> Response:
    """Notes what the answer reads of customers."""
    if any(len(each) > LONGEST_ID for each in in_path.values()):  # no key of the table may be that long
        raise NotFound
    reads = route.reads
    noted_first = reads.id if reads and route.method != "GET" else None
    if reads and noted_first:
        request.note(in_path["branch"], reads, noted_first)
    answered = _handled(request, route, in_path)
    if reads and not noted_first:
        request.note(in_path["branch"], reads, reads.id or in_path[reads.kind])
    return answered


def _handled(request: Request, route: Route, in_path: dict[str, str]) -> Response:
    """What the handler answers: an answer as it is, or the body of one."""
    handler = named(route.handler)  # with what it needs, its schemas too
    told: dict[str, Any] = dict(in_path)
    told |= {each.parameter: _asked(request, each) for each in route.query if each.type != "unread"}
    told |= {each.into: request.header(each.name) for each in route.headers}
    if route.may == WITH_LINK:
        told[APPOINTMENT_TOKEN.into] = request.header(APPOINTMENT_TOKEN.name)
    if route.body:
        told["body"] = request.body(named(route.body), route.largest)
    answered = handler(request, **told)
    if isinstance(answered, Response):
        return answered
    whole = answer(answered, route.status)
    return tagged(whole, request.header(IF_NONE_MATCH.name)) if route.is_tagged else whole


def _asked(request: Request, query: Query) -> object:
    """A parameter of the query. Raises Invalid with its name."""
    match query.type:
        case "date":
            return request.query_date(query.name)
        case "clock":
            return request.query_clock(query.name)
        case "instant":
            return request.query_instant(query.name)
        case "number":
            return request.query_number(query.name, query.default)
        case "ids":
            return [each for each in (request.query(query.name) or "").split(",") if each]
        case "weekdays":
            days = frozenset((request.query(query.name) or WEEKDAYS).split(","))
            if not days <= set(WEEKDAYS.split(",")):
                raise Invalid({query.name: Flaw("weekdays")})
            return frozenset(map(int, days))
        case "flag":
            return request.query(query.name) == "1"
    text = request.query(query.name)
    if query.required and text is None:
        raise Invalid({query.name: Flaw("required")})
    if query.choices and text is not None and text not in query.choices:
        raise Invalid({query.name: Flaw("choice")})
    return text
