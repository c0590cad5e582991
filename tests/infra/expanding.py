"""What CloudFormation makes of a template of SAM's: the transform itself, as the local AWS has it."""

from __future__ import annotations

import atexit
import json
import subprocess
from functools import cache

from infra.local.engine import ROOT
from infra.templates.parts import Template

TRANSFORM = """
import json, sys
from samtranslator.translator.transform import transform
class Policies:
    def load(self): return {}
for line in sys.stdin:
    print(json.dumps(transform(json.loads(line), {}, Policies())), flush=True)
"""


def expanded(template: Template) -> Template:
    return _expanded(json.dumps(template))


@cache
def _expanded(text: str) -> Template:
    stdin, stdout = _translator().stdin, _translator().stdout
    assert stdin
    assert stdout
    stdin.write(f"{text}\n")
    stdin.flush()
    made: Template = json.loads(stdout.readline())
    return made


@cache
def _translator() -> subprocess.Popen[str]:
    """Runs in the virtual environment of the local AWS, which has its own botocore, and ends with the tests."""
    command = [str(ROOT / ".venv" / "aws" / "bin" / "python"), "-I", "-c", TRANSFORM]
    environment = {"AWS_DEFAULT_REGION": "eu-central-1"}
    started = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(started.communicate)
    return started


def named(template: Template, kind: str) -> list[str]:
    """Logical ids of what a template makes of a kind."""
    return [name for name, each in template["Resources"].items() if each["Type"] == kind]
