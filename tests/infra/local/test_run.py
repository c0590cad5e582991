"""`python -m infra.local` from start to end, as `make run` starts it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.local.engine import ROOT
from tests.race import PATIENCE


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(port: int, state: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """In a process group of its own, as a terminal would have it; ended if a test fails."""
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local", *arguments],
        cwd=ROOT,
        env=os.environ | {"PORT": str(port), "LOCAL_STATE": str(state)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)


def fetch(port: int, path: str, **headers: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def fetch_json(port: int, path: str, **headers: str) -> Any:
    return json.loads(fetch(port, path, **headers))


def token(port: int, state: Path, name: str) -> subprocess.CompletedProcess[str]:
    """What `make token` runs."""
    command = [sys.executable, "-m", "infra.local.users", name]
    environment = os.environ | {"PORT": str(port), "LOCAL_STATE": str(state)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE)


def me(port: int, signed_in: str) -> Any:
    return fetch_json(port, "/api/v1/staff/me", Authorization=f"Bearer {signed_in}")


def wait_until_it_runs(process: subprocess.Popen[str]) -> str:
    """The greeting, which ends with how to stop it."""
    said = ""
    assert process.stdout
    for line in process.stdout:
        said += line
        if line.startswith("Ctrl-C"):
            return said
    raise AssertionError(f"It ended: {said}")


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_it_greets_answers_and_ctrl_c_ends_all_of_it(port: int, tmp_path: Path) -> None:
    with running(port, tmp_path) as process:
        said = wait_until_it_runs(process)
        assert f"http://127.0.0.1:{port}/?a=demo-showroom&r=cabin-1\n" in said
        assert fetch_json(port, "/api/v1/health") == {"status": "ok"}
        assert fetch_json(port, "/outbox.json") == []
        (engine,) = children(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert not is_running(engine)
    assert (tmp_path / str(port) / "secret").stat().st_mode & 0o777 == 0o600


def test_the_demo_and_its_secret_outlive_a_restart_and_can_be_renewed(port: int, tmp_path: Path) -> None:
    def access_and_secret() -> tuple[Any, str]:
        return fetch_json(port, "/api/v1/access/demo-showroom"), (tmp_path / str(port) / "secret").read_text()

    def renew() -> None:
        with running(port, tmp_path, "demo-reset") as reset:
            assert reset.wait(PATIENCE) == 0

    with running(port, tmp_path) as process:
        wait_until_it_runs(process)
        first = access_and_secret()
    renew()
    with running(port, tmp_path) as process:
        wait_until_it_runs(process)
        assert access_and_secret() == first
        renew()
        assert access_and_secret() == first
    assert first[0]["branch"]["name"] == "Hörakustik Elbufer"


def test_the_demos_users_can_sign_in_and_outlive_a_restart(port: int, tmp_path: Path) -> None:
    with running(port, tmp_path) as process:
        wait_until_it_runs(process)
        first = token(port, tmp_path, "admin").stdout.splitlines()[-1]
        admin = me(port, first)
        assert (admin["groups"], admin["branches"]) == (["admin"], ["demo", "praxis"])
        staff = me(port, token(port, tmp_path, "staff").stdout.splitlines()[-1])
        assert (staff["groups"], staff["branches"]) == (["staff"], ["demo"])
    with running(port, tmp_path) as process:
        wait_until_it_runs(process)
        assert me(port, first) == me(port, token(port, tmp_path, "admin").stdout.splitlines()[-1]) == admin


def test_there_is_no_token_where_nothing_runs_and_none_for_strangers(port: int, tmp_path: Path) -> None:
    def said(name: str) -> tuple[int, str, str]:
        answer = token(port, tmp_path, name)
        return answer.returncode, answer.stdout, answer.stderr

    nothing_runs = (1, "", f"Nothing runs on port {port}. Start it by: PORT={port} make run\n")
    assert said("admin") == nothing_runs
    (tmp_path / str(port)).mkdir()
    (tmp_path / str(port) / "endpoint").write_text(f"http://127.0.0.1:{port}")  # as a crash leaves it
    assert said("admin") == nothing_runs
    assert said("root") == (2, "", "The demo has no user 'root'. Choose USER=admin or USER=staff.\n")


@pytest.mark.parametrize(("given", "name"), [([], "admin"), (["USER=staff"], "staff"), (["USER=admin"], "admin")])
def test_the_shells_own_user_is_not_the_demos(given: list[str], name: str) -> None:
    command = ["make", "--dry-run", "--no-print-directory", "token", *given]
    environment = os.environ | {"USER": "staff"}
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert told.stdout.splitlines()[-1].endswith(f"-m infra.local.users '{name}'")


def test_the_practices_homepage_is_that_of_the_demos_branch(port: int, tmp_path: Path) -> None:
    with running(port, tmp_path) as process:
        wait_until_it_runs(process)
        branch = fetch_json(port, "/api/v1/access/demo-showroom")["branch"]
        homepage = fetch(port, "/demo-homepage")
    for text in (branch["name"], branch["address"], branch["email"], branch["phone"].replace(" ", "")):
        assert text in homepage


def test_it_says_that_the_port_is_in_use(port: int, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with running(port, tmp_path) as process:
            said, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said.count("\n")) == (1, 1)
    assert f"Port {port} is in use" in said


def test_it_says_that_the_local_aws_was_lost_and_ends(port: int, tmp_path: Path) -> None:
    with running(port, tmp_path) as process:
        wait_until_it_runs(process)
        (engine,) = children(process.pid)
        os.kill(engine, signal.SIGKILL)
        said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert said.endswith("The local AWS ended unexpectedly, so this ends too.\n")
