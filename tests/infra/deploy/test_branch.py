"""`make branch` makes a branch that nobody can book at yet, and gives it to an admin."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys

import pytest

from chalicelib.domain.settings import Employee, Settings
from chalicelib.store.table import Table
from infra.local.engine import ROOT, Engine
from infra.local.pool import Pool, ensure_pool
from tests.builders import new_branch_id
from tests.conftest import TABLE
from tests.race import PATIENCE


@pytest.fixture
def table(engine: Engine) -> Table:
    return Table(TABLE)


@pytest.fixture
def pool(engine: Engine) -> Pool:
    made = ensure_pool(engine.client("cognito-idp"), f"pool-{secrets.token_hex(4)}")
    made.ensure_user("anna", "a password of anna's", ("staff",), ("praxis",))
    return made


def make(pool: Pool, **given: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.deploy.branch"]
    environment = {**os.environ, "TABLE": TABLE, "USER_POOL_ISSUER": pool.issuer, "BRANCH_ADMIN": "anna", **given}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)


def made(table: Table, identity: str) -> Settings:
    found = table.settings_now(identity)
    assert found is not None
    return found


def attributes(pool: Pool) -> dict[str, str]:
    user = pool.api.admin_get_user(UserPoolId=pool.id, Username="anna")
    return {each["Name"]: each["Value"] for each in user["UserAttributes"]}


def test_the_branch_is_there_with_nothing_released_and_is_its_admins(table: Table, pool: Pool) -> None:
    identity = new_branch_id()
    done = make(pool, BRANCH_ID=identity, BRANCH_NAME="Optik „Am Fleet“")
    assert (done.returncode, done.stderr) == (0, "")
    settings = made(table, identity)
    assert (settings.branch.name, settings.branch.imprint_url, settings.resources) == ("Optik „Am Fleet“", "", ())
    who = Employee(id="admin", name="anna", account=True, user="anna", subject=attributes(pool)["sub"])
    assert settings.employee("admin") == who
    assert attributes(pool)["custom:branches"] == f"praxis {identity}"
    groups = pool.api.admin_list_groups_for_user(UserPoolId=pool.id, Username="anna")["Groups"]
    assert {each["GroupName"] for each in groups} == {"admin", "staff"}


def test_the_branch_has_a_link_for_its_homepage_and_the_technical_employee_that_this_acts_as(table: Table, pool: Pool) -> None:
    identity = new_branch_id()
    make(pool, BRANCH_ID=identity, BRANCH_NAME="Optik am Fleet")
    settings = made(table, identity)
    [link] = settings.accesses
    assert settings.is_good(link)
    assert (link.kind, link.resource, settings.branch.sender_name) == ("alias", None, "Optik am Fleet")


def test_a_branch_that_is_there_is_left_alone(table: Table, pool: Pool) -> None:
    identity = new_branch_id()
    make(pool, BRANCH_ID=identity, BRANCH_NAME="Erste")
    again = make(pool, BRANCH_ID=identity, BRANCH_NAME="Zweite")
    assert (again.returncode, made(table, identity).branch.name) == (1, "Erste")
    assert "already" in again.stderr


@pytest.mark.parametrize(
    ("given", "code", "told"),
    [
        ({"BRANCH_ID": ""}, 2, "Say which"),
        ({"BRANCH_NAME": ""}, 2, "Say which"),
        ({"BRANCH_ADMIN": ""}, 2, "ADMIN="),
        ({"BRANCH_ID": "a b"}, 1, "branch.id must be"),
        ({"BRANCH_ADMIN": "nobody"}, 1, "no user 'nobody'"),
    ],
)
def test_what_cannot_be_made_is_told_and_changes_nothing(pool: Pool, given: dict[str, str], code: int, told: str) -> None:
    done = make(pool, **{"BRANCH_ID": new_branch_id(), "BRANCH_NAME": "Optik"} | given)
    assert done.returncode == code
    assert told in done.stderr
    assert attributes(pool)["custom:branches"] == "praxis"
