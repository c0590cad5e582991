"""What CloudFormation makes of a template of SAM's: the transform itself, as the local AWS has it."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from infra.deploy.template import Template
from infra.local.engine import ROOT

TRANSFORM = """
import json, sys
from samtranslator.translator.transform import transform
class Policies:
    def load(self): return {}
json.dump(transform(json.load(sys.stdin), {}, Policies()), sys.stdout)
"""


def expanded(template: Template) -> Template:
    """Runs in the virtual environment of the local AWS, which has its own botocore."""
    command = [str(ROOT / ".venv" / "aws" / "bin" / "python"), "-I", "-c", TRANSFORM]
    environment = {"AWS_DEFAULT_REGION": "eu-central-1"}
    done = subprocess.run(command, input=json.dumps(template), env=environment, capture_output=True, text=True, check=True)
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def named(template: Template, kind: str) -> list[str]:
    """Logical ids of what a template makes of a kind."""
    return [name for name, each in template["Resources"].items() if each["Type"] == kind]
