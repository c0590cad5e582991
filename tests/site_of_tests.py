"""The whole product on this machine, as the local run puts it together, with branches made for tests."""

from __future__ import annotations

import importlib
import json
import os
import secrets
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from chalice.local import LambdaContext

from chalicelib import wiring
from chalicelib.domain.settings import Settings
from infra.local.cognito import Cognito
from infra.local.engine import LocalAws
from infra.local.loop import Loop, scheduled_event
from infra.local.outbox import Mail, Outbox, Sms
from infra.local.pages import Pages
from infra.local.pool import Pool, ensure_pool
from infra.local.server import Application, serve
from infra.local.site import Files, of_site
from infra.site.build import built
from tests import described
from tests.builders import availability, new_address, new_branch_id, settings
from tests.bundle import Functions
from tests.proofs import proof
from tests.race import PATIENCE

Found = TypeVar("Found")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class TestBranch:
    """A branch of a test's own, with one released resource."""

    __test__ = False

    settings: Settings
    resource: str = "cabin-1"

    @property
    def id(self) -> str:
        return self.settings.branch.id

    @property
    def alias(self) -> str:
        return self.settings.accesses[0].alias


def token_of(address: str) -> str:
    """What opens the appointment, in a link to the customer's own page."""
    return address.partition("#")[2].partition("&")[0]


class Site:
    """`url` is where it runs, `pool` holds who may sign in."""

    def __init__(self, url: str, outbox: Outbox, pool: Pool, functions: Any) -> None:
        self.url = url
        self.pool = pool
        self._outbox = outbox
        self._functions = functions

    def branch(self, *availabilities: Any, **overrides: Any) -> TestBranch:
        """A fresh branch, open 08:00 to 18:00 every day in steps of 30 minutes unless `availabilities` say otherwise."""
        opened = availabilities or (availability("08:00-18:00"),)
        unlimited = {
            "most_open_requests": None,
            "most_requests_a_day": None,
            "most_unproved_an_hour": 10_000,
            "most_unproved_open": 100_000,
        }
        branch_settings = settings(
            *opened,
            **{"id": new_branch_id(), "email": f"{secrets.token_hex(4)}@praxis.example.org", **unlimited} | overrides,
        )
        wiring.store().replace_settings(branch_settings)
        return TestBranch(branch_settings)

    def prove(self, branch: TestBranch, email: str = "erika@example.org") -> None:
        """As if a link from one of its mails had been used."""
        wiring.addresses().prove(branch.id, wiring.secret().mailbox(email), wiring.now())

    def change(self, settings: Settings) -> None:
        """Writes settings, which count at once, also in processes that have read others a moment ago."""
        wiring.store().replace_settings(settings)
        if isinstance(self._functions, Functions):
            self._functions.forget()

    def sweep(self) -> None:
        """Does what is due now, as the schedule does each minute."""
        self._functions.handler_map["sweep"](scheduled_event(), LambdaContext("sweep", 256, 60_000))

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, headers=headers)

    def send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """What is answered, which is held against the description."""
        answer = self._sent(method, path, body, headers)
        described.hold(method, path, answer.status, answer.headers, answer.text)
        return answer

    def _sent(self, method: str, path: str, body: bytes | None, headers: dict[str, str] | None) -> Answer:
        request = urllib.request.Request(f"{self.url}{path}", data=body, method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read().decode())

    def slots(self, branch: TestBranch, query: str = "") -> Any:
        return self.get(f"/api/v1/access/{branch.alias}/slots?resource={branch.resource}{query}").json

    def request(self, branch: TestBranch, body: Any, key: str | None = None) -> Answer:
        """Posts a request for an appointment with a key and a proof of its own unless one is given."""
        if isinstance(body, dict) and "proof" not in body:
            body = body | {"proof": proof(branch.alias)}
        headers = {"Content-Type": "application/json", "Idempotency-Key": key or secrets.token_hex(16)}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send("POST", f"/api/v1/access/{branch.alias}/appointments", content, headers)

    def book(self, branch: TestBranch, start: str, **fields: Any) -> Any:
        """Books over HTTP; the appointment as answered."""
        given = {"resource": branch.resource, "start": start, "last_name": "Mustermann", "email": new_address()}
        answer = self.request(branch, given | fields)
        assert answer.status == 201, answer.text
        return answer.json

    def token(self, groups: Sequence[str] = ("staff",), branches: Sequence[str] = ("demo",)) -> str:
        """A new user's ID token, as signing in gives it; for `Authorization: Bearer <token>`."""
        return self.sign_in(groups, branches)["IdToken"]

    def sign_in(self, groups: Sequence[str], branches: Sequence[str], pool: Pool | None = None) -> dict[str, str]:
        """All tokens of a new user, of this site's pool unless another one is given."""
        name, password = f"user-{secrets.token_hex(4)}", secrets.token_hex(8)
        pool = pool or self.pool
        pool.ensure_user(name, password, groups, branches)
        return pool.sign_in(name, password)

    def mails(self, to: str) -> list[Mail]:
        return [mail for mail in self._outbox.mails() if mail.to == to]

    def texts(self, to: str) -> list[Sms]:
        return [text for text in self._outbox.texts() if text.to == to]

    def mail(self, to: str) -> Mail:
        """The one mail to an address, waited for."""
        [only] = self.arrived(to)
        return only

    def arrived(self, to: str, count: int = 1) -> list[Mail]:
        """The mails to an address once there are so many, the newest first."""
        found = self.wait_for(lambda: found if len(found := self.mails(to)) >= count else [])
        assert found, f"no {count} mails came within {PATIENCE:.0f} s"
        return found

    def wait_for(self, look: Callable[[], Found]) -> Found:
        """What `look` finds, once it finds anything. It looks whenever something has been sent."""
        return self._outbox.wait_for(look, PATIENCE)

    @contextmanager
    def delivering(self, streams: Any, table: str) -> Iterator[None]:
        """What a table owes goes out. `streams` is boto3's client for DynamoDB Streams."""
        with Loop(self._functions, streams, table, self._outbox).running(PATIENCE):
            yield


@contextmanager
def running_site(aws: LocalAws, sender: str, bundle: Path | None = None) -> Iterator[Site]:
    """The server on a thread of this process, so that a test can count what the store does.

    The functions too, unless `bundle` is the folder of an unpacked one: they run from there alone.
    """
    assert aws.mails is not None
    aws.client("sesv2").create_email_identity(EmailIdentity=sender)
    with socket.socket() as listening, ExitStack() as running:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1024)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        pool = ensure_pool(aws.client("cognito-idp"), "terminwerk-staff", url)
        os.environ.update(pool.environment, SITE_URL=url)
        for made in vars(wiring).values():
            if hasattr(made, "cache_clear"):
                made.cache_clear()
        app = importlib.import_module("app").app
        functions = running.enter_context(Functions(bundle, app.routes)) if bundle else app
        outbox = Outbox(Path(aws.mails))
        bridge = importlib.import_module("infra.local.bridge").Bridge(functions, pool.authorizer)
        files = Files(of_site(built))
        application = Application(bridge, Pages(outbox), files, Cognito(aws.endpoint), lambda: None)
        threading.Thread(target=serve, args=(application, listening), daemon=True).start()
        yield Site(url, outbox, pool, functions)
