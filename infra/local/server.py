"""One origin for all: the API under /api, the local pages, and the site for the rest, under waitress."""

import logging
import socket
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import waitress

from infra.local import web
from infra.local.bridge import STAGE
from infra.local.cognito import COGNITO
from infra.local.security import PATH, security_txt
from infra.local.site import KINDS, Files, cdn_headers
from infra.local.web import Answer, Environ, Request

THREADS = 48  # more than the clients of a race, so that they meet in the store and not in a queue
RESET = "/demo/reset"
# A page of another origin can send neither this header nor JSON without asking first, and is never answered.
RESET_HEADER = "Terminwerk-Local"
OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")


class Application:
    """The WSGI application. Errors are printed by kind: what they say, and what was asked, may name a person."""

    def __init__(
        self,
        api: Callable[[Request], Answer],
        pages: Callable[[Request], Answer | None],
        site: Files,
        sign_in: Callable[[Request], Answer],
        reset: Callable[[], None],
    ) -> None:
        self._api, self._pages, self._site, self._sign_in, self._reset = api, pages, site, sign_in, reset

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        try:
            answer = self._answer(request)
        except Exception as error:  # noqa: BLE001 (the last resort, as API Gateway's 500)
            print(f"request: {type(error).__name__}", file=sys.stderr, flush=True)
            answer = web.error(500, "internal", "Something went wrong here. Please try again.")
        return web.send(answer, request, start_response)

    def _answer(self, request: Request) -> Answer:
        if not _is_meant_for_us(request):
            return web.error(421, "misdirected", "This address is not this machine's own.")
        path = request.path
        if path == STAGE or path.startswith(f"{STAGE}/"):
            return with_cdn_headers(self._api(request), path)
        if path == RESET:
            return self._reset_demo(request)
        if path == COGNITO:
            return self._sign_in(request)
        if path == PATH and request.method in ("GET", "HEAD"):
            text = security_txt("technik@example.org", f"http://{request.header('Host')}", datetime.now(UTC))
            return with_cdn_headers(Answer(text.encode(), headers={"Content-Type": KINDS[".txt"]}), path)
        page = self._pages(request) if request.method in ("GET", "HEAD") else None
        if page is not None:
            return page
        return with_cdn_headers(self._site(request, "/index.html" if path == "/" else path), path)

    def _reset_demo(self, request: Request) -> Answer:
        if request.method != "POST" or not request.header(RESET_HEADER):
            return web.error(404, "not_found", "There is nothing at this address.")
        self._reset()
        return web.data({"status": "ok"})


def _is_meant_for_us(request: Request) -> bool:
    """Whether the browser asks for this machine by its own name. Else a stranger's page, whose name leads here meanwhile, would
    read what the outbox shows."""
    port = request.environ["SERVER_PORT"]
    own = {f"{name}:{port}" for name in OWN_NAMES} | (set(OWN_NAMES) if port == "80" else set())
    return request.header("Host").lower() in own


def with_cdn_headers(answer: Answer, path: str) -> Answer:
    return Answer(answer.body, answer.status, {**answer.headers, **cdn_headers(path)})


def serve(application: Application, listening: socket.socket) -> None:
    """Until KeyboardInterrupt or SystemExit is raised in this thread."""
    logging.getLogger("waitress").setLevel(logging.CRITICAL)  # its messages name paths
    server = waitress.create_server(
        application,
        sockets=[listening],
        threads=THREADS,
        connection_limit=1000,
        max_request_body_size=100 * 1024 * 1024,  # above the gateway's limit, so that ours answers
        ident=None,
        asyncore_use_poll=True,
    )
    try:
        server.run()
    finally:
        server.close()
