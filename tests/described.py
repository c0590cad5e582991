"""Whether an answer is one that the description has: all that tests ask over HTTP is held against it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import msgspec

from chalicelib.api.dispatch import named
from chalicelib.api.openapi import codes_of
from chalicelib.api.routes import ROUTES, Route
from chalicelib.api.schemas import Refusal

STAGE = "/api"
_LITERAL_FIRST = sorted(ROUTES, key=lambda route: [("{" in part, part) for part in route.path.split("/")])


def hold(method: str, path: str, status: int, headers: Mapping[str, str], text: str) -> None:
    """Raises AssertionError for a status, a code or a body that the route's description does not name."""
    route = route_of(method, path)
    if route is None:
        return
    where = f"{method} {route.path}: {status} {text[:300]}"
    media = headers.get("Content-Type", "").partition(";")[0]
    if status in (route.status, *route.others):
        if status in (204, 304):
            assert text == "", where
            return
        assert media == (route.answer if route.is_file else "application/json"), where
        if route.answer and not route.is_file:
            msgspec.json.decode(text, type=named(route.answer))
        return
    assert msgspec.json.decode(text, type=Refusal).code in codes_of(route).get(status, ()), where


def route_of(method: str, path: str) -> Route | None:
    """None for what is no route."""
    within = path.partition("?")[0].removeprefix(STAGE).rstrip("/")
    return next((route for route in _LITERAL_FIRST if route.method == method and _pattern(route.path).fullmatch(within)), None)


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
