"""A client that a generator makes of the description: it books, looks, moves and cancels, as any program could."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from infra.rehearse.proofs import answered
from tests.builders import new_address
from tests.site_of_tests import Site, TestBranch, token_of

NAME = "terminwerk_client"
SETTINGS = f'{{"project_name_override": "terminwerk-client", "package_name_override": "{NAME}", "post_hooks": []}}'


class Client:
    """The generated package, at a running site."""

    def __init__(self, site: Site) -> None:
        self._address = f"{site.url}/api"

    def ask(self, operation: str, /, token: str | None = None, **given: Any) -> Any:
        """The parsed answer of an operation, `booking.list_slots`."""
        made = _module("client")
        client = (
            made.AuthenticatedClient(self._address, token=token, prefix="", auth_header_name="Appointment-Token")
            if token
            else made.Client(self._address)
        )
        with client:
            return _module(f"api.{operation}").sync(client=client, **given)

    def of(self, model: str, given: dict[str, Any]) -> Any:
        """A body."""
        return getattr(_module("models"), model).from_dict(given)


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{NAME}.{name}")


@pytest.fixture(scope="module")
def client(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(site.get("/api/v1/openapi.json").text, encoding="utf-8")
    (folder / "settings.json").write_text(SETTINGS, encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--config", "settings.json"]
    command += ["--output-path", NAME, "--meta", "none", "--fail-on-warning"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield Client(site)
    finally:
        sys.path.remove(str(folder))
        for name in [each for each in sys.modules if each.partition(".")[0] == NAME]:
            del sys.modules[name]


@pytest.fixture
def branch(site: Site) -> TestBranch:
    return site.branch()


def free_start(client: Client, branch: TestBranch) -> Any:
    week = client.ask("booking.list_slots", alias=branch.alias, resource=branch.resource, days=7)
    return next(slot.start for day in week.days[2:] for slot in day.slots if slot.state == "free")


def booked(client: Client, branch: TestBranch) -> Any:
    """With the proof of work that the branch asks for."""
    challenge = client.ask("booking.make_challenge", alias=branch.alias)
    wanted = {
        "resource": branch.resource,
        "start": free_start(client, branch).isoformat(),
        "last_name": "Mustermann",
        "email": new_address(),
        "proof": answered(challenge.to_dict()),
    }
    body = client.of("AppointmentRequest", wanted)
    return client.ask("booking.request_appointment", alias=branch.alias, idempotency_key="k" * 20 + branch.id, body=body)


def test_a_generated_client_books_looks_moves_and_cancels(client: Client, branch: TestBranch) -> None:
    made = booked(client, branch)
    assert made.status == "proposed"
    token = token_of(made.manage_url)
    shown = client.ask("visit.show_appointment", token=token)
    assert (shown.id, shown.start, shown.status) == (made.id, made.start, "proposed")
    week = client.ask("visit.list_offered", token=token)
    start = next(slot.start for day in week.days[2:] for slot in day.slots if slot.state == "free" and slot.start != made.start)
    moved = client.ask("visit.move_appointment", token=token, body=client.of("NewTime", {"start": start.isoformat()}))
    assert (moved.id, moved.start) == (made.id, start)
    cancelled = client.ask("visit.cancel_appointment", token=token)
    assert (cancelled.status, cancelled.may) == ("cancelled", ["erase"])


def test_a_generated_client_is_told_why_it_is_refused(client: Client, branch: TestBranch) -> None:
    refused = client.ask("visit.show_appointment", token="nonsense")
    assert (type(refused).__name__, refused.code) == ("Refusal", "unauthorized")
    unknown = client.ask("booking.open_access", alias="nobody-knows0this")
    assert (type(unknown).__name__, unknown.code) == ("Refusal", "unknown_access")


def test_a_generated_client_has_each_operation_of_the_description(client: Client, site: Site) -> None:
    described = json.loads(site.get("/api/v1/openapi.json").text)["paths"]
    for methods in described.values():
        for operation in methods.values():
            assert _module(f"api.{operation['tags'][0]}.{operation['operationId']}")
