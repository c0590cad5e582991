"""Commands work where they are told to, and say in a sentence why they cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, TokenRetrievalError, UnauthorizedSSOTokenError

from chalicelib.store.table import Table
from infra.deploy import access, place
from infra.local.engine import ROOT, Engine
from infra.local.table import create_table
from infra.operate import hold
from tests.builders import new_branch_id
from tests.conftest import TABLE
from tests.race import PATIENCE

ACCOUNT = "000000000000"
"""Of the local AWS."""
STAGE = "placed"
COMMANDS = (
    "operate.units",
    "operate.erasures",
    "deploy.branch",
    "operate.hold",
    "operate.migrate",
    "operate.backup export",
    "operate.backup import",
)


def template(parameters: dict[str, str], **outputs: str) -> str:
    made = {
        "Parameters": {name: {"Type": "String"} for name in parameters},
        "Resources": {"Something": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }
    return json.dumps({name: part for name, part in made.items() if part})


def make_stack(engine: Engine, name: str, parameters: dict[str, str], **outputs: str) -> None:
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    engine.client("cloudformation").create_stack(StackName=name, TemplateBody=template(parameters, **outputs), Parameters=given)


@pytest.fixture(scope="module")
def restored(engine: Engine) -> str:
    """The name of a table that nothing uses. The stage's application uses the one that all tests share."""
    name = f"restored-{new_branch_id()}"
    create_table(engine.client("dynamodb"), name)
    make_stack(engine, f"terminwerk-{STAGE}-data", {}, TableName="the-first", StaffPoolId="eu-central-1_placed")
    make_stack(engine, f"terminwerk-{STAGE}-app", {"TableName": TABLE})
    return name


@pytest.fixture
def folder(tmp_path: Path, restored: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With the stage's file."""
    monkeypatch.setenv("STAGE", STAGE)
    monkeypatch.delenv("TABLE")
    write(tmp_path, table=TABLE, account=ACCOUNT)
    return tmp_path


@pytest.fixture(autouse=True)
def bound_again() -> Iterator[None]:
    yield
    Table(TABLE)  # as all other tests expect it


def write(folder: Path, **fields: str) -> None:
    needed = {"mail_from": "termine@example.org", "alarm_mail": "technik@example.org"}
    lines = (f"{name} = {json.dumps(value)}\n" for name, value in (needed | fields).items())
    (folder / f"{STAGE}.toml").write_text("".join(lines))


def told(folder: Path) -> str:
    with pytest.raises(SystemExit) as ended:
        place.find(folder)
    return str(ended.value)


def test_a_stage_has_its_table_and_its_users(folder: Path) -> None:
    found = place.find(folder)
    assert (found.table, found.pool, found.used) == (TABLE, "eu-central-1_placed", TABLE)


def test_another_account_than_the_stages_is_refused(folder: Path) -> None:
    write(folder, account="123456789012")
    assert told(folder) == f"These are credentials of account {ACCOUNT}; the stage {STAGE} belongs to 123456789012."


def test_a_table_that_is_not_there_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLE", "not-there")
    assert told(folder) == "There is no table not-there in eu-central-1."


def test_the_table_that_the_application_uses_is_not_held(
    folder: Path, restored: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TABLE", TABLE)
    assert hold.main(folder) == 2
    assert capsys.readouterr().err.startswith(f"{TABLE} is in use")
    monkeypatch.setenv("TABLE", restored)
    assert hold.main(folder) == 0


def run(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """With everything said that the command asks for."""
    name, *arguments = command.split()
    said = {"BRANCH": "elbe", "BRANCH_ID": "elbe", "BRANCH_NAME": "Elbe", "BRANCH_ADMIN": "anna", "TABLE": TABLE}
    return subprocess.run(
        [sys.executable, "-m", f"infra.{name}", *arguments],
        cwd=ROOT,
        env={"PATH": os.defpath, "AWS_EC2_METADATA_DISABLED": "true", "AWS_DEFAULT_REGION": "eu-central-1"}
        | said
        | environment,
        input="at;kind;id;what;by;fields\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file that can be imported."""
    header = json.dumps({"format": "terminwerk-branch", "edition": 1, "schema": 1, "branch": "elbe"}) + "\n"
    end = json.dumps({"items": 0, "sha256": sha256(header.encode()).hexdigest()}) + "\n"
    path = tmp_path_factory.mktemp("exported") / "elbe.jsonl"
    path.write_text(header + end)
    return str(path)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_that_there_are_no_credentials(command: str, tmp_path: Path, export: str) -> None:
    done = run(command, {"HOME": str(tmp_path), "STAGE": "example", "FILE": export})
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{access.NONE}\n")


KEYS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_MAX_ATTEMPTS": "1"}


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"AWS_PROFILE": "nobody"}, "The config profile (nobody) could not be found"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1", **KEYS}, "AWS cannot be reached."),
    ],
)
@pytest.mark.parametrize("where", [{"STAGE": "example"}, {"TABLE": TABLE}])
def test_a_place_that_cannot_be_asked_is_told(
    environment: dict[str, str], sentence: str, where: dict[str, str], tmp_path: Path
) -> None:
    done = run("operate.units", {"HOME": str(tmp_path), **where, **environment})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(sentence)


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "No."}}, "GetCallerIdentity")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (UnauthorizedSSOTokenError(), "You are not signed in any more"),
        (TokenRetrievalError(provider="sso", error_msg="expired"), "You are not signed in any more"),
        (refused("ExpiredToken"), "You are not signed in any more"),
        (refused("InvalidClientTokenId"), "AWS does not take these credentials"),
        (refused("AccessDenied"), "These credentials may not do that"),
        (refused("Throttling"), "AWS refuses"),
    ],
)
def test_what_is_wrong_with_a_session_is_a_sentence(error: Any, sentence: str) -> None:
    assert access.sentence(error).startswith(sentence)
