"""A real browser. Every page opened here fails its test if the page itself complains."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.site.helpers import WIDE, OpenPage, watch

PATIENCE = 60_000
"""Milliseconds until an expectation is given up. A page that works needs few of them, on a busy machine more."""
expect.set_options(timeout=PATIENCE)

QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str | None:
    """The same as infra/setup.sh looks for."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages, each in a context of its own, as another visitor would; German and at home unless said otherwise."""
    opened: list[tuple[BrowserContext, list[str]]] = []

    def open_one(width: int = WIDE, locale: str = "de-DE", zone: str = "Europe/Berlin", **more: Any) -> Page:
        viewport = {"width": width, "height": 900 if width >= 600 else 740}
        context = browser.new_context(viewport=viewport, locale=locale, timezone_id=zone, **more)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        opened.append((context, watch(page)))
        return page

    yield open_one
    for context, _ in opened:
        context.close()
    assert [complaint for _, complaints in opened for complaint in complaints] == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()
