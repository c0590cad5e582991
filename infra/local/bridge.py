"""The API behind WSGI as API Gateway would put it: a request becomes a REST proxy event, the Chalice app answers it.

The gateway's own limits and refusals, in our shape of errors. A method that a route does not have is left to the app,
which names it.
"""

import base64
import re
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote

from chalice.app import Chalice
from chalice.local import LambdaContext, LocalChalice

from infra.local import web
from infra.local.authorizer import Claims, nobody
from infra.local.web import Answer, Request

STAGE = "/api"
BODY_LIMIT = 10 * 1024 * 1024
MAX_MILLISECONDS = 29_000


class Bridge:
    """Answers what comes under `/api`, from many threads at once. `app` is called as Lambda calls it, and tells its `routes`.

    Where a route has an authorizer, `authorize` takes its place: from the header to the claims, or None.
    """

    def __init__(self, app: Any, authorize: Callable[[str], Claims | None] = nobody) -> None:
        self._app = _each_thread_its_request(app)
        self._authorize = authorize
        literal_parts_first = sorted(app.routes, key=lambda route: [("{" in part, part) for part in route.split("/")])
        self._routes = [(route, _pattern(route)) for route in literal_parts_first]

    def __call__(self, request: Request) -> Answer:
        length = int(request.environ.get("CONTENT_LENGTH") or 0)
        if length > BODY_LIMIT:
            return web.error(413, "too_large", "The request is too large.")
        event = self._event(request, request.environ["wsgi.input"].read(length) if length else b"")
        if event is None:
            return web.error(404, "not_found", "There is nothing at this address.")
        if not self._let_in(event):
            return web.error(401, "unauthorized", "Please sign in.")
        return _answer(self._app(event, LambdaContext("api", 256, MAX_MILLISECONDS)))

    def _let_in(self, event: dict[str, Any]) -> bool:
        """Puts the claims where the gateway puts them. What has no authorizer is open, as there."""
        route = self._app.routes[event["resource"]].get(event["httpMethod"])
        if route is None or route.authorizer is None:
            return True
        claims = self._authorize(event["headers"].get("authorization", ""))
        event["requestContext"]["authorizer"] = {"claims": claims}
        return claims is not None

    def _event(self, request: Request, body: bytes) -> dict[str, Any] | None:
        path = _path(request)
        matches = ((route, found) for route, pattern in self._routes if (found := pattern.fullmatch(path)))
        route, found = next(matches, ("", None))
        if found is None:
            return None
        headers = _headers(request)
        query = parse_qs(request.environ.get("QUERY_STRING", ""), keep_blank_values=True) or None
        return {
            "resource": route,
            "path": path,
            "httpMethod": request.method,
            "headers": headers,
            "multiValueHeaders": {name: [value] for name, value in headers.items()},
            "queryStringParameters": query and {name: values[-1] for name, values in query.items()},
            "multiValueQueryStringParameters": query,
            "pathParameters": found.groupdict() or None,
            "stageVariables": None,
            "requestContext": _context(request, route),
            **_body(body),
        }


def _each_thread_its_request(app: Any) -> Any:
    """A Chalice app holds the one current request, as a Lambda process has only one; threads need one each.

    What is no Chalice app runs in processes of its own.
    """
    if isinstance(app, Chalice) and not isinstance(app, LocalChalice):
        app.__class__ = type("LocalApp", (LocalChalice, type(app)), {})
    return app


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(route)))


def _path(request: Request) -> str:
    """Still encoded, as the gateway hands it on, and without the stage."""
    raw = quote(str(request.environ["PATH_INFO"]).encode("latin-1"), safe="/~!$&'()*+,;=:@-._")
    return raw.removeprefix(STAGE).rstrip("/") or "/"


def _headers(request: Request) -> dict[str, str]:
    named = {key.removeprefix("HTTP_"): value for key, value in request.environ.items() if key.startswith("HTTP_")}
    typed = {key: request.environ[key] for key in ("CONTENT_TYPE", "CONTENT_LENGTH") if request.environ.get(key)}
    return {key.replace("_", "-").lower(): value for key, value in (named | typed).items()}


def _context(request: Request, route: str) -> dict[str, Any]:
    identity = {"sourceIp": request.environ.get("REMOTE_ADDR", ""), "userAgent": request.header("User-Agent")}
    return {
        "httpMethod": request.method,
        "resourcePath": route,
        "path": STAGE + _path(request),
        "stage": STAGE.strip("/"),
        "requestId": str(uuid.uuid4()),
        "requestTimeEpoch": int(time.time() * 1000),
        "identity": identity,
    }


def _body(body: bytes) -> dict[str, Any]:
    try:
        return {"body": body.decode() if body else None, "isBase64Encoded": False}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _answer(result: dict[str, Any]) -> Answer:
    several = {name: ", ".join(values) for name, values in (result.get("multiValueHeaders") or {}).items()}
    named = {"Content-Type": "application/json", **(result.get("headers") or {}), **several}
    headers = {name.title(): str(value) for name, value in named.items()}
    body = result.get("body") or ""
    content = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    return Answer(content, int(result["statusCode"]), headers)
