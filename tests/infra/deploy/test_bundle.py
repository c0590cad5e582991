"""What Lambda gets: small, for its processor, the same bytes each time, and all that the functions need."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.deploy.bundle import AARCH64, OURS, machines, slim
from infra.deploy.template import WHILE_PACKAGING, Platform, synthesise
from tests.bundle import unpacked_bundle
from tests.infra.packages import app_package
from tests.test_architecture import ROOT, imports, modules, parsed

MOST = 6_000_000


@pytest.fixture(scope="module")
def unpacked() -> Path:
    """A folder with the bundle for this machine."""
    return unpacked_bundle()


def files(platform: Platform) -> set[str]:
    """Names as they are on every processor."""
    with zipfile.ZipFile(app_package(platform).bundle) as packed:
        return {re.sub(r"\.cpython-\d+-[\w-]+\.so$", ".so", name) for name in packed.namelist()}


def run(folder: Path, program: str) -> str:
    """In a fresh process that finds nothing but the standard library and the bundle."""
    environment = {**WHILE_PACKAGING, "PATH": os.defpath, "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
    environment["USER_POOL_ISSUER"] = "https://pool.invalid/eu-central-1_none"
    told = f"import sys\nsys.path.insert(0, {str(folder)!r})\n{program}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", told], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_bundle_for_lambda_has_at_most_6_mb() -> None:
    size = app_package().bundle.stat().st_size
    print(f"\nthe bundle: {size / 1e6:.2f} MB (budget: {MOST / 1e6:.0f} MB)")
    assert size <= MOST


@pytest.mark.long
def test_packaging_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    assert synthesise(tmp_path).bundle.read_bytes() == app_package().bundle.read_bytes()


def test_compiled_modules_are_for_the_processor_that_the_functions_run_on() -> None:
    found = machines(app_package().bundle)
    assert {name.partition("/")[0] for name in found} == {"msgspec", "markupsafe"}
    assert set(found.values()) == {AARCH64}


def test_the_bundle_that_is_tested_has_the_files_of_the_one_for_lambda() -> None:
    assert files("host") ^ files("lambda") == set()


def test_the_bundle_holds_nothing_of_the_tools_the_tests_and_the_site() -> None:
    with zipfile.ZipFile(app_package().bundle) as packed:
        tops = {name.partition("/")[0] for name in packed.namelist()}
    assert "app.pyc" in tops
    assert not tops & {"infra", "tests", "static_site", "docs", "pip", "setuptools", "pytest", "moto", "ministack", ".git"}


def test_the_modules_of_ours_are_those_that_a_function_can_reach() -> None:
    with zipfile.ZipFile(app_package().bundle) as packed:
        compiled = {name for name in packed.namelist() if name.endswith(".pyc")}
    assert {name for name in compiled if name.startswith(OURS)} == {f"{path.relative_to(ROOT)}c" for path in reached()}


def test_every_module_of_ours_can_be_imported(unpacked: Path) -> None:
    names = sorted(named(path) for path in reached())
    run(unpacked, f"import importlib\nfor name in {names!r}: importlib.import_module(name)")


def reached() -> set[Path]:
    """The modules that app.py imports, and those that these import, wherever and by whichever name; packages with them."""
    by_name = {named(path): path for path in modules()}
    found: set[str] = set()
    todo = ["app"]
    while todo:
        name = todo.pop()
        if name in by_name and name not in found:
            found.add(name)
            todo += [name.rpartition(".")[0], *said_in(by_name[name])]
    return {by_name[name] for name in found}


def said_in(path: Path) -> set[str]:
    """Dotted names: of import statements, each with what it names within a module, and of what is imported by its name, which
    the table of routes says as `module.name` of its own room."""
    imported = set(imports(path))
    texts = {node.value for node in ast.walk(parsed(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    in_room = {f"chalicelib.api.{text.partition('.')[0]}" for text in texts if path.parent.name == "api" and "." in text}
    return imported | in_room | {name.rpartition(".")[0] for name in imported} | {text.partition(":")[0] for text in texts}


def named(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_every_client_that_a_function_builds_finds_its_service_described(unpacked: Path) -> None:
    run(unpacked, CLIENTS)


CLIENTS = """
import app
from chalicelib import wiring
from chalicelib.messages.health import SesHealth
from chalicelib.messages.send import SnsSender
from chalicelib.store.accounts import UsersFunction
import boto3
wiring.delivery(), wiring.upkeep(), wiring.clearing(), wiring.bounces(), wiring.administration()
wiring.users()._accounts.client.get_paginator("list_users")
SesHealth("a@example.org")._client, SnsSender()._client, UsersFunction("users").client, boto3.client("cloudwatch")
"""


def test_proofs_holidays_telephone_numbers_addresses_and_zones_are_known(unpacked: Path) -> None:
    assert run(unpacked, KNOWLEDGE).split("\n") == [
        "()",
        "SHA-256",
        "Neujahr",
        "Fête nationale",
        "+491711234567",
        "example.org",
        "Asia/Tokyo",
        "",
    ]


KNOWLEDGE = """
import app, altcha, holidays, phonenumbers, email_validator, zoneinfo
print(zoneinfo.TZPATH)
print(altcha.create_challenge_v1(hmac_key="none").algorithm)
print(holidays.country_holidays("DE", subdiv="HH", years=2026)["2026-01-01"])
print(holidays.country_holidays("FR", years=2026, language="fr")["2026-07-14"])
print(phonenumbers.format_number(phonenumbers.parse("0171 1234567", "DE"), phonenumbers.PhoneNumberFormat.E164))
print(email_validator.validate_email("anna@example.org", check_deliverability=False, test_environment=True).domain)
print(zoneinfo.ZoneInfo("Asia/Tokyo").key)
"""


def test_what_no_function_reads_is_left_out(tmp_path: Path) -> None:
    names = [
        "app.py",
        "__pycache__/app.cpython-313.pyc",
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "botocore/data/endpoints.json",
        "x/tests/test_x.py",
    ]
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as packed:
        for name in names:
            packed.writestr(name, "")
    slim(tmp_path / "package.zip", tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as packed:
        assert packed.namelist() == ["app.pyc", "botocore/data/endpoints.json"]
