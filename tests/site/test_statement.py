"""The accessibility statement of a practice that has none of its own."""

import json
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.languages import LANGUAGES
from tests.site.helpers import PRACTICE, ROOT, OpenPage, book, link, moment
from tests.site_of_tests import Site

FACTS = json.loads((ROOT / "static_site" / "accessibility.json").read_text())
MLBF = "Marktüberwachungsstelle der Länder"


def test_pages_lead_to_a_statement_with_facts_contact_and_authority(site: Site, page: Page) -> None:
    branch = site.branch(accessibility_url="", **PRACTICE)
    page.goto(book(page, site, branch, moment(1, 9)))
    page.get_by_role("link", name="Barrierefreiheit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Erklärung zur Barrierefreiheit")
    expect(page).to_have_title("Erklärung zur Barrierefreiheit – Hörakustik Elbufer")
    main = page.locator("main")
    expect(main).to_contain_text("Online-Terminanfrage von Hörakustik Elbufer")
    expect(main).to_contain_text("Die Erklärung behauptet nicht, dass die Seiten alle Anforderungen erfüllen.")
    expect(main.locator("li", has_text="axe-core")).to_contain_text("27. November 2026")
    expect(main.locator("ul.plain-list").nth(1).locator("li")).to_have_count(len(FACTS["gaps"]))
    expect(main.get_by_role("link", name="+49 40 66969 000")).to_be_visible()
    expect(main).to_contain_text(MLBF)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accessibility statement")
    expect(main).to_contain_text("It does not claim that the pages meet all requirements.")


@pytest.mark.parametrize(("own", "said"), [("Schlichtungsstelle\nMusterweg 1", True), ("", False)])
def test_elsewhere_the_authority_is_the_one_that_the_practice_has_set(site: Site, page: Page, own: str, said: bool) -> None:
    branch = site.branch(accessibility_url="", accessibility_authority=own, zone="Europe/Vienna")
    page.goto(f"{site.url}/accessibility.html?a={branch.alias}")
    expect(page.get_by_role("heading", name="Haben Sie eine Barriere gefunden?")).to_be_visible()
    expect(page.get_by_text("Schlichtungsstelle")).to_have_count(int(said))
    expect(page.get_by_text(MLBF)).to_have_count(0)


def test_a_practice_s_own_statement_is_linked_instead(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch()))
    expect(page.get_by_role("link", name="Barrierefreiheit")).to_have_attribute("href", "https://example.org/barrierefreiheit")


@pytest.mark.parametrize("alias", ["?a=nobody-0000", ""])
def test_a_link_to_no_practice_says_so(site: Site, open_page: OpenPage, alias: str) -> None:
    page = open_page()
    page.goto(f"{site.url}/accessibility.html{alias}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Diese Seite gibt es nicht (mehr)")


def test_the_statement_names_the_versions_that_check_and_no_day_to_come() -> None:
    judged, ours = (json.loads((ROOT / folder / "package.json").read_text()) for folder in ("tests/evidence/judged", ""))
    versions = {**judged["dependencies"], **ours["devDependencies"]}
    [tools] = [each["tools"] for each in FACTS["checks"] if "tools" in each]
    assert {each["package"]: each["version"] for each in tools} == {
        each["package"]: versions[each["package"]] for each in tools
    }
    assert all(date.fromisoformat(each["on"]) <= date.today() for each in FACTS["checks"])
    for language in LANGUAGES:
        texts = json.loads((ROOT / "chalicelib" / "texts" / language / "accessibility.json").read_text())
        assert {key for key in texts if key.startswith("checked_")} == {f"checked_{each['id']}" for each in FACTS["checks"]}
        assert {key for key in texts if key.startswith("gap_")} == {f"gap_{each}" for each in FACTS["gaps"]}
