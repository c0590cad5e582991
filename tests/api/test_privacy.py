"""What came with a request stands in no log, whatever goes wrong (R24, R31)."""

from __future__ import annotations

import io
import json
import logging
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from chalice.test import Client

from chalicelib.api import logs
from chalicelib.store.faults import ATTEMPTS
from tests.api.test_booking import clock
from tests.builders import body
from tests.faults import answered, cancelled, error
from tests.site_of_tests import Site

NAME, EMAIL, PHONE = "Geheimrath", "geheim@example.org", "+49 40 66969 777"


def bodies(good: dict[str, Any]) -> Iterator[bytes]:
    """A good request and bad ones, each with the person's data in it."""
    wrong: list[dict[str, Any]] = [
        {},
        {"start": clock("09:40")},
        {"email": f"{EMAIL}\r\nBcc: x@example.org"},
        {"phone": f"{PHONE}\n"},
        {"last_name": NAME * 3000},
        {"channel": NAME},
        {NAME: EMAIL},
    ]
    for each in wrong:
        yield json.dumps(good | each).encode()
    yield json.dumps(good).encode()[:-1]


@pytest.fixture
def personal() -> dict[str, Any]:
    return body(clock("09:30"), last_name=NAME, email=EMAIL, phone=PHONE, message=f"{NAME} {PHONE}")


def post(client: Client, alias: str, content: bytes) -> Any:
    headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
    return client.http.post(f"/v1/access/{alias}/appointments", headers=headers, body=content)


def test_no_log_names_a_person(
    site: Site, app: Any, personal: dict[str, Any], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    alias = site.branch(message_field=True).alias
    with Client(app) as client:
        seen = [post(client, alias, content).status_code for content in bodies(personal)]
    assert set(seen) == {201, 400, 413, 422}
    logged = caplog.text + "".join(capfd.readouterr())
    assert not [secret for secret in (NAME, EMAIL, PHONE) if secret in logged]


def test_an_error_that_nobody_expected_is_logged_with_its_place_and_without_the_person(
    site: Site, app: Any, personal: dict[str, Any]
) -> None:
    """As the app's own handler writes it, the one that Lambda's log is fed by."""
    alias = site.branch(message_field=True).alias
    [handler] = (each for each in app.log.handlers if type(each) is logging.StreamHandler)  # the others are pytest's
    written = io.StringIO()
    before = handler.setStream(written)
    try:
        with Client(app) as client, answered("TransactWriteItems", error("ValidationException", message=f"{NAME} {EMAIL}")):
            answer = post(client, alias, json.dumps(personal).encode())
    finally:
        handler.setStream(before)
    assert (answer.status_code, answer.json_body["code"]) == (500, "internal")
    assert "TransactWriteError" in written.getvalue()
    assert "table.py" in written.getvalue()
    assert not [secret for secret in (NAME, EMAIL, PHONE) if secret in written.getvalue()]


def test_a_log_tells_kinds_and_places_of_errors_and_never_what_they_say() -> None:
    written = io.StringIO()
    log = logging.Logger("tried")
    log.addHandler(logging.StreamHandler(written))
    logs.protect(log)
    try:
        try:
            raise KeyError(NAME)
        except KeyError as error:
            raise ValueError(EMAIL) from error
    except ValueError:
        log.exception("It failed")
    first, *places = written.getvalue().splitlines()[1:]
    assert first == "ValueError <- KeyError"
    assert "test_privacy.py" in places[0]
    assert not [secret for secret in (NAME, EMAIL) if secret in written.getvalue()]


def test_a_database_that_conflicts_without_end_is_a_503_to_be_tried_again(
    site: Site, app: Any, personal: dict[str, Any]
) -> None:
    alias = site.branch(message_field=True).alias
    endless = [cancelled("None", "None", "None", "None", "TransactionConflict")] * ATTEMPTS
    with Client(app) as client, answered("TransactWriteItems", *endless):
        answer = post(client, alias, json.dumps(personal).encode())
    assert (answer.status_code, answer.json_body["code"]) == (503, "try_again")
    assert answer.headers["Retry-After"] == "2"
