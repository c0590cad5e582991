"""What each function may do: the files in `.chalice/policies`, and what a deployed role grants."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from infra.templates import functions
from infra.templates.functions import output_of

FOLDER = Path(__file__).resolve().parents[2] / ".chalice" / "policies"
FUNCTIONS = {name: output_of(name) for name in functions.FUNCTIONS}
"""A file's name -> the output of the app stack that names its function."""


def asked_by(function: str) -> set[str]:
    """The actions in a function's file, as in `dynamodb:GetItem`."""
    return _actions([json.loads((FOLDER / f"{function}.json").read_text(encoding="utf-8"))])


def granted_to(iam: Any, role: str) -> set[str]:
    """The actions that the policies written into a role allow. `iam` is boto3's client."""
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return _actions(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names)


def _actions(documents: Iterable[Mapping[str, Any]]) -> set[str]:
    allowed = [each["Action"] for document in documents for each in document["Statement"] if each["Effect"] == "Allow"]
    return {action for actions in allowed for action in ([actions] if isinstance(actions, str) else actions)}


def without(document: Mapping[str, Any], action: str) -> dict[str, Any]:
    """The policy, but for an action."""
    kept = [
        {**each, "Action": [name for name in each["Action"] if name != action]} if action in each["Action"] else each
        for each in document["Statement"]
    ]
    return {**document, "Statement": kept}
