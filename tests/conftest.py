"""The engines that tests run on. Nothing here stands in for the database: it is real and started once, and each
file of tests begins with an empty table."""

from __future__ import annotations

import gc
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from chalicelib.store import message_log as stored_outbox
from chalicelib.store import table as stored_table
from chalicelib.store.models import Item, bind
from infra.local.engine import CREDENTIALS, REGION, DynamoDbLocal, Engine, LocalAws
from infra.local.outbox import Outbox
from infra.local.table import create_table
from tests.bundle import unpacked_bundle
from tests.descriptions import read_once
from tests.infra.packages import PACKAGES
from tests.persons import Persons
from tests.race import PATIENCE
from tests.site_of_tests import Site, running_site

TABLE = "terminwerk"
SITE_URL = "https://termine.example.org"
SENDER = "termine@example.org"

hypothesis_settings.register_profile("tests", deadline=None, database=None, derandomize=bool(os.environ.get("CI")))
hypothesis_settings.load_profile("tests")

read_once()

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
    UNDO_SECONDS="0",  # what waits for an undo is tested where its clock is
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


def pytest_collection_finish() -> None:
    """What is there now stays, the models of boto3 among it: looking through it for garbage takes a third of a test's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    layers = {f"tests/{name}/": place for place, name in enumerate(LAYERS)}
    items.sort(key=lambda item: next((place for start, place in layers.items() if item.nodeid.startswith(start)), -1))


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist is not typed
    """A file's tests go to one worker, so that what they share is made once; those on the bundle apart from the others."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0] + BUNDLE * (BUNDLE in nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    config.option.loadscopereorder = False  # the order of the layers counts for each worker too
    return ByFile(config, log)


PERSONS = Persons()
PERSONS.watch()


def pytest_configure(config: pytest.Config) -> None:
    """What is packaged is packaged once a run: the folder is that of the process that the others are workers of."""
    if not is_worker(config):
        folder = tempfile.TemporaryDirectory(prefix="terminwerk-package-")
        os.environ[PACKAGES] = folder.name
        config.add_cleanup(folder.cleanup)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerController) -> None:
    """A worker has ended, and tells whom its tests have made up. One that died tells nothing, and the run fails anyway."""
    PERSONS.known.update(getattr(node, "workeroutput", {}).get("persons", ()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if is_worker(session.config):
        session.config.workeroutput["persons"] = sorted(PERSONS.known)  # type: ignore[attr-defined]
    elif PERSONS.found() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


BUNDLE = "[bundle"
"""Begins the parameters of a test that runs on the unpacked bundle."""
ON_THE_BUNDLE: Counter[str] = Counter()
"""Tests that ran on the unpacked bundle by their outcome, and why others did not."""


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    PERSONS.hear(report.nodeid, report.sections)
    if BUNDLE in report.nodeid:
        if report.skipped and isinstance(report.longrepr, tuple):
            ON_THE_BUNDLE[f"not run, since {report.longrepr[2].removeprefix('Skipped: ')}"] += 1
        elif report.when == "call" or report.failed:
            ON_THE_BUNDLE[report.outcome] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if told := ", ".join(f"{count} {outcome}" for outcome, count in ON_THE_BUNDLE.items()):
        terminalreporter.write_line(f"Of the API's tests on the unpacked bundle: {told}.")
    sought = f"{len(PERSONS.known)} names, addresses, numbers and tokens, sought in {len(PERSONS.logged)} logs"
    for test, person in sorted(PERSONS.found()):
        terminalreporter.write_line(f"LEAKED: a log of {test} names {person}")
    terminalreporter.write_line(f"{sought}.")


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
