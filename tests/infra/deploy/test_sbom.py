"""The bill of materials names what goes to AWS, with its hashes and licences."""

from __future__ import annotations

import json
from email.message import Message
from importlib.metadata import Distribution
from pathlib import Path
from typing import cast

import pytest

from infra.deploy.hashes import hashes_of
from infra.deploy.sbom import ALLOWED, COMPILED_IN, Refused, bill, compiled_in, licence_of, parts
from infra.site.build import ROOT


class Saying:
    """A package that says this of its licence."""

    def __init__(self, *classifiers: str, **fields: str) -> None:
        self.metadata = Message()
        self.metadata["Name"] = "invented"
        for name, value in fields.items():
            self.metadata[name.replace("_", "-")] = value
        for each in classifiers:
            self.metadata["Classifier"] = f"License :: OSI Approved :: {each}"


def licence(*classifiers: str, **fields: str) -> str:
    return licence_of(cast("Distribution", Saying(*classifiers, **fields)))


def test_it_names_each_package_of_the_bundle_and_each_in_the_pages() -> None:
    names = {each.name for each in parts()}
    required = {each.partition("==")[0] for each in hashes_of((ROOT / "requirements.txt").read_text())}
    assert required - names == {"dnspython", "typing-extensions"}, "of these the bundle holds nothing"
    assert names - required == {"@event-calendar/build", "clsx", "qrcode-generator", "svelte"}


def test_each_package_has_the_hashes_that_it_is_installed_by_and_an_allowed_licence() -> None:
    for each in parts():
        assert each.hashes or each.name in COMPILED_IN
        assert set(each.licence.split(" OR ")) <= ALLOWED


def test_what_is_compiled_into_a_package_and_is_new_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.js.map").write_text('{"sources": ["../src/a.js", "../node_modules/@of/invented/b.js"]}')
    with pytest.raises(Refused, match="@of/invented"):
        list(compiled_in([tmp_path / "a.js.map"]))


def test_the_same_packages_give_the_same_bytes() -> None:
    assert json.dumps(bill(parts())) == json.dumps(bill(parts()))


def test_a_licence_is_read_from_wherever_a_package_says_it() -> None:
    assert licence(License_Expression="MIT") == "MIT"
    assert licence(License="Apache License 2.0") == "Apache-2.0"
    assert licence("BSD License", "Apache Software License", License="Dual License") == "BSD-3-Clause OR Apache-2.0"


@pytest.mark.parametrize("said", [{"License_Expression": "GPL-3.0-only"}, {"License_Expression": "AGPL-3.0-or-later"}, {}])
def test_a_licence_that_is_not_allowed_or_not_known_is_refused_by_name(said: dict[str, str]) -> None:
    with pytest.raises(Refused, match="invented"):
        licence(**said)


def test_the_schema_is_asked_for_by_the_command() -> None:
    assert "bill_of_materials.py" in (ROOT / "Makefile").read_text().partition("\nsbom:")[2].partition("\n\n")[0]
