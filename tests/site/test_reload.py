"""A page that is loaded anew goes on where it was; of what was typed it keeps nothing."""

import pytest
from playwright.sync_api import Page, expect

from tests.builders import availability
from tests.site.helpers import (
    FITTING,
    HEARING_TEST,
    MONTHS,
    PRACTICE,
    WEEKDAYS,
    OpenPage,
    answering,
    book,
    expect_received,
    fill,
    free,
    link,
    moment,
    open_form,
    send,
)
from tests.site_of_tests import Site


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_the_form_keeps_its_time_and_kind(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch(templates=(HEARING_TEST, FITTING))))
    page.get_by_role("button", name="Anpassung").click()
    free(page, moment(9, 9)).or_(page.get_by_role("button", name="Spätere Woche")).first.click()
    free(page, moment(9, 9)).click()
    fill(page, last_name="Geheimrat")
    page.reload()
    heading(page, "Ihre Angaben")
    expect(page.locator(".chosen")).to_contain_text("Anpassung")
    expect(page.locator(".chosen")).to_contain_text("09:00")
    expect(page.get_by_label("Nachname", exact=True)).to_have_value("")
    fill(page)
    send(page)
    expect_received(page)


def test_back_from_the_form_leads_to_the_week_of_its_time(site: Site, page: Page) -> None:
    page.goto(link(site, site.branch()))
    page.get_by_role("button", name="Spätere Woche").click()
    free(page, moment(8, 9)).click()
    page.reload()
    page.get_by_role("button", name="Zeit ändern").click()
    expect(free(page, moment(8, 9))).to_be_visible()


@pytest.mark.parametrize("again", [1, 2])
def test_what_was_asked_for_is_told_once_more(site: Site, page: Page, again: int) -> None:
    branch, start = site.branch(**PRACTICE), moment(2, 9, 30)
    book(page, site, branch, start)
    for _ in range(again):
        page.reload()
    day = f"{WEEKDAYS[start.weekday()][:2]}., {start.day}. {MONTHS[start.month - 1]}"
    heading(page, f"Ihre Anfrage für {day}, 09:30\u00a0Uhr ist eingegangen")
    expect(page.locator(".moment")).to_contain_text("09:30")
    expect(page.locator("main")).not_to_contain_text("jansen@posteo.de")
    page.get_by_role("button", name="Weiteren Termin anfragen").click()
    expect(
        page.get_by_text(f"{WEEKDAYS[start.weekday()]}, {start.day}. {MONTHS[start.month - 1]}, 09:30, vergeben")
    ).to_have_count(1)


def test_who_is_to_confirm_first_still_reads_until_when(site: Site, page: Page) -> None:
    made = {"id": "a" * 32, "status": "proposed", "start": moment(2, 9).isoformat(), "end": moment(2, 9, 30).isoformat()}
    answering(page, "appointments", (201, {**made, "early": 0, "confirm_until": moment(1, 11, 30).isoformat()}))
    open_form(page, site, site.branch(), moment(2, 9))
    fill(page)
    send(page)
    heading(page, "Bitte bestätigen Sie Ihre Anfrage")
    page.reload()
    heading(page, "Bitte bestätigen Sie Ihre Anfrage")
    expect(page.locator("main")).to_contain_text("11:30")


def test_nothing_of_a_person_is_in_the_history(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    fill(page, last_name="Geheimrat", email="geheimrat@posteo.de")
    kept = [page.evaluate("JSON.stringify(history.state)")]
    send(page)
    expect_received(page)
    kept.append(page.evaluate("JSON.stringify(history.state)"))
    assert [word for word in ("geheimrat", "manage.html", "#") if word in " ".join(kept).lower()] == []


def test_a_time_that_was_sent_is_not_chosen_again_by_going_back_and_loading_anew(site: Site, page: Page) -> None:
    open_form(page, site, site.branch(), moment(1, 9))
    page.get_by_role("button", name="Zeit ändern").click()
    free(page, moment(1, 10)).click()
    fill(page)
    send(page)
    expect_received(page)
    page.go_back()
    page.go_back()
    heading(page, "Wann möchten Sie kommen?")
    page.reload()
    heading(page, "Wann möchten Sie kommen?")


def test_today_is_the_newest_answers(site: Site, page: Page) -> None:
    """A page that stays open over midnight."""
    page.goto(link(site, site.branch(availability("00:00-24:00"))))
    expect(page.locator("thead .today")).to_contain_text(f"{moment(0, 9).day}.")

    def tomorrow(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        route.fulfill(response=answer, json=answer.json() | {"today": moment(1, 9).date().isoformat()})  # type: ignore[attr-defined]

    page.route("**/slots*", tomorrow)
    page.get_by_role("button", name="Spätere Woche").click()
    expect(free(page, moment(8, 9))).to_be_visible()
    page.get_by_role("button", name="Frühere Woche").click()
    expect(page.locator("thead .today")).to_contain_text(f"{moment(1, 9).day}.")


def test_a_phone_reads_the_weeks_range_in_one_line(site: Site, open_page: OpenPage) -> None:
    page = open_page(width=360)
    page.goto(link(site, site.branch(horizon_days=300), "&d=2027-01-28"))
    lines = "element => Math.round(element.getBoundingClientRect().height / parseFloat(getComputedStyle(element).lineHeight))"
    shown = page.locator("#week-shown")
    expect(shown).to_have_text("28. Jan. – 3. Feb.")
    assert shown.evaluate(lines) == 1
