"""The whole product in this process: its functions as AWS calls them, its store on a real engine. Time, the providers and the
user pool are the harness's own."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from chalicelib import wiring
from chalicelib.domain.accounts import Account
from chalicelib.domain.appointment import Proof
from chalicelib.domain.mail import Mail, Sms
from chalicelib.domain.staff import Group
from chalicelib.domain.work import Challenge
from chalicelib.messages import send
from chalicelib.planner.admin.users import Users
from chalicelib.store import message_log, table
from chalicelib.store.locks import Locks
from chalicelib.store.models import Item
from infra.local import bridge
from infra.local.engine import CREDENTIALS, REGION, DynamoDbLocal, Engine, LocalAws
from infra.local.table import create_table
from infra.local.web import Request

TABLE = "terminwerk"
SECRET = "a secret for proofs that is long enough"
POOL, CLIENT = "https://pool.example.org/staff", "pages"
ENGINES: dict[str, Callable[[], Engine]] = {"local-aws": LocalAws, "dynamodb-local": DynamoDbLocal}
PATIENT = 60.0
"""Seconds that the store waits for its engine. AWS is as quick as ever, an engine on a busy machine is not."""
A_BATCH, TICK = 25, timedelta(milliseconds=1)


class Killed(BaseException):
    """The process has ended here; nothing of it runs any more."""


class Clock:
    """What the product takes for now: `moment`, and a millisecond later each time that it asks. By who, what and when the store
    knows its own writes again."""

    def __init__(self, moment: datetime) -> None:
        self.set(moment)

    def set(self, moment: datetime) -> None:
        self.moment, self._asked = moment, count()

    def jump(self, span: timedelta) -> None:
        """Whoever asks next is not told what was told before."""
        self.moment += span

    def __call__(self) -> datetime:
        return self.moment + next(self._asked) * TICK


@dataclass(frozen=True)
class Call:
    """One request of a client, which may send it again as it is. `run` is what happens where no HTTP is spoken: it gives what
    became of it in the same words."""

    method: str = ""
    path: str = ""
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    run: Callable[[], Answer] | None = None


@dataclass(frozen=True)
class Answer:
    """What a client hears; status 0: nothing, since whoever should have answered is dead."""

    status: int
    json: Any = None

    @property
    def code(self) -> str:
        return str(self.json.get("code", "")) if isinstance(self.json, dict) and self.status >= 400 else ""

    @property
    def is_done(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_unknown(self) -> bool:
        """Whether the client cannot know what became of it, and is to ask again."""
        return self.status in (0, 503)


@dataclass
class Provider:
    """Takes mails and SMS. `before` and `after` may raise what a provider says, or Killed."""

    taken: list[Mail | Sms] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None

    def __call__(self, message: Mail | Sms) -> str:
        self.before()
        self.taken.append(message)
        self.after()
        return f"provider-{len(self.taken):05}"


class Proofs:
    """Whatever is sent is a good proof, and the same one if it is sent twice."""

    def challenge(self, alias: str, steps: int, now: datetime) -> Challenge:
        return Challenge("digest", "salt", steps, "signature")

    def read(self, alias: str, proof: str | None, now: datetime) -> Proof | None:
        return Proof(f"{alias}-{proof}", now.replace(year=now.year + 1)) if proof else None


class Pool:
    """Accounts in memory, which knows no conditions, as the user pool knows none."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.changes: list[tuple[Account, Account]] = []

    def of_token(self, access_token: str) -> Account | None:
        return self.accounts.get(access_token)

    def account(self, user: str) -> Account | None:
        return self.accounts.get(user)

    def branches(self) -> Mapping[str, tuple[str, ...]]:
        return {user: each.branches for user, each in self.accounts.items()}

    def invite(self, user: str, email: str, branches: tuple[str, ...]) -> bool:
        made = Account(user=user, subject=f"sub-{user}", email=email, groups=frozenset(), branches=branches, status="invited")
        return self.accounts.setdefault(user, made) is made

    def grant(self, user: str, groups: frozenset[Group]) -> None:
        self.accounts[user] = replace(self.accounts[user], groups=groups)

    def change(self, before: Account, after: Account) -> None:
        self.changes.append((before, after))
        self.accounts[after.user] = after


class Door:
    """By which everybody comes in, from many threads at once."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine, self.clock = engine, clock
        self.provider, self.pool = Provider(), Pool()
        self.failures: list[str] = []
        self._database = engine.client("dynamodb")
        _environment(engine)
        _own(self)
        create_table(self._database, TABLE)
        app = __import__("app").app
        for handler in [*app.log.handlers]:
            app.log.removeHandler(handler)
        app.log.addHandler(_Failures(self.failures))
        app.log.propagate = False
        self._bridge = bridge.Bridge(app, json.loads)

    def ask(self, call: Call) -> Answer:
        """What the client hears of its call."""
        try:
            return call.run() if call.run else self._over_http(call)
        except Killed:
            return Answer(0)

    def _over_http(self, call: Call) -> Answer:
        where = urlsplit(call.path)
        body = json.dumps(call.body).encode() if call.body is not None else b""
        environ = {
            "REQUEST_METHOD": call.method,
            "PATH_INFO": f"/api{where.path}",
            "QUERY_STRING": where.query,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in call.headers.items()},
        }
        answered = self._bridge(Request(environ))
        status = int(answered.status)
        return Answer(status, json.loads(answered.body) if answered.body[:1] in (b"{", b"[") else None)

    def forget(self) -> None:
        """As new processes: nothing is known that another one has read or counted before."""
        keep = (wiring.store, wiring.settings_of_deployment)
        for made in vars(wiring).values():
            if hasattr(made, "cache_clear") and made not in keep:
                made.cache_clear()
        store = wiring.store()
        store.__init__(TABLE, sleep=lambda seconds: None)  # type: ignore[misc]  # binds anew, as a start does

    def stored(self) -> list[dict[str, Any]]:
        """All items, as they are stored."""
        pages = self._database.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def restore(self, items: list[dict[str, Any]]) -> None:
        """The table with these items and no others."""
        with suppress(self._database.exceptions.ResourceNotFoundException):
            self._database.delete_table(TableName=TABLE)
        create_table(self._database, TABLE)
        for first in range(0, len(items), A_BATCH):
            left: Any = {TABLE: [{"PutRequest": {"Item": each}} for each in items[first : first + A_BATCH]]}
            while left:
                left = self._database.batch_write_item(RequestItems=left).get("UnprocessedItems")
        self.provider.taken.clear()
        self.failures.clear()


class _Failures(logging.Handler):
    """What nobody expected, by where it was raised."""

    def __init__(self, told: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info and record.exc_info[1]
        frame = error.__traceback__ if error else None
        while frame and frame.tb_next:
            frame = frame.tb_next
        where = f"{frame.tb_frame.f_code.co_qualname}:{frame.tb_lineno}" if frame else ""
        self._told.append(f"{type(error).__name__} in {where}" if error else record.getMessage())


@contextmanager
def opened(engine: str, clock: Clock) -> Iterator[Door]:
    """The product on one of ENGINES."""
    with ENGINES[engine]() as started:
        yield Door(started, clock)


def _environment(engine: Engine) -> None:
    os.environ.update(
        AWS_ACCESS_KEY_ID=CREDENTIALS["aws_access_key_id"],
        AWS_SECRET_ACCESS_KEY=CREDENTIALS["aws_secret_access_key"],
        AWS_REGION=REGION,
        AWS_DEFAULT_REGION=REGION,
        AWS_EC2_METADATA_DISABLED="true",
        AWS_ENDPOINT_URL=engine.endpoint,
        TABLE=TABLE,
        SECRET=SECRET,
        SITE_URL="https://termine.example.org",
        MAIL_FROM="termine@example.org",
        USER_POOL_ISSUER=POOL,
        USER_POOL_CLIENT=CLIENT,
    )
    Item.Meta.connect_timeout_seconds = Item.Meta.read_timeout_seconds = int(PATIENT)
    Item.Meta.max_pool_connections = 64
    table.DEADLINE = message_log.DEADLINE = PATIENT


def _own(door: Door) -> None:
    """What the harness puts in the place of the outside."""
    wiring.now = door.clock
    wiring.proofs = lambda: Proofs()  # type: ignore[assignment]  # any that reads proofs will do
    wiring.mailer = lambda: door.provider  # type: ignore[assignment]  # takes mails
    wiring.send_mail = lambda mail: door.provider(mail)
    send.SnsSender = lambda: door.provider  # type: ignore[assignment,misc,return-value]  # takes SMS
    wiring.users = lambda: Users(wiring.store(), door.pool, Locks(), door.clock)  # type: ignore[assignment]
    for made in vars(wiring).values():
        if hasattr(made, "cache_clear"):
            made.cache_clear()
