"""What goes to AWS, packaged once a test run for each platform."""

import platform as machine
import tempfile
from functools import cache
from pathlib import Path

import pytest

from infra.deploy.template import Package, Platform, synthesise


@cache
def app_package(platform: Platform = "lambda") -> Package:
    """Skips the test on a Python that Lambda is not told to run."""
    if machine.python_version_tuple()[:2] != ("3", "13"):
        pytest.skip(f"what goes to AWS is packaged by Python 3.13, and this is {machine.python_version()}")
    return synthesise(package_folder() / platform, platform)


def package_folder() -> Path:
    """Removed when the tests end."""
    return Path(_folder().name)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="terminwerk-package-")
