"""The linters of AWS's templates have nothing to say, or it is answered."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra.deploy.template import Template, data_template, edge_template, text_of
from infra.local.engine import ROOT
from tests.infra.packages import app_package

BIN = ROOT / ".venv" / "lint" / "bin"
OFFLINE = {"PATH": os.defpath, "HOME": "/nonexistent", "HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
"""Whoever asks the network meets nobody."""
REGIONS = {"app": "eu-central-1", "data": "eu-central-1", "edge": "us-east-1"}


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all three."""
    folder = tmp_path_factory.mktemp("templates")
    written: dict[str, Template] = {
        "app": app_package().template("artifacts", {}),
        "data": data_template(),
        "edge": edge_template(),
    }
    for name, template in written.items():
        (folder / f"{name}.json").write_text(text_of(template))
    return folder


@pytest.mark.parametrize("name", sorted(REGIONS))
def test_cfn_lint_finds_nothing_in_a_template(templates: Path, name: str) -> None:
    command = [str(BIN / "cfn-lint"), "--regions", REGIONS[name], "--", str(templates / f"{name}.json")]
    done = subprocess.run(command, env=OFFLINE, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_each_finding_of_checkov_is_answered_and_each_answer_is_asked_for(templates: Path) -> None:
    found: dict[str, set[str]] = {}
    for finding in _findings(templates):
        found.setdefault(finding["check_id"], set()).add(finding["resource"].rpartition(".")[2])
    answers = json.loads((ROOT / "infra" / "lint" / "answers.json").read_text())
    assert found == {check: set(answer["of"]) for check, answer in answers.items()}


def _findings(templates: Path) -> list[dict[str, Any]]:
    options = ["--framework", "cloudformation", "--quiet", "--compact", "--skip-download", "--output", "json"]
    command = [str(BIN / "checkov"), "--directory", str(templates), *options]
    done = subprocess.run(command, env=OFFLINE, capture_output=True, text=True)
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0
    findings: list[dict[str, Any]] = report["results"]["failed_checks"]
    return findings
