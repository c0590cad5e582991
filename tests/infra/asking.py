"""Asks a WSGI application without a server in between."""

import io
from typing import Any

from infra.local.server import Application
from infra.local.web import Answer, Request


def environ(path: str, method: str = "GET", body: bytes = b"", **headers: str) -> dict[str, Any]:
    path, _, query = path.partition("?")
    named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "127.0.0.1:8000",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/json",
        "wsgi.input": io.BytesIO(body),
        **named,
    }


def request(path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Request:
    return Request(environ(path, method, body, **headers))


def ask(application: Application, path: str, method: str = "GET", **headers: str) -> Answer:
    said: dict[str, Any] = {}

    def start(status: str, sent: list[tuple[str, str]]) -> None:
        said.update(status=int(status.split()[0]), headers=dict(sent))

    body = b"".join(application(environ(path, method, b"", **headers), start))
    return Answer(body, said["status"], said["headers"])
