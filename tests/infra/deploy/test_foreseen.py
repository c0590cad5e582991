"""What a template will make of its parameters, told before CloudFormation can be asked."""

from __future__ import annotations

import pytest

from infra.deploy.foreseen import resources
from infra.templates import app, data
from infra.templates.parts import Template

CERTIFICATE = {"Domain": "termine.example.org", "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/0"}
CONDITIONAL = {"Budget", "DomainA", "DomainAAAA"}


def application() -> Template:
    """But for what Chalice adds, none of which hangs on a condition."""
    entries = app.over_chalice()
    return entries | {"Resources": {name: each for name, each in entries["Resources"].items() if each and "Type" in each}}


@pytest.mark.parametrize(
    ("parameters", "made"),
    [
        ({}, set()),
        ({"BudgetUsd": "0"}, set()),
        ({"BudgetUsd": "20"}, {"Budget"}),
        (CERTIFICATE, set()),
        (CERTIFICATE | {"HostedZone": "Z0123456789ABC"}, {"DomainA", "DomainAAAA"}),
    ],
)
def test_what_is_not_asked_for_is_not_foreseen(parameters: dict[str, str], made: set[str]) -> None:
    found = resources(application(), parameters)
    assert found.keys() & CONDITIONAL == made
    assert found["Distribution"] == "AWS::CloudFront::Distribution"


def test_of_two_forms_of_a_sender_the_one_asked_for_is_foreseen() -> None:
    found = resources(data.template(), {"MailIdentity": "address"})
    assert [name for name in found if name.startswith("Sender")] == ["SenderAddress"]


@pytest.mark.parametrize(("one", "made"), [("a", True), ("b", True), ("c", False)])
def test_one_of_several_conditions_is_enough_for_an_or(one: str, made: bool) -> None:
    any_of = {"Fn::Or": [{"Fn::Equals": [{"Ref": "One"}, text]} for text in ("a", "b")]}
    template = {"Conditions": {"Any": any_of}, "Resources": {"Its": {"Type": "AWS::SQS::Queue", "Condition": "Any"}}}
    assert bool(resources(template, {"One": one})) is made
