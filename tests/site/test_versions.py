"""The pages as they lie in the bucket: whatever they load comes from addresses with the version, and nothing is missing."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from infra.deploy.site import File, layout
from infra.local.site import cdn_headers
from tests.site.helpers import link, moment, open_form, open_month, part
from tests.site.staff import sign_in, two_cabins
from tests.site_of_tests import Site

FROM_THE_API = ("/api/", "/cognito")
STAFF = ("index", "customers", "messages", "record", "figures", "settings", "accesses")


@pytest.fixture
def loaded(page: Page, site: Site) -> list[str]:
    """Serves what the bucket would, with the CDN's headers, and nothing else of the site. Keeps what pages asked for."""
    files = {f"/{file.key}": file for file in layout().files}
    asked: list[str] = []
    page.route(f"{site.url}/**", _serving(files, asked))
    return asked


def _serving(files: dict[str, File], asked: list[str]) -> Callable[[Route], None]:
    def serve(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith(FROM_THE_API):
            route.fallback()
            return
        asked.append(path)
        file = files.get("/index.html" if path == "/" else path)
        if file is None:
            route.fulfill(status=404, body="There is nothing at this address.")
        else:
            headers = {"Content-Type": file.kind, "Cache-Control": file.cache, **cdn_headers(path)}
            route.fulfill(status=200, body=file.body, headers=headers)

    return serve


def unversioned(loaded: list[str]) -> set[str]:
    return {path for path in loaded if not path.startswith("/v/")}


def test_the_booking_page_loads_its_parts_when_they_are_needed(site: Site, page: Page, loaded: list[str]) -> None:
    open_month(page, site, site.branch())
    assert unversioned(loaded) == {"/"}
    assert [path for path in loaded if path.endswith(part("month"))]


def test_the_solver_and_its_worker_are_those_of_the_version(site: Site, page: Page, loaded: list[str]) -> None:
    with page.expect_event("worker"):
        open_form(page, site, site.branch(), moment(1, 9))
    assert page.evaluate("document.querySelector('terminwerk-booking').gate.proof()")
    assert unversioned(loaded) == {"/"}
    assert {path.rpartition("/")[2] for path in loaded} >= {part("proof").rpartition("/")[2], "proof-worker.js"}


def test_the_customers_page_loads_its_parts_when_they_are_needed(site: Site, page: Page, loaded: list[str]) -> None:
    booked = site.book(site.branch(), moment(3, 10).isoformat())
    page.goto(booked["manage_url"])
    page.get_by_role("button", name="Verschieben").click()
    expect(page.locator("terminwerk-week button.slot:visible").first).to_be_visible()
    assert unversioned(loaded) == {"/manage.html"}
    assert [path for path in loaded if path.endswith(part("moving", "manage"))]


@pytest.mark.parametrize("name", STAFF)
def test_a_staff_page_loads_everything(site: Site, page: Page, loaded: list[str], name: str) -> None:
    sign_in(page, site, two_cabins(site), ("admin",), f"{name}.html")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert unversioned(loaded) == {f"/staff/{name}.html"}


def test_the_sign_in_page_loads_everything(site: Site, page: Page, loaded: list[str]) -> None:
    page.goto(f"{site.url}/staff/sign-in.html")
    expect(page.get_by_role("button", name="Anmelden")).to_be_visible()
    assert unversioned(loaded) == {"/staff/sign-in.html"}


def test_a_link_is_drawn_as_a_code(site: Site, page: Page, loaded: list[str]) -> None:
    sign_in(page, site, two_cabins(site), ("admin",), "accesses.html")
    expect(page.get_by_role("img", name="QR-Code: Kabine 1")).to_be_visible()
    assert [path for path in loaded if path.endswith(part("qrcode", "staff-accesses"))]


def test_the_start_page_is_the_same_with_its_name(site: Site, page: Page, loaded: list[str]) -> None:
    page.goto(link(site, site.branch()).replace("/?", "/index.html?"))
    expect(page.locator("terminwerk-week button.slot:visible").first).to_be_visible()
    assert unversioned(loaded) == {"/index.html"}
