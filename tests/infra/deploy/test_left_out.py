"""A file that is left out of the bundle fails whoever needs it, so that the API's tests, which run there, would tell."""

from __future__ import annotations

import importlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.bridge import Bridge
from tests.api.test_preview import weekly
from tests.api.test_setup import words
from tests.builders import body
from tests.bundle import Functions, unpacked_bundle
from tests.infra.asking import request
from tests.proofs import proof
from tests.site_of_tests import Site, TestBranch

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).date()
HOLIDAYS = {"country": "DE", "subdivision": "HH", "except": []}


@contextmanager
def without(missing: str, folder: Path) -> Iterator[Functions]:
    """The functions of a bundle that lacks a file."""
    shutil.copytree(unpacked_bundle(), folder, copy_function=os.link)
    (folder / missing).unlink()
    with Functions(folder, importlib.import_module("app").app.routes) as functions:
        yield functions


def used(site: Site, branch: TestBranch, functions: Functions) -> dict[str, int]:
    """The status of each way: a customer books, staff look at the request, an admin words a mail and plans with holidays."""
    bridge, token = Bridge(functions, site.pool.authorizer), site.token(("admin", "staff"), [branch.id])

    def ask(method: str, path: str, given: Any = None, **headers: str) -> Any:
        content = b"" if given is None else json.dumps(given).encode()
        return bridge(request(f"/api/v1/{path}", method, content, authorization=token, **headers))

    asked = body(f"{TOMORROW}T10:00:00+00:00", phone="0170 1234567", proof=proof(branch.alias))
    booked = ask("POST", f"access/{branch.alias}/appointments", asked, idempotency_key=secrets.token_hex(16))
    staff = f"staff/branches/{branch.id}"
    draft = {"from": str(TOMORROW), "days": 1, "availabilities": [weekly("09:00-10:00")], "holidays": HOLIDAYS}
    return {
        "book": booked.status,
        "look": ask("GET", f"{staff}/appointments/{json.loads(booked.body)['id']}").status,
        "word": ask("POST", f"{staff}/texts/preview", words()).status,
        "plan": ask("POST", f"{staff}/preview", draft).status,
    }


@pytest.mark.parametrize(
    ("missing", "fails"),
    [
        ("tzdata/zoneinfo/zone.tab", {"look", "word"}),
        ("phonenumbers/data/region_DE.pyc", {"look"}),
        ("chalicelib/messages/templates/customer.txt.j2", {"word"}),
        ("babel/locale-data/root.dat", {"word"}),
        ("holidays/countries/germany.pyc", {"plan"}),
    ],
)
def test_a_file_that_is_left_out_of_the_bundle_is_missed(site: Site, tmp_path: Path, missing: str, fails: set[str]) -> None:
    with without(missing, tmp_path / "bundle") as functions:
        found = used(site, site.branch(), functions)
    assert {way for way, status in found.items() if status >= 400} == fails
