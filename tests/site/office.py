"""What the tests of customers, settings, accesses, record and figures share: somebody of the staff who is signed in."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Locator, Page, expect

from chalicelib.domain.settings import Employee
from tests.site.staff import keep
from tests.site_of_tests import Answer, Site, TestBranch

ROBOT = Employee(id="robot", name="Homepage", technical=True, account=True)
"""Somebody whom accesses may act as."""


class Office:
    """A branch with somebody of its staff: a page that is signed in, and the same routes without a page."""

    def __init__(self, site: Site, branch: TestBranch, groups: tuple[str, ...] = ("admin",)) -> None:
        self.site, self.branch = site, branch
        self.tokens = site.sign_in(groups, [branch.id])

    def sign_in(self, page: Page) -> Page:
        """Puts the tokens where the pages keep them."""
        keep(page, self.tokens)
        return page

    def open(self, page: Page, name: str) -> Page:
        """One of the staff's pages by its name, `customers` or `settings#hours`; as soon as it is drawn."""
        file, _, part = name.partition("#")
        self.sign_in(page).goto(f"{self.site.url}/staff/{file}.html{f'#{part}' if part else ''}")
        drawn(page)
        return page

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        given = {"Content-Type": "application/json", "Authorization": self.tokens["IdToken"], **headers}
        sent = None if body is None else json.dumps(body).encode()
        return self.site.send(method, f"/api/v1/staff/branches/{self.branch.id}/{path}", sent, given)

    def customer(self, last_name: str, **fields: Any) -> Any:
        answer = self("POST", "customers", {"last_name": last_name, **fields})
        assert answer.status == 201, answer.text
        return answer.json

    @property
    def settings(self) -> Any:
        return self("GET", "settings").json

    def put(self, **sections: Any) -> Any:
        """Saves parts of the settings as somebody else would."""
        answer = self("PUT", "settings", {"version": self.settings["version"], **sections})
        assert answer.status == 200, answer.text
        return answer.json


def drawn(page: Page) -> None:
    """Until a page has its heading and waits for nothing."""
    expect(page.locator("main h1")).to_have_count(1)
    expect(page.locator("[aria-busy]")).to_have_count(0)


def input_of(page: Page, path: str) -> Locator:
    """The input of a path of the settings, `resources[0].capacity`."""
    return page.locator(f'[id="{path}"]')


def save(page: Page) -> None:
    """Saves the settings; they are stored then."""
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.locator("#saved")).to_be_focused()
