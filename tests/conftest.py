"""The engines that tests run on. Nothing here stands in for the database: it is real and started once, and each
file of tests begins with an empty table."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from chalicelib.store import message_log as stored_outbox
from chalicelib.store import table as stored_table
from chalicelib.store.models import Item, bind
from infra.local.engine import CREDENTIALS, REGION, DynamoDbLocal, Engine, LocalAws
from infra.local.outbox import Outbox
from infra.local.table import create_table
from tests.bundle import unpacked_bundle
from tests.persons import Persons
from tests.race import PATIENCE
from tests.site_of_tests import Site, running_site

TABLE = "terminwerk"
SITE_URL = "https://termine.example.org"
SENDER = "termine@example.org"

hypothesis_settings.register_profile("tests", deadline=None, database=None, derandomize=bool(os.environ.get("CI")))
hypothesis_settings.load_profile("tests")

os.environ.update(
    AWS_ACCESS_KEY_ID=CREDENTIALS["aws_access_key_id"],
    AWS_SECRET_ACCESS_KEY=CREDENTIALS["aws_secret_access_key"],
    AWS_REGION=REGION,
    AWS_DEFAULT_REGION=REGION,
    AWS_EC2_METADATA_DISABLED="true",
    AWS_ENDPOINT_URL="http://127.0.0.1:1",  # until an engine runs: never AWS itself
    TABLE=TABLE,
    SECRET="a secret for tests that is long enough",
    SITE_URL=SITE_URL,
    MAIL_FROM=SENDER,
)

LIMITS: tuple[tuple[Any, str], ...] = (
    (Item.Meta, "connect_timeout_seconds"),
    (Item.Meta, "read_timeout_seconds"),
    (stored_table, "DEADLINE"),
    (stored_outbox, "DEADLINE"),
)
"""How long the store waits for its database. AWS is as quick as ever; an engine on a busy machine is not."""
DEPLOYED = [(place, name, getattr(place, name)) for place, name in LIMITS]


@pytest.fixture
def as_deployed() -> Iterator[None]:
    """The store waits for its database as long as it does on AWS."""
    with pytest.MonkeyPatch.context() as patched:
        for place, name, value in DEPLOYED:
            patched.setattr(place, name, value)
        yield
    bind(TABLE)


LAYERS = ("domain", "messages", "planner", "store", "api", "infra", "performance", "site")
"""The slowest last. The rules come before any engine runs: Hypothesis takes the randomness of other threads for its own."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    layers = {f"tests/{name}/": place for place, name in enumerate(LAYERS)} | {"tests/test_persons.py": len(LAYERS)}
    items.sort(key=lambda item: next((place for start, place in layers.items() if item.nodeid.startswith(start)), -1))


PERSONS = Persons()
PERSONS.watch()


ON_THE_BUNDLE: Counter[str] = Counter()
"""Tests that ran on the unpacked bundle by their outcome, and why others did not."""


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    PERSONS.hear(report.nodeid, report.sections)
    if "[bundle" in report.nodeid:
        if report.skipped and isinstance(report.longrepr, tuple):
            ON_THE_BUNDLE[f"not run, since {report.longrepr[2].removeprefix('Skipped: ')}"] += 1
        elif report.when == "call" or report.failed:
            ON_THE_BUNDLE[report.outcome] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if told := ", ".join(f"{count} {outcome}" for outcome, count in ON_THE_BUNDLE.items()):
        terminalreporter.write_line(f"Of the API's tests on the unpacked bundle: {told}.")


@pytest.fixture(scope="session")
def persons() -> Persons:
    return PERSONS


@pytest.fixture(scope="session")
def started_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The local AWS or, where `TERMINWERK_TEST_ENGINE` says so, AWS's own DynamoDB engine."""
    own = os.environ.get("TERMINWERK_TEST_ENGINE") == "dynamodb-local"
    started: Engine = DynamoDbLocal() if own else LocalAws(mails=Path(tmp_path_factory.mktemp("mails")))
    for place, name in LIMITS:
        setattr(place, name, PATIENCE)
    with started:
        os.environ["AWS_ENDPOINT_URL"] = started.endpoint
        yield started
        os.environ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def engine(started_engine: Engine) -> Engine:
    """The engine with an empty table and no mails: no file of tests waits for what another one has left."""
    renew_table(started_engine.client("dynamodb"), TABLE)
    if isinstance(started_engine, LocalAws) and started_engine.mails:
        Outbox(started_engine.mails).clear()
    return started_engine


def renew_table(client: Any, name: str) -> None:
    with suppress(client.exceptions.ResourceNotFoundException):
        client.delete_table(TableName=name)
        client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    create_table(client, name)


@pytest.fixture(scope="session")
def served_site(request: pytest.FixtureRequest, started_engine: Engine) -> Iterator[Site]:
    """From the sources unless the parameter says "bundle"."""
    assert isinstance(started_engine, LocalAws)
    bundle = unpacked_bundle() if getattr(request, "param", "source") == "bundle" else None
    with running_site(started_engine, SENDER, bundle) as running:
        yield running


@pytest.fixture(scope="module")
def site(engine: Engine, served_site: Site) -> Iterator[Site]:
    """The whole product, over HTTP."""
    with served_site.delivering(engine.client("dynamodbstreams"), TABLE):
        yield served_site
