from __future__ import annotations

import importlib
from typing import Any

import pytest

from tests.site_of_tests import Site


@pytest.fixture
def app(site: Site) -> Any:
    """The Chalice app, called in the test's own thread; it needs the environment that the site has set."""
    return importlib.import_module("app").app
