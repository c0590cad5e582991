"""`python -m infra.local` runs everything on this machine at PORT; `python -m infra.local demo-reset` renews the demo.

What is kept is under .local/PORT: the local AWS's state, the mails, and the secret that signs the customers' links.
LOCAL_STATE names another folder than .local, for tests.
"""

import http.client
import importlib
import logging
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from infra.local import users
from infra.local.bridge import Bridge
from infra.local.cognito import Cognito
from infra.local.engine import CREDENTIALS, REGION, EngineError, LocalAws, endpoint_file, state_folder
from infra.local.loop import Loop
from infra.local.outbox import Outbox
from infra.local.pages import CUSTOMER_LINK, Pages
from infra.local.pool import Pool, ensure_pool
from infra.local.server import RESET, RESET_HEADER, Application, serve
from infra.local.site import Files, of_site
from infra.local.table import create_table
from infra.site.build import current

TABLE = "terminwerk"
SENDER = "termine@example.org"


class Stop(SystemExit):
    """Raised by a signal: everything that was started ends, wherever it was. Waitress returns on it."""


def main(arguments: list[str]) -> int:
    port = int(os.environ.get("PORT") or 8000)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _raise_stop)  # also where the shell had SIGINT ignored for what it runs behind its back
    try:
        if arguments == ["demo-reset"]:
            if not _reset_where_it_runs(port):
                _reset_here(port)
            print("The demo's data and dates are new.")
        else:
            _run(port)
    except Stop:
        return 0
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _raise_stop(*_: object) -> NoReturn:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # an impatient second Ctrl-C must not cut off saving
    raise Stop


def _run(port: int) -> None:
    with _listening(port) as listening, _started(port) as (aws, outbox, pool):
        demo = importlib.import_module("infra.local.demo")
        app = importlib.import_module("app").app
        app.log.setLevel(logging.ERROR)  # figures of every minute are for alarms
        demo.ensure(users.subjects(pool))
        bridge = Bridge(app, pool.authorizer)
        site = Files(of_site(current))
        loop = Loop(app, aws.client("dynamodbstreams"), TABLE, outbox=outbox)
        with _watched(aws), loop.running():
            _greet(port)
            serve(Application(bridge, Pages(outbox), site, Cognito(aws.endpoint), _reset(outbox, pool)), listening)


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """Taken before anything else: who holds the port holds .local/PORT as well."""
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
            listening.listen(1024)
        except OSError as error:
            raise EngineError(f"Port {port} is in use or not allowed. Choose another one: PORT=8001 make run") from error
        yield listening


@contextmanager
def _started(port: int) -> Iterator[tuple[LocalAws, Outbox, Pool]]:
    """The local AWS with table, users and sender, and the environment that the application reads."""
    folder = state_folder(port)
    with LocalAws(folder / "aws", folder / "outbox") as aws:
        os.environ.update(_environment(port, aws, _secret(folder / "secret")))
        for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"):
            os.environ.pop(name, None)
        create_table(aws.client("dynamodb"), TABLE)
        pool = ensure_pool(aws.client("cognito-idp"), users.POOL, f"http://127.0.0.1:{port}")
        users.ensure(pool)
        os.environ.update(pool.environment)
        mailer = aws.client("sesv2")
        with suppress(mailer.exceptions.AlreadyExistsException):
            mailer.create_email_identity(EmailIdentity=SENDER)
        with _known(port, aws):
            yield aws, Outbox(folder / "outbox"), pool


@contextmanager
def _known(port: int, aws: LocalAws) -> Iterator[None]:
    """Other commands find the local AWS while it runs."""
    file = endpoint_file(port)
    file.write_text(aws.endpoint)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _environment(port: int, aws: LocalAws, secret: str) -> dict[str, str]:
    return {
        **{key.upper(): value for key, value in CREDENTIALS.items()},
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "TABLE": TABLE,
        "SECRET": secret,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "MAIL_FROM": SENDER,
    }


def _secret(file: Path) -> str:
    """Made once, so that links in kept mails stay good."""
    with suppress(FileExistsError), os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
        new.write(secrets.token_hex(32))
    return file.read_text()


@contextmanager
def _watched(aws: LocalAws) -> Iterator[None]:
    """Without the local AWS nothing works: if it ends by itself, we are told to stop, and say why."""
    lost, ending, process = threading.Event(), threading.Event(), aws.process

    def wait() -> None:
        process.wait()
        if not ending.is_set():
            lost.set()
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()
    try:
        yield
    except Stop:  # where the server was not there yet to return on it
        if not lost.is_set():
            raise
    finally:
        ending.set()
    if lost.is_set():
        raise EngineError("The local AWS ended unexpectedly, so this ends too.")


def _reset(outbox: Outbox, pool: Pool) -> Callable[[], None]:
    def reset() -> None:
        importlib.import_module("app")  # builds the store; where it runs it is there already
        importlib.import_module("infra.local.demo").reset(users.subjects(pool))
        outbox.clear()

    return reset


def _reset_where_it_runs(port: int) -> bool:
    """False if nothing listens there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", RESET, headers={RESET_HEADER: "1"})
        status = connection.getresponse().status
    except ConnectionRefusedError:
        return False
    finally:
        connection.close()
    if status != 200:
        raise EngineError(f"What runs on port {port} did not renew the demo. Is it Terminwerk?")
    return True


def _reset_here(port: int) -> None:
    with _listening(port), _started(port) as (_, outbox, pool):
        _reset(outbox, pool)()


def _greet(port: int) -> None:
    site = f"http://127.0.0.1:{port}"
    links = {
        "Start here": f"{site}/",
        "A customer's link": f"{site}{CUSTOMER_LINK}",
        "A practice's homepage": f"{site}/demo-homepage",
        "The staff's planner": f"{site}/staff/index.html",
        "Mails that were sent": f"{site}/outbox",
    }
    width = max(map(len, links))
    lines = [f"  {name:<{width}}  {address}" for name, address in links.items()]
    print("\n".join(["Terminwerk is running.", *lines, "Ctrl-C ends it. What was booked is kept."]), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
