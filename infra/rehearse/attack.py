"""`make attack`: attacks the product on this machine and prints the successful attempts. SECONDS=60 is the length of each raid.

It starts an empty local AWS of its own. Each raid repeats an attack that worked before proof of work and bounds: taking every
free start, filling a stranger's mailbox, filling the inbox of a practice, racing for one start.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import secrets
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

from chalicelib import wiring
from infra.local.bridge import Bridge
from infra.local.cognito import Cognito
from infra.local.engine import CREDENTIALS, REGION, LocalAws
from infra.local.outbox import Outbox
from infra.local.pages import Pages
from infra.local.pool import ensure_pool
from infra.local.server import Application, serve
from infra.local.site import Files, of_site
from infra.local.table import create_table
from infra.rehearse.attackers import (
    PATIENCE,
    Client,
    Days,
    Post,
    Race,
    Raid,
    cycles,
    invented,
    late_in_an_hour,
    made,
    midnight,
    new_practice,
    pester,
    post,
    race_for_many,
    race_for_one,
    raid,
    same_proof_twice,
    siege,
    unanswered,
    units,
)
from infra.scale.report import table
from infra.site.build import built

TABLE, SENDER = "terminwerk", "termine@example.org"
WORKERS = 2
"""Processes that answer challenges, beside the one that is attacked."""
SPELLINGS = ("{0}@gmail.com", "{0}+termin@gmail.com", "{1}.{2}@gmail.com", "{3}@googlemail.com")
"""One mailbox."""
MANNERS: tuple[tuple[str, Callable[[Client], dict[str, object]]], ...] = (
    ("no proof", lambda _: {}),
    ("proof", lambda client: {"proof": client.proof()}),
    ("confirm first", lambda _: {"confirm_first": True}),
)


def main() -> int:
    seconds = float(os.environ.get("SECONDS") or 60)
    with product() as url, solvers() as pool:
        for play in (partial(raids, url, pool, seconds), sieges, mails, inboxes, partial(races, url, pool)):
            begun = time.monotonic()
            print(f"{play()}\n\nin {time.monotonic() - begun:.0f} s\n", flush=True)
    return 0


@contextmanager
def product() -> Iterator[str]:
    """The address of the whole product, in this process, on a local AWS of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="terminwerk-") as scratch,
        LocalAws(mails=Path(scratch)) as aws,
        socket.socket() as listening,
    ):
        listening.bind(("127.0.0.1", 0))
        listening.listen(1024)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        _point_at(aws, url)
        create_table(aws.client("dynamodb"), TABLE)
        pool = ensure_pool(aws.client("cognito-idp"), "terminwerk-staff")
        os.environ.update(pool.environment)
        _wait_for_the_engine()
        app = importlib.import_module("app").app
        app.log.setLevel(logging.CRITICAL)
        site = Application(
            Bridge(app, pool.authorizer),
            Pages(Outbox(Path(scratch))),
            Files(of_site(built)),
            Cognito(aws.endpoint),
            lambda: None,
        )
        threading.Thread(target=serve, args=(site, listening), daemon=True).start()
        yield url


def _point_at(aws: LocalAws, url: str) -> None:
    os.environ.update({key.upper(): value for key, value in CREDENTIALS.items()})
    os.environ.update(
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        AWS_ENDPOINT_URL=aws.endpoint,
        AWS_DEFAULT_REGION=REGION,
        AWS_REGION=REGION,
        NO_PROXY="127.0.0.1",
        no_proxy="127.0.0.1",
        TABLE=TABLE,
        SECRET=secrets.token_hex(32),
        SITE_URL=url,
        MAIL_FROM=SENDER,
    )


def _wait_for_the_engine() -> None:
    """As long as it takes: AWS is as quick as ever, an engine on a busy machine is not."""
    from chalicelib.store import message_log as outbox
    from chalicelib.store import models
    from chalicelib.store import table as stored

    models.Item.Meta.connect_timeout_seconds = models.Item.Meta.read_timeout_seconds = int(PATIENCE)
    stored.DEADLINE = outbox.DEADLINE = PATIENCE


@contextmanager
def solvers() -> Iterator[Executor]:
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        yield pool


# --------------------------------------------------------------------------------------------------------------------- tables


def raids(url: str, pool: Executor, seconds: float) -> str:
    heads, columns = [f"{seconds:.0f} s, 8 connections, a new address each"], []
    for title, manner in MANNERS:
        heads.append(title)
        columns.append(_raided(raid(url, new_practice(), pool, manner, seconds=seconds)))
    return table("Taking every free start", heads, _rows(columns))


def _raided(found: Raid) -> dict[str, str]:
    now = wiring.now()
    appointments = made(found.practice, now)
    days = Days(now + timedelta(minutes=10))
    days.hand_over()
    unconfirmed = [each for each in appointments if each.status == "unconfirmed"]
    return {
        "starts free before": f"{len(found.before)}",
        "attempts": f"{found.attempts}",
        **{f"answered: {name}": f"{count}" for name, count in sorted(found.answers.items())},
        "bookings taken": f"{len(appointments) - len(unconfirmed)}",
        "times held unconfirmed": f"{sum(bool(each.holds) for each in unconfirmed)}",
        "unconfirmed, holding nothing": f"{sum(not each.holds for each in unconfirmed)}",
        "can still be chosen": f"{found.share:.1%}",
        "double bookings": f"{len(units(found.practice, now).shared)}",
        **_posted(post(days, found.practice)),
    }


def sieges(minutes: int = 180, attempts: int = 6) -> str:
    found = siege(Days(late_in_an_hour()), new_practice(), minutes=minutes, attempts=attempts)
    column = {
        **{f"can still be chosen after {minute} min": f"{share:.1%}" for minute, share in found.shares.items()},
        **{f"answered: {name}": f"{count}" for name, count in sorted(found.answers.items())},
        "a customer in the end": found.customer,
        "and the mail to that customer": "went out" if found.mail else "withheld",
    }
    heads = [f"{attempts} attempts a minute with proofs, over {minutes} simulated minutes", ""]
    return table("Taking every free start, for hours", heads, _rows([column]))


def mails() -> str:
    columns = [_pestered(), _pestered(confirm_first=True), _unanswered()]
    heads = ["mails to one stranger", "booking, moving, cancelling", "confirm first", "40 requests, expired after 24 h"]
    return table("Filling a stranger's mailbox: four spellings, two practices, one day", heads, _rows(columns))


def _pestered(**manner: object) -> dict[str, str]:
    days = Days(midnight())
    practices = [new_practice(), new_practice()]
    name = secrets.token_hex(5)
    spellings = [each.format(name, name[:3], name[3:], name.upper()) for each in SPELLINGS]
    acts = pester(days, spellings, practices, pause=timedelta(minutes=6), **manner)
    return _to_a_stranger(acts, post(days, *practices), spellings)


def _unanswered() -> dict[str, str]:
    """At one practice, by one spelling."""
    days, practice, victim = Days(midnight()), new_practice(expire_after_hours=24), invented()
    acts = unanswered(days, practice, victim)
    return _to_a_stranger(acts, post(days, practice), [victim])


def _to_a_stranger(acts: Counter[str], found: Post, spellings: list[str]) -> dict[str, str]:
    return {
        **{f"acts: {name}": f"{count}" for name, count in sorted(acts.items())},
        "mails that went out to the stranger": f"{sum(found.sent_to[each] for each in spellings)}",
        **_posted(found),
    }


def inboxes(count: int = 655) -> str:
    columns, known = [], invented()
    for address in (invented, lambda: known):
        days, practice = Days(midnight()), new_practice()
        answers = cycles(days, practice, address, count=count)
        told = {f"answered: {name}": f"{number}" for name, number in sorted(answers.items())}
        columns.append(told | _posted(post(days, practice)))
    heads = [f"{count} times within a minute", "a new address each", "the same address"]
    return table("Booking and cancelling by turns", heads, _rows(columns))


def races(url: str, pool: Executor, clients: int = 32, rounds: int = 20) -> str:
    columns = [
        _raced(race_for_one(url, new_practice(), pool, clients=clients, rounds=rounds)),
        _raced(race_for_many(url, new_practice(), pool, clients=clients)),
        _raced(same_proof_twice(url, new_practice(), pool, rounds=min(rounds, 10))),
    ]
    heads = [
        f"{clients} clients",
        f"{rounds} rounds on one start",
        f"{clients} starts at once",
        f"{min(rounds, 10)} proofs sent twice at once",
    ]
    return table("Racing", heads, _rows(columns))


def _raced(found: Race) -> dict[str, str]:
    answers = {f"answered: {name}": f"{count}" for name, count in sorted(found.answers.items())}
    return answers | {"double bookings": f"{len(found.units.shared)}", "units": "sound" if found.units.sound else "NOT sound"}


def _posted(found: Post) -> dict[str, str]:
    return {
        **{f"to customers: {name}": f"{count}" for name, count in sorted(found.to_customers.items())},
        **{f"to the practice: {name}": f"{count}" for name, count in sorted(found.to_practice.items())},
        **{f"in the inbox: {name}": f"{count}" for name, count in sorted(found.inbox.items())},
    }


def _rows(columns: list[dict[str, str]]) -> list[list[str]]:
    """A line for each name that any column has, in the order in which they first come; those of one kind together."""
    names = list(dict.fromkeys(name for column in columns for name in column))
    kinds = list(dict.fromkeys(name.partition(":")[0] for name in names))
    names.sort(key=lambda name: kinds.index(name.partition(":")[0]))
    return [[name, *(column.get(name, "-") for column in columns)] for name in names]


if __name__ == "__main__":
    sys.exit(main())
