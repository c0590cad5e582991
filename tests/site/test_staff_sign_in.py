"""Signing in and out: passwords, first passwords, codes, tokens that end, and the lock that hides names."""

import json
import secrets
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.site.helpers import ROOT, OpenPage, moment
from tests.site.staff import PASSWORD, dialog, event, go_to, press, requested, sign_in, totp, two_cabins
from tests.site_of_tests import Site, TestBranch

KEPT = "JSON.parse(sessionStorage.getItem('terminwerk-session'))"


@pytest.fixture
def branch(site: Site) -> TestBranch:
    return two_cabins(site)


@pytest.fixture
def user(site: Site, branch: TestBranch) -> str:
    name = f"user-{secrets.token_hex(4)}"
    site.pool.ensure_user(name, PASSWORD, ("staff",), (branch.id,))
    return name


def enter(page: Page, user: str, password: str = PASSWORD) -> None:
    page.get_by_label("Benutzername").fill(user)
    page.get_by_label("Passwort", exact=True).fill(password)
    page.get_by_role("button", name="Anmelden").click()


def expect_planner(page: Page) -> None:
    expect(page.get_by_role("button", name="Neuer Termin")).to_be_visible()


def actions(page: Page, answers: dict[str, Any]) -> list[tuple[str, Any]]:
    """Answers some of Cognito's actions in its place; what was asked of all of them, in order."""
    asked: list[tuple[str, Any]] = []

    def handle(route: Route) -> None:
        action = (route.request.header_value("x-amz-target") or "").rpartition(".")[2]
        asked.append((action, json.loads(route.request.post_data or "{}")))
        if action in answers:
            route.fulfill(body=json.dumps(answers[action]))
        else:
            route.continue_()

    page.route("**/cognito/", handle)
    return asked


def test_name_and_password_open_the_page_that_was_wanted(site: Site, page: Page, branch: TestBranch, user: str) -> None:
    identity = requested(site, branch)
    page.goto(f"{site.url}/staff/index.html#{identity}")
    expect(page.get_by_label("Benutzername")).to_be_focused()
    enter(page, user)
    expect(dialog(page).get_by_role("heading", level=2)).to_have_text("Mustermann")
    assert page.evaluate("Object.keys(localStorage)") == []
    assert page.context.cookies() == []


def test_a_wrong_password_is_told_without_saying_which_was_wrong(site: Site, page: Page, user: str) -> None:
    page.goto(f"{site.url}/staff/sign-in.html")
    for name in (user, "nobody-at-all"):
        enter(page, name, "wrong")
        expect(page.get_by_role("alert")).to_have_text("Benutzername oder Passwort stimmt nicht.")
        expect(page.get_by_role("alert")).to_be_focused()


def test_a_first_password_is_replaced_by_ones_own(site: Site, page: Page, branch: TestBranch) -> None:
    name = f"user-{secrets.token_hex(4)}"
    site.pool.ensure_user(name, PASSWORD, ("staff",), (branch.id,))
    site.pool.api.admin_set_user_password(UserPoolId=site.pool.id, Username=name, Password="the first one", Permanent=False)
    page.goto(f"{site.url}/staff/sign-in.html")
    enter(page, name, "the first one")
    page.get_by_label("Neues Passwort").fill("too short")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("alert")).to_contain_text("zu kurz")
    page.get_by_label("Neues Passwort").fill(f"{name}-2026")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("alert")).to_contain_text("leicht zu erraten")
    page.get_by_label("Neues Passwort").fill("four words are enough")
    page.get_by_role("button", name="Speichern").click()
    expect_planner(page)
    assert site.pool.sign_in(name, "four words are enough")


def test_a_second_factor_is_set_up_in_the_menu_and_asked_for_from_then_on(site: Site, page: Page, user: str) -> None:
    page.goto(f"{site.url}/staff/sign-in.html")
    enter(page, user)
    page.locator("summary", has_text=user).click()
    page.get_by_role("button", name="Zweiter Faktor").click()
    secret = dialog(page).locator(".secret").text_content() or ""
    dialog(page).get_by_label("Code aus der App").fill("000000")
    press(page, "Code bestätigen")
    expect(dialog(page).get_by_role("alert")).to_contain_text("Dieser Code stimmt nicht")
    dialog(page).get_by_label("Code aus der App").fill(totp(secret))
    press(page, "Code bestätigen")
    expect(page.locator("#voice")).to_have_text("Der zweite Faktor ist eingeschaltet.")

    page.locator("summary", has_text=user).click()
    page.get_by_role("button", name="Abmelden", exact=True).click()
    enter(page, user)
    page.get_by_label("Code aus der App").fill("000000")
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("alert")).to_contain_text("Dieser Code stimmt nicht")
    page.get_by_label("Code aus der App").fill(totp(secret))
    page.get_by_role("button", name="Anmelden").click()
    expect_planner(page)
    page.locator("summary", has_text=user).click()
    page.get_by_role("button", name="Zweiter Faktor").click()
    press(page, "Zweiten Faktor abschalten")
    expect(page.locator("#voice")).to_have_text("Der zweite Faktor ist abgeschaltet.")
    assert "AuthenticationResult" in site.pool.api.initiate_auth(
        ClientId=site.pool.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD},
    )


def test_where_a_second_factor_is_compulsory_it_is_set_up_at_the_first_sign_in(site: Site, page: Page, user: str) -> None:
    challenge = {"ChallengeName": "MFA_SETUP", "Session": "first", "ChallengeParameters": {"USER_ID_FOR_SRP": user}}
    asked = actions(page, {"InitiateAuth": challenge})  # as a pool answers whose MfaConfiguration is ON
    page.goto(f"{site.url}/staff/sign-in.html")
    enter(page, user)
    expect(page.get_by_role("heading", name="Zweiten Faktor einrichten")).to_be_visible()
    expect(page.get_by_role("img", name="QR-Code für die Authenticator-App")).to_be_visible()
    code = totp(page.locator(".secret").text_content() or "")
    page.get_by_label("Code aus der App").fill(code)
    page.get_by_role("button", name="Code bestätigen").click()
    expect_planner(page)
    (associate, verify, respond) = (given for action, given in asked if action != "InitiateAuth")
    assert associate == {"Session": "first"}
    assert (verify["UserCode"], respond["ChallengeName"]) == (code, "MFA_SETUP")


def test_a_forgotten_password_is_replaced_with_a_code(site: Site, page: Page, user: str) -> None:
    asked = actions(page, {"ForgotPassword": {}, "ConfirmForgotPassword": {}})
    page.goto(f"{site.url}/staff/sign-in.html")
    page.get_by_role("button", name="Passwort vergessen").click()
    page.get_by_label("Benutzername").fill(user)
    page.get_by_role("button", name="Code anfordern").click()
    page.get_by_label("Code aus der E-Mail").fill("123 456")
    page.get_by_label("Neues Passwort").fill("four words are enough")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Ihr neues Passwort gilt ab jetzt.")).to_be_visible()
    (_, confirmed) = asked[-1]
    assert (confirmed["Username"], confirmed["ConfirmationCode"]) == (user, "123456")


def test_a_token_is_renewed_before_it_ends(site: Site, page: Page, branch: TestBranch) -> None:
    sign_in(page, site, branch)
    asked = actions(page, {})
    page.evaluate(f"sessionStorage.setItem('terminwerk-session', JSON.stringify({{...{KEPT}, until: Date.now() + 50000}}))")
    page.reload()
    expect_planner(page)
    assert [given["AuthFlow"] for _, given in asked] == ["REFRESH_TOKEN_AUTH"]
    assert page.evaluate(f"{KEPT}.until > Date.now() + 600000")


def test_a_token_that_was_refused_is_renewed_once(site: Site, page: Page, branch: TestBranch) -> None:
    sign_in(page, site, branch)
    asked, refused = actions(page, {}), []

    def refuse_once(route: Route) -> None:
        refused.append(route.request.header_value("authorization"))
        route.fulfill(status=401, body="{}") if len(refused) == 1 else route.continue_()

    page.route("**/planner?**", refuse_once)
    page.get_by_role("button", name="Woche", exact=True).click()
    # What was asked for before may be answered meanwhile.
    with page.expect_response(lambda answer: "/planner?" in answer.url and answer.status == 200 and len(refused) == 2):
        page.get_by_role("button", name="Weiter", exact=True).click()
    assert [action for action, _ in asked] == ["InitiateAuth"]
    assert len(refused) == 2


def test_a_session_that_is_over_leads_to_the_sign_in_page(site: Site, page: Page, branch: TestBranch) -> None:
    page.goto(f"{site.url}/staff/sign-in.html")
    kept = json.dumps({"id": "a.b.c", "access": "a", "refresh": "nonsense", "until": 1})
    page.evaluate("kept => sessionStorage.setItem('terminwerk-session', kept)", kept)
    page.goto(f"{site.url}/staff/index.html")
    expect(page.get_by_text("Ihre Anmeldung ist abgelaufen.")).to_be_visible()


def test_signing_out_everywhere_ends_the_other_devices_too(site: Site, open_page: OpenPage, user: str) -> None:
    here, there = open_page(), open_page()
    for page in (there, here):
        page.goto(f"{site.url}/staff/sign-in.html")
        enter(page, user)
        expect_planner(page)
    here.wait_for_timeout(1100)  # tokens know seconds
    here.locator("summary", has_text=user).click()
    here.get_by_role("button", name="Überall abmelden").click()
    press(here, "Überall abmelden")
    expect(here.get_by_text("Sie sind abgemeldet.")).to_be_visible()
    assert here.evaluate("sessionStorage.getItem('terminwerk-session')") is None
    there.evaluate(f"sessionStorage.setItem('terminwerk-session', JSON.stringify({{...{KEPT}, until: 1}}))")
    there.reload()
    expect(there.get_by_text("Ihre Anmeldung ist abgelaufen.")).to_be_visible()


def test_names_are_hidden_when_nobody_has_touched_the_page_for_a_while(
    site: Site, page: Page, branch: TestBranch, user: str
) -> None:
    requested(site, branch)
    page.clock.install()
    page.goto(f"{site.url}/staff/index.html")
    enter(page, user)
    go_to(page, moment(1, 9))
    expect(event(page, "Mustermann")).to_be_visible()
    page.clock.fast_forward("09:00")
    expect(event(page, "Mustermann")).to_be_visible()
    page.keyboard.press("Shift")  # somebody is there
    page.clock.fast_forward("09:00")
    expect(event(page, "Mustermann")).to_be_visible()
    page.clock.fast_forward("02:00")
    expect(dialog(page).get_by_role("heading")).to_have_text("Namen sind verborgen")
    expect(event(page, "Mustermann")).to_have_count(0)
    assert page.title() == "Terminwerk"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_visible()
    expect(event(page, "Mustermann")).to_have_count(0)
    page.reload()  # does not open it
    expect(dialog(page)).to_be_visible()
    expect(event(page, "Mustermann")).to_have_count(0)
    dialog(page).get_by_label("Passwort").fill("wrong")
    press(page, "Weiterarbeiten")
    expect(dialog(page)).to_contain_text("Dieses Passwort stimmt nicht.")
    dialog(page).get_by_label("Passwort").fill(PASSWORD)
    press(page, "Weiterarbeiten")
    expect(event(page, "Mustermann")).to_be_visible()


def test_names_can_be_hidden_at_once(site: Site, page: Page, user: str) -> None:
    page.goto(f"{site.url}/staff/index.html")
    enter(page, user)
    page.locator("summary", has_text=user).click()
    page.get_by_role("button", name="Namen jetzt verbergen").click()
    expect(dialog(page)).to_contain_text(user)
    expect(page.get_by_role("heading", level=1)).to_be_hidden()


FIRST_GUESSED = [
    *("passwort1234", "Passwort2026!", "P@ssw0rt1234", "willkommen123", "Willkommen-2026", "hallohallo123", "iloveyou2026"),
    *("123456789012", "098765432109", "qwertzuiop12", "QWERTYUIOP12", "1q2w3e4r5t6z", "asdfghjklöä1", "abcdefghijkl"),
    *("aaaaaaaaaaaa", "abcabcabcabc", "ha!ha!ha!ha!", "121212121212", "elf12elf12elf12"),
    *("jpetersen2026", "Petersen1234!", "janapetersen1", "Elbufer-2026!", "PetersenElbufer", "040669691230"),
]
OTHERS = [
    *("four words are enough", "correct horse battery staple", "Der Hund frisst Käse", "hallo schatz schöner sommer"),
    *("x7#kQ9!pL2$w", "7!93#k2$88&1vT", "passwort-7Kx9!qR2v", "Tr0ub4dor&3xy", "Kirschkuchenblech", "Überseebrücke7"),
]


def test_passwords_that_are_guessed_first_are_refused_and_no_others(site: Site, page: Page) -> None:
    """Of jana.petersen@elbufer.example, who signs in as jpetersen."""
    page.route("**/passwords.js", lambda route: route.fulfill(path=ROOT / "static_site" / "staff" / "sign-in" / "passwords.js"))
    page.goto(f"{site.url}/staff/sign-in.html")
    refused = page.evaluate(
        """async ([passwords, own]) => {
            const { isGuessable } = await import("./passwords.js");
            return passwords.filter((each) => isGuessable(each, own));
        }""",
        [FIRST_GUESSED + OTHERS, ["jpetersen", "jana.petersen@elbufer.example"]],
    )
    assert refused == FIRST_GUESSED
