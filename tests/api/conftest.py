"""What speaks HTTP is tested twice: on the sources, and on the unpacked bundle, which is what runs on AWS."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from tests.site_of_tests import Site

WITHIN = {"app", "monkeypatch"}
"""Fixtures of tests that look into the process that answers, or change it."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "served_site" in metafunc.fixturenames:
        places = ["source"] if WITHIN & set(metafunc.fixturenames) else ["source", "bundle"]
        metafunc.parametrize("served_site", places, indirect=True, scope="session")


@pytest.fixture
def app(site: Site) -> Any:
    """The Chalice app, called in the test's own thread; it needs the environment that the site has set."""
    return importlib.import_module("app").app
