"""The questions of a kind: asked on the form, and read by staff."""

from __future__ import annotations

import re
from dataclasses import replace

from playwright.sync_api import Page, expect

from chalicelib.domain.settings import Condition
from tests.builders import SIDE, TINNITUS, question
from tests.site.helpers import HEARING_TEST, expect_received, fill, free, moment, open_form, send
from tests.site_of_tests import Site

REQUIRED_SIDE = replace(SIDE, required=True)
ASKED = replace(
    HEARING_TEST,
    questions=(REQUIRED_SIDE, question(when=Condition(question="side", equals="l"), required=True), TINNITUS),
)


def test_a_form_asks_what_the_kind_asks_and_takes_health_with_consent_only(site: Site, page: Page) -> None:
    branch, start = site.branch(templates=(ASKED,)), moment(1, 9)
    open_form(page, site, branch, start)
    device, consent = page.get_by_label("Welches Gerät?"), page.get_by_label("Ich willige ausdrücklich ein")
    side = page.get_by_role("group", name="Welche Seite?")
    tinnitus = page.get_by_role("group", name="Haben Sie Ohrgeräusche?")
    expect(side).to_have_accessible_description("Damit es bereitliegt")
    expect(device).to_be_hidden()
    expect(tinnitus.locator(consent)).not_to_be_checked()
    fill(page)
    send(page)
    page.get_by_role("link", name="Beantworten Sie bitte: „Welche Seite?“").click()
    expect(side.get_by_label("Links")).to_be_focused()
    side.get_by_label("Links").check()
    tinnitus.get_by_label("Haben Sie Ohrgeräusche?").check()
    device.fill(" Otoskop ")
    send(page)
    expect(page.locator("#errors a")).to_have_text([re.compile("^Kreuzen Sie bei „Haben Sie Ohrgeräusche[?]“ an")])
    page.go_back()
    free(page, start).click()
    expect(device).to_have_value(" Otoskop ")
    assert "Otoskop" not in str(page.evaluate("JSON.stringify(history.state)"))
    consent.check()
    with page.expect_request(lambda request: request.method == "POST") as sent:
        send(page)
    body = sent.value.post_data_json or {}
    assert body["answers"] == {"side": "l", "device": "Otoskop", "tinnitus": True}
    assert body["consents"] == ["tinnitus"]
    expect_received(page)
