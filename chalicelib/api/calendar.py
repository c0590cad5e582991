"""Calendars to subscribe to."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.api.http import Request, file

FOR_ONE_READER = "private, max-age=300"
"""A calendar program asks again and again; nobody else may keep what it gets."""


def subscribe(request: Request, token: str) -> Response:
    return file(request.use_cases.calendar_feed(token), "text/calendar", cache_control=FOR_ONE_READER)
