"""What goes to AWS, packaged once a test run for each platform, whichever worker needs it first."""

import fcntl
import os
import pickle
import platform as machine
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import pytest

from infra.deploy.template import Package, Platform, synthesise

PACKAGES = "TERMINWERK_TEST_PACKAGES"
"""Names the folder of a run, which is removed when the run ends."""
Made = TypeVar("Made")


def can_package() -> bool:
    """Whether this is the Python that Lambda is told to run."""
    return machine.python_version_tuple()[:2] == ("3", "13")


@cache
def app_package(platform: Platform = "lambda") -> Package:
    """Skips the test on a Python that Lambda is not told to run."""
    if not can_package():
        pytest.skip(f"what goes to AWS is packaged by Python 3.13, and this is {machine.python_version()}")
    return made_once(platform, partial(synthesise, platform=platform))


def made_once(name: str, make: Callable[[Path], Made]) -> Made:
    """What one of a run's workers makes in the folder of this name, while the others wait for it."""
    folder = Path(os.environ[PACKAGES]) / name
    made = folder.with_suffix(".made")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            made.write_bytes(pickle.dumps(make(folder)))
        found: Made = pickle.loads(made.read_bytes())
        return found
