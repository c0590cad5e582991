"""The synthesised templates, once a test run."""

from __future__ import annotations

import pytest

from infra.templates import data as data_stack
from infra.templates import edge as edge_stack
from infra.templates.parts import Template
from tests.infra.packages import app_package


@pytest.fixture(scope="session")
def app() -> Template:
    """As deployed from a bucket named artifacts."""
    return app_package().template("artifacts", {})


@pytest.fixture(scope="session")
def data() -> Template:
    return data_stack.template()


@pytest.fixture(scope="session")
def edge() -> Template:
    return edge_stack.template()
