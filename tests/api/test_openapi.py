"""`/v1/openapi.json` as the author of a client reads it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.api.examples import EXAMPLES
from chalicelib.api.openapi import codes_of, description
from chalicelib.api.routes import ROUTES, WITH_LINK
from infra.local.engine import ROOT

SPECTRAL = ROOT / "node_modules" / ".bin" / "spectral"
DESCRIBED: Any = description()
SCHEMAS: Any = DESCRIBED["components"]["schemas"]


def operations() -> Iterator[Any]:
    for methods in DESCRIBED["paths"].values():
        yield from methods.values()


def test_the_validator_of_openapi_finds_nothing() -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(DESCRIBED).iter_errors()] == []


def test_spectral_finds_nothing(tmp_path: Path) -> None:
    """Whose rules are what generators and readers of a description stumble over."""
    (tmp_path / "openapi.json").write_text(json.dumps(DESCRIBED), encoding="utf-8")
    (tmp_path / "rules.yaml").write_text('extends: ["spectral:oas"]\n', encoding="utf-8")
    command = [str(SPECTRAL), "lint", "openapi.json", "--ruleset", "rules.yaml", "--format", "json", "--fail-severity", "hint"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.startswith("[]"), done.stdout


def test_each_body_that_is_sent_has_an_example() -> None:
    assert {route.body.rpartition(".")[2] for route in ROUTES if route.body} <= EXAMPLES.keys() <= SCHEMAS.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_what_its_schema_describes(name: str) -> None:
    whole = {"$ref": f"#/components/schemas/{name}", "components": DESCRIBED["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(EXAMPLES[name])


def test_each_enumeration_says_of_which_type_it_is() -> None:
    def untyped(schema: Any) -> Iterator[Any]:
        if isinstance(schema, dict):
            if isinstance(schema.get("enum"), list) and "type" not in schema:
                yield schema
            for below in schema.values():
                yield from untyped(below)
        elif isinstance(schema, list):
            for below in schema:
                yield from untyped(below)

    assert [*untyped(DESCRIBED)] == []


def test_each_operation_tells_all_that_a_client_has_to_know() -> None:
    tags = {each["name"] for each in DESCRIBED["tags"]}
    for operation in operations():
        assert operation["summary"]
        assert set(operation["tags"]) <= tags
        assert {"429", "500", "503"} <= operation["responses"].keys()
        assert "default" not in operation["responses"]
        for parameter in operation["parameters"]:
            assert parameter["description"]
            assert parameter["schema"]["type"]


def test_a_parameter_of_the_query_that_may_be_left_out_may_be_left_empty() -> None:
    queries = [each for operation in operations() for each in operation["parameters"] if each["in"] == "query"]
    assert {each["required"] for each in queries} == {True, False}
    assert all(each.get("allowEmptyValue", False) is not each["required"] for each in queries)


def test_a_file_has_the_media_type_that_it_is_answered_with() -> None:
    media = {
        operation["operationId"]: [*operation["responses"]["200"]["content"]]
        for operation in operations()
        if "200" in operation["responses"]
    }
    files = {name: types for name, types in media.items() if types != ["application/json"]}
    assert files == {
        "subscribe": ["text/calendar"],
        "download_calendar_file": ["text/calendar"],
        "download_record": ["text/csv"],
        "download_readings": ["text/csv"],
    }


def test_what_a_link_opens_asks_for_the_token_as_a_scheme_of_security() -> None:
    assert DESCRIBED["components"]["securitySchemes"]["appointment"]["name"] == "Appointment-Token"
    by_link = {each["operationId"] for each in operations() if each["security"] == [{"appointment": []}]}
    assert by_link == {route.name for route in ROUTES if route.may == WITH_LINK}


def test_a_change_may_be_refused_for_what_it_changes_even_where_nothing_is_sent() -> None:
    """A declined appointment cannot be cancelled."""
    assert all("invalid" in codes_of(route)[400] for route in ROUTES if route.method != "GET")


def test_a_refusal_of_every_code_has_a_meaning_and_an_example() -> None:
    for refusal in DESCRIBED["components"]["responses"].values():
        examples = refusal["content"]["application/json"]["examples"]
        for code, example in examples.items():
            assert f"`{code}`: {example['value']['message']}" in refusal["description"]
