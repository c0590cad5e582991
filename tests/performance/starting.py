"""Programs that run with the bundle that goes to AWS, built for this machine, and the standard library alone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from infra.deploy.template import WHILE_PACKAGING
from tests.infra.packages import app_package

APP = "import app"
LIBRARIES = """
import chalice, botocore.session, botocore.config
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model
class Thing(Model):
    class Meta:
        table_name = "t"
    pk = UnicodeAttribute(hash_key=True)
Thing._get_connection().connection.client
"""


def unpack(folder: Path) -> None:
    with zipfile.ZipFile(app_package("host").bundle) as packed:
        packed.extractall(folder)


def said_by(folder: Path, program: str) -> str:
    """What a fresh process prints."""
    environment = {**WHILE_PACKAGING, "PATH": os.defpath, "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
    command = [sys.executable, "-I", "-S", "-c", f"import sys\nsys.path.insert(0, {str(folder)!r})\n{program}"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
