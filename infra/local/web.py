"""The little of HTTP that the bridge, the site and the local pages share: a request, an answer, and how one is sent."""

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

Environ = dict[str, Any]
COMPRESSIBLE = ("text/", "application/json", "image/svg+xml")
WORTH_COMPRESSING = 860  # bytes; below that a packet is saved by nothing


@dataclass(frozen=True)
class Request:
    environ: Environ

    @property
    def method(self) -> str:
        return str(self.environ["REQUEST_METHOD"])

    @cached_property
    def path(self) -> str:
        """Decoded; WSGI hands over bytes in the guise of latin-1."""
        return str(self.environ["PATH_INFO"]).encode("latin-1").decode("utf-8", "replace")

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.environ.get("QUERY_STRING", ""), keep_blank_values=True))

    def header(self, name: str) -> str:
        return str(self.environ.get(f"HTTP_{name.upper().replace('-', '_')}", ""))


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.headers.get("Content-Type", "")


def html(text: str, headers: Mapping[str, str] | None = None) -> Answer:
    always = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
    return Answer(text.encode(), headers={**always, **(headers or {})})


def data(value: Any, status: int = 200) -> Answer:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Answer(json.dumps(value, ensure_ascii=False).encode(), status, headers)


def error(status: int, code: str, message: str) -> Answer:
    return data({"code": code, "message": message}, status)


def send(answer: Answer, request: Request, start_response: Any) -> Iterable[bytes]:
    """Compresses where it is asked for and pays; a HEAD gets the headers of its GET."""
    headers, body = {**answer.headers}, answer.body
    if answer.kind.startswith(COMPRESSIBLE) and len(body) >= WORTH_COMPRESSING:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.header("Accept-Encoding"):
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, 6, mtime=0)
    if answer.status not in (HTTPStatus.NOT_MODIFIED, HTTPStatus.NO_CONTENT):
        headers["Content-Length"] = str(len(body))
    start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(headers.items()))
    return [] if request.method == "HEAD" else [body]
