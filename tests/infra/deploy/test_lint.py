"""The linters of AWS's templates have nothing to say, or it is answered."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from infra.deploy.stage import EDGE_REGION, Stage
from infra.deploy.template import text_of
from infra.local.engine import ROOT
from infra.templates.parts import Template

BIN = ROOT / ".venv" / "lint" / "bin"
OFFLINE = {"PATH": os.defpath, "HOME": "/nonexistent", "HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
"""Whoever asks the network meets nobody."""
TEMPLATES = ("app", "data", "edge")


class Linters(NamedTuple):
    cfn_lint: subprocess.Popen[str]
    checkov: subprocess.Popen[str]


@pytest.fixture(scope="module")
def linters(tmp_path_factory: pytest.TempPathFactory, app: Template, data: Template, edge: Template) -> Iterator[Linters]:
    """Both at work, each in one process for all templates, as in both regions."""
    folder = tmp_path_factory.mktemp("templates")
    for name, template in zip(TEMPLATES, (app, data, edge), strict=True):
        (folder / f"{name}.json").write_text(text_of(template))
    files = [str(folder / f"{name}.json") for name in TEMPLATES]
    regions = ["--regions", Stage.region, EDGE_REGION]
    options = ["--framework", "cloudformation", "--quiet", "--compact", "--skip-download", "--output", "json"]
    with (
        _started("cfn-lint", "--format", "json", *regions, "--", *files) as cfn_lint,
        _started("checkov", "--directory", str(folder), *options) as checkov,
    ):
        yield Linters(cfn_lint, checkov)


def _started(linter: str, *arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen([str(BIN / linter), *arguments], env=OFFLINE, stdout=pipe, stderr=pipe, text=True)


def test_cfn_lint_finds_nothing_in_a_template(linters: Linters) -> None:
    said, erred = linters.cfn_lint.communicate()
    assert (linters.cfn_lint.returncode, json.loads(said), erred) == (0, [], "")


def test_each_finding_of_checkov_is_answered_and_each_answer_is_asked_for(linters: Linters) -> None:
    found: dict[str, set[str]] = {}
    for finding in _findings(linters.checkov):
        found.setdefault(finding["check_id"], set()).add(finding["resource"].rpartition(".")[2])
    answers = json.loads((ROOT / "infra" / "lint" / "answers.json").read_text())
    assert found == {check: set(answer["of"]) for check, answer in answers.items()}


def _findings(checkov: subprocess.Popen[str]) -> list[dict[str, Any]]:
    said, erred = checkov.communicate()
    assert said, erred
    report = json.loads(said)
    assert report["summary"]["parsing_errors"] == 0
    findings: list[dict[str, Any]] = report["results"]["failed_checks"]
    return findings
