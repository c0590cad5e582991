"""What speaks HTTP is tested twice: on the sources, and on the unpacked bundle, which is what runs on AWS.

The bundle runs each test once, with the first of its cases. Others take the same route through the same modules to another
answer, and what the bundle may lack is modules. A race runs on the bundle alone: its functions are processes, as on AWS.
"""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from tests.conftest import BUNDLE
from tests.infra.packages import can_package
from tests.site_of_tests import Site

WITHIN = {"app", "monkeypatch"}
"""Fixtures of tests that look into the process that answers, or change it."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "served_site" in metafunc.fixturenames:
        places = ["source"] if WITHIN & set(metafunc.fixturenames) else ["source", "bundle"]
        if metafunc.definition.get_closest_marker("race") and can_package():
            places = ["bundle"]
        metafunc.parametrize("served_site", places, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    further = further_cases([item.nodeid for item in items])
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in further])
    items[:] = [item for item in items if item.nodeid not in further]


def further_cases(tests: list[str]) -> set[str]:
    """Tests on the bundle of which another case comes before."""
    on_the_bundle = [test for test in tests if BUNDLE in test]
    first = {test.partition("[")[0]: test for test in reversed(on_the_bundle)}
    return {*on_the_bundle} - {*first.values()}


@pytest.fixture
def app(site: Site) -> Any:
    """The Chalice app, called in the test's own thread; it needs the environment that the site has set."""
    return importlib.import_module("app").app
