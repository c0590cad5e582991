"""Judges of what is served: its headers, its pages as a phone loads them, and the API by its own description."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.evidence.judged.conftest import Judge
from tests.evidence.judged.findings import Finding
from tests.evidence.judged.tools import BIN, by_node, said, version_of
from tests.evidence.lines import SEED, SHORT
from tests.site.conftest import chromium_path
from tests.site.helpers import link, moment
from tests.site_of_tests import Site, token_of

PATHS = ("/", "/manage.html", "/staff/index.html", "/api/v1/openapi.json")
"""One of each behaviour of the CDN (infra/templates/headers.py)."""


def judge_csp_evaluator(judge: Judge, site: Site) -> None:
    policies = {path: site.get(path).headers["Content-Security-Policy"] for path in PATHS}
    found = [
        Finding(each["rule"], f"{path} {each['directive']} {each['value']}".strip(), each["said"])
        for path, findings in by_node("csp", policies).items()
        for each in findings
    ]
    judge("csp_evaluator", version_of("csp_evaluator"), f"the policies of {len(policies)} kinds of path", found)


def judge_lighthouse(judge: Judge, site: Site) -> None:
    """Search engines may read the booking page; the others say that they may not."""
    branch = site.branch()
    booked = site.book(branch, moment(3, 9).isoformat())
    both = ["best-practices", "accessibility"]
    pages: dict[str, Any] = {"booking": {"url": link(site, branch), "categories": [*both, "seo"]}}
    if not SHORT:
        pages |= {
            "manage": {"url": booked["manage_url"], "categories": both},
            "sign-in": {"url": f"{site.url}/staff/sign-in.html", "categories": both},
        }
    told = by_node("lighthouse", {"chrome": chromium_path(), "pages": pages})
    found = [Finding(each["id"], page, each["title"]) for page, said in told.items() for each in said["failed"]]
    quick = ", ".join(f"{page} {said['scores']['performance'] * 100:.0f}" for page, said in told.items())
    looked = f"{len(pages)} pages on its phone; performance, which is only told: {quick}"
    judge("lighthouse", version_of("lighthouse"), looked, found, not SHORT)


def judge_schemathesis(judge: Judge, site: Site, tmp_path: Path) -> None:
    """A short run by an admin who has a branch, an alias and an appointment; `make fuzz` has every kind of caller."""
    branch = site.branch()
    known = {
        "path.branch": branch.id,
        "path.alias": branch.alias,
        "header.Appointment-Token": token_of(site.book(branch, moment(3, 9).isoformat())["manage_url"]),
    }
    config, report = tmp_path / "schemathesis.toml", tmp_path / "report.json"
    config.write_text("[parameters]\n" + "".join(f'"{name}" = "{value}"\n' for name, value in known.items()), encoding="utf-8")
    command: list[str | Path] = [BIN / "schemathesis", "--config-file", config, "run", f"{site.url}/api/v1/openapi.json"]
    options: list[str | Path] = [
        *("--header", f"Authorization: {site.token(('admin',), (branch.id,))}", "--seed", str(SEED)),
        *("--phases", "examples,fuzzing", "--max-time", "15" if SHORT else "60", "--max-examples", "10"),
        *("--exclude-checks", "positive_data_acceptance"),  # rules of a branch refuse what a schema cannot know
        *("--continue-on-failure", "--no-color", "--report", "json", "--report-json-path", str(report)),
    ]
    said(*command, *options, at=tmp_path)  # where it also leaves what it remembers
    told = json.loads(report.read_text(encoding="utf-8"))
    found = [
        Finding(each["code"], operation, each["title"]) for each in told["failures"] for operation in each["operations"]
    ] + [Finding("error", each["title"]) for each in told["errors"]]
    tried = f"{told['test_cases']['generated']} requests to {told['operations']['tested']} routes"
    judge("schemathesis", told["schemathesis_version"], tried, found, not SHORT)
