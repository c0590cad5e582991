"""What staff note of an appointment and of its customer, what they change of it later, and a series of them."""

import re

from playwright.sync_api import Page, expect

from chalicelib import wiring
from chalicelib.domain.settings import Template
from tests.api.test_customers import Desk
from tests.api.test_desk import Staff
from tests.site.helpers import moment
from tests.site.staff import dialog, event, go_to, press, sign_in, status_of, two_cabins
from tests.site_of_tests import Site

PRINT = "() => { window.print = () => { window.printed = document.querySelector('.paper').textContent; }; }"
KINDS = (
    Template(id="short", name={"de": "Reinigung"}, duration=30, resources=("cabin-1",)),
    Template(id="long", name={"de": "Hörtest"}, duration=60, resources=("cabin-1",)),
)


def test_notes_are_seen_changed_and_printed_and_a_series_ends_with_one_message(site: Site, page: Page) -> None:
    branch = two_cabins(site, templates=KINDS, customer_hints=True)
    customer = Desk(site, branch, "staff").create(hint="hört links nichts", email="notiz@posteo.de")["id"]
    given = {"title": None, "customer": customer, "template": "short", "note": "Karte fehlt.", "on_paper": True}
    made = Staff(site, branch).book(moment(1, 9).isoformat(), repeat={"times": 3}, **given).json["appointments"]
    first, *others = [each["id"] for each in made]

    sign_in(page, site, branch)
    go_to(page, moment(1, 9))
    event(page, "Meyer").hover()
    for line in ("hört links nichts", "Karte fehlt.", "1 von 3"):
        expect(page.locator("button.ev[title]").first).to_have_attribute("title", re.compile(re.escape(line)))
    event(page, "Meyer").click()
    expect(dialog(page)).to_contain_text("Hinweis: hört links nichts")
    press(page, "Terminart oder Notiz ändern")
    dialog(page).get_by_label("Terminart").select_option("Hörtest")
    dialog(page).get_by_label("Notiz", exact=True).fill("Karte liegt vor.\nSchwester kommt mit.")
    press(page, "Speichern")
    expect(dialog(page).get_by_role("heading", level=3).first).to_contain_text("09:00–10:00")
    expect(dialog(page)).to_contain_text("Schwester kommt mit.")

    page.evaluate(PRINT)
    press(page, "Terminzettel der Serie drucken")
    expect(page.locator("body.printing")).to_be_attached()
    printed = page.evaluate("window.printed")
    assert [line in printed for line in ("hört links nichts", "Karte liegt vor.", "Karte fehlt.")] == [True] * 3
    page.evaluate("() => void dispatchEvent(new Event('afterprint'))")

    press(page, "Diesen und alle folgenden absagen")
    expect(dialog(page).get_by_label("Eigene Worte dazu")).to_have_value(f"Auch abgesagt: {_days(8)}, {_days(15)}")
    press(page, "3 Termine absagen")
    expect(dialog(page)).to_contain_text("Abgesagt")
    assert [status_of(each) for each in (first, *others)] == ["cancelled"] * 3
    told = [message.kind for each in (first, *others) for message in wiring.store().history(each)[1]]
    assert told == ["cancelled"]


def _days(days: int) -> str:
    day = moment(days, 9)
    return f"{day.day}.{day.month}."
