"""The operations manual speaks of what is there: commands, alarms, outputs, places."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from infra.local.engine import ROOT
from infra.templates import app, data, edge
from infra.templates.parts import Template

MANUAL = (ROOT / "docs" / "operations.md").read_text()
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def template(name: str) -> Template:
    """The application's without what Chalice says of it."""
    return {"app": app.over_chalice, "data": data.template, "edge": edge.template}[name]()


def anchors(document: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for to in re.findall(r"\]\((?!http)([^)]+)\)", document.read_text()):
        path, _, anchor = to.partition("#")
        target = (document.parent / path) if path else document
        assert target.exists(), to
        assert not anchor or anchor in anchors(target), to


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_a_document_names_can_be_typed(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`|&& )make ([a-z-]+)", document.read_text(), re.MULTILINE))
    assert named <= targets


RIGHTS = MANUAL.partition("**Rights.**")[2].partition("**Tools.**")[0]
PREFIXES = {
    "CertificateManager": "acm",
    "Cognito": "cognito-idp",
    "Route53": "route53",
    "SES": "ses",
    "Serverless": "lambda",
}
"""A service's name in a template -> in a policy, where they differ by more than small letters."""


def test_the_reduced_rights_name_each_service_that_a_template_uses() -> None:
    kinds = {
        each.get("Type", "AWS::Lambda::Function")
        for name in ("app", "data", "edge")
        for each in template(name)["Resources"].values()
    }
    services = {kind.split("::")[1] for kind in kinds}
    assert {PREFIXES.get(service, service.lower()) for service in services} <= set(re.findall(r"`([a-z0-9-]+)`", RIGHTS))


def test_the_reduced_rights_let_services_make_their_own_roles_and_no_other_service() -> None:
    statement = json.loads(RIGHTS.split("```")[1])
    assert statement["Action"] == "iam:CreateServiceLinkedRole"
    named = statement["Condition"]["StringEquals"]["iam:AWSServiceName"]
    allowed = re.findall(r"`([a-z0-9-]+)`", RIGHTS)
    assert named
    assert all(any(service in name.split(".") for service in allowed) for name in named)


def test_every_place_in_the_manual_that_a_command_sends_people_to_is_there() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "infra").rglob("*.py"))
    named = set(re.findall(r"(?:\{MANUAL\}|docs/operations\.md)#([a-z-]+)", sources))
    assert len(named) > 5
    assert named <= anchors(ROOT / "docs" / "operations.md")


def test_each_alarm_has_its_line_and_no_other_has() -> None:
    resources = template("app")["Resources"]
    alarms = {name for name, found in resources.items() if found.get("Type") == "AWS::CloudWatch::Alarm"}
    table = MANUAL.partition("| alarm |")[2].partition("\n\n")[0]
    told = {name for line in table.splitlines() for name in re.findall(r"[A-Z]\w+", line.split("|")[1])} if table else set()
    assert told == alarms | {"Budget"}


@pytest.mark.parametrize("stack", ["app", "data"])
def test_what_its_commands_ask_of_a_stack_the_stack_tells(stack: str) -> None:
    asked = set(re.findall(rf"\$\(out {stack} (\w+)\)", MANUAL))
    assert asked
    assert asked <= template(stack)["Outputs"].keys()


def test_the_functions_that_are_silenced_are_outputs_of_the_application() -> None:
    (names,) = re.findall(r"^for f in (.+?); do", MANUAL, re.MULTILINE)
    assert set(names.split()) <= template("app")["Outputs"].keys()


def test_concurrency_is_given_back_as_the_template_has_it() -> None:
    given = re.findall(r"\$\(out app (\w+)Function\) --reserved-concurrent-executions (\d+)$", MANUAL, re.MULTILINE)
    assert given
    for function, number in given:
        reserved = template("app")["Resources"][function]["Properties"]["ReservedConcurrentExecutions"]
        assert int(number) == reserved["Fn::If"][1]
