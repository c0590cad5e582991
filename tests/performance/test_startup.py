"""What starting a function costs, from the bundle that goes to AWS, built for this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable

import pytest

from infra.template import WHILE_PACKAGING
from tests.infra.packages import app_package

StartUp = Callable[[str], float]
RUNS = 15
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


@pytest.fixture(scope="module")
def start_up_ms(tmp_path_factory: pytest.TempPathFactory) -> StartUp:
    """CPU of a fresh process that runs a program with the bundle and the standard library alone, in milliseconds."""
    folder = tmp_path_factory.mktemp("bundle")
    with zipfile.ZipFile(app_package("host").bundle) as packed:
        packed.extractall(folder)
    environment = {**WHILE_PACKAGING, "PATH": os.defpath, "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}

    def run(program: str) -> float:
        told = f"import sys, time\nsys.path.insert(0, {str(folder)!r})\n{program}\nprint(time.process_time() * 1000)"
        command = [sys.executable, "-I", "-S", "-c", told]
        return float(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)

    return run


def test_starting_costs_little_more_than_the_libraries_alone(start_up_ms: StartUp) -> None:
    spent = [(start_up_ms(APP), start_up_ms(LIBRARIES)) for _ in range(RUNS)]
    ours, theirs = (min(column) for column in zip(*spent, strict=True))  # what disturbs only ever adds
    print(
        f"\nstart-up from the bundle, least CPU of {RUNS}: app and client {ours:.0f} ms (budget: 300 ms), chalice, pynamodb "
        f"and client alone {theirs:.0f} ms, {ours / theirs:.2f} times (budget: 1.3)"
    )
    assert ours <= 1.3 * theirs
    assert ours <= 300


@pytest.mark.parametrize("module", ["boto3", "icalendar", "jinja2", "email_validator", "holidays"])
def test_what_only_mails_and_settings_need_is_not_loaded_at_start(start_up_ms: StartUp, module: str) -> None:
    assert start_up_ms(f"import app\nassert {module!r} not in sys.modules") > 0
