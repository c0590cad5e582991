"""Judges of what is written: Python, shell, and the API's description."""

from __future__ import annotations

import json
from pathlib import Path

from chalicelib.api.openapi import description
from tests.evidence.judged.conftest import Judge
from tests.evidence.judged.findings import Finding
from tests.evidence.judged.tools import BIN, said, version_of
from tests.evidence.lines import ROOT

LIBRARIES = ROOT / "node_modules"
SHELL = (".ci/run", *sorted(str(each.relative_to(ROOT)) for each in (ROOT / "infra").rglob("*.sh")))


def judge_bandit(judge: Judge) -> None:
    report = json.loads(said(BIN / "bandit", "-q", "-f", "json", "-r", "app.py", "chalicelib", "infra"))
    assert report["errors"] == []
    found = [Finding(each["test_id"], each["filename"], each["issue_text"]) for each in report["results"]]
    files = len(report["metrics"]) - 1
    judge("bandit", said(BIN / "bandit", "--version").split()[1], f"{files} files of Python", found)


def judge_shellcheck(judge: Judge) -> None:
    told = json.loads(said(BIN / "shellcheck", "-f", "json", *SHELL))
    found = [Finding(f"SC{each['code']}", each["file"], each["message"]) for each in told]
    [version] = [each for each in said(BIN / "shellcheck", "--version").splitlines() if each.startswith("version:")]
    judge("shellcheck", version.split()[1], f"{len(SHELL)} scripts of the shell", found)


def judge_zizmor(judge: Judge) -> None:
    """It is not installed while it would have nothing to read; the first workflow fails here until it is."""
    workflows = sorted((ROOT / ".github").rglob("*.y*ml"))
    found = [Finding("unread", str(each.relative_to(ROOT)), "a workflow, and nobody to judge it") for each in workflows]
    judge("zizmor", "none", "no workflow: what CI runs is a script of the shell, which ShellCheck reads", found)


def judge_spectral(judge: Judge, tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(description()), encoding="utf-8")
    (tmp_path / "rules.yaml").write_text('extends: ["spectral:oas"]\n', encoding="utf-8")
    options = ["--ruleset", str(tmp_path / "rules.yaml"), "--format", "json", "--fail-severity", "hint", "--quiet"]
    told = said(LIBRARIES / ".bin" / "spectral", "lint", tmp_path / "openapi.json", *options)
    found = [Finding(each["code"], "/".join(map(str, each["path"])), each["message"]) for each in json.loads(told)]
    version = version_of("@stoplight/spectral-cli", LIBRARIES)
    judge("spectral", version, f"{len(description()['paths'])} paths of the API", found)
