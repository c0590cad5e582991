from __future__ import annotations

import os

import pytest

from chalicelib.store.table import Table
from infra.local.engine import Engine
from tests.conftest import TABLE

# Only AWS's own engine keeps what it acknowledged over `kill -9`; only the local AWS has Cognito beside the table.
on_dynamodb_local = os.environ.get("TERMINWERK_TEST_ENGINE") == "dynamodb-local"
collect_ignore = ["test_accounts.py"] if on_dynamodb_local else ["test_crash.py"]


@pytest.fixture(scope="module")
def table(engine: Engine) -> Table:
    """The store on the engine; its pauses are cut short, for what is tested is that it tries again."""
    return Table(TABLE, sleep=lambda seconds: None)
