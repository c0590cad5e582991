"""Who gets into the staff's routes: every route, every kind of caller, with real tokens over HTTP."""

from __future__ import annotations

import base64
import json
import secrets
import time
from typing import Any

import jwt
import pytest
from chalice.app import Chalice
from chalice.deploy.swagger import CFNSwaggerGenerator
from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib import wiring
from chalicelib.api.dispatch import AUTHORIZER, register
from chalicelib.api.openapi import description
from chalicelib.api.routes import ADMINS, ANYBODY, EVERYONE, ROUTES, May, Route
from chalicelib.domain.staff import UserPool
from infra.local.bridge import Bridge
from infra.local.cognito import COGNITO
from infra.local.pool import ensure_pool
from tests.builders import NOW
from tests.infra.asking import request
from tests.site_of_tests import Answer, Site, TestBranch

MAY = {(route.method, route.path): set(route.may) for route in ROUTES if isinstance(route.may, tuple)}
"""Which groups may what."""
OF_NO_BRANCH = {"/v1/staff/me"}
GROUPS = ("admin", "staff")


def ask(site: Site, route: tuple[str, str], branch: str, authorization: str | None) -> Answer:
    method, path = route
    headers = {"Content-Type": "application/json"} | ({} if authorization is None else {"Authorization": authorization})
    body = b"{}" if method in ("POST", "PUT", "PATCH") else None
    return site.send(method, "/api" + path.replace("{branch}", branch), body, headers)


@pytest.fixture(scope="module")
def branch(site: Site) -> TestBranch:
    return site.branch()


@pytest.fixture(scope="module")
def refused(site: Site, branch: TestBranch) -> dict[str, str | None]:
    """What `Authorization` may hold that lets nobody in, although each would name an admin of the branch."""
    tokens = site.sign_in(GROUPS, [branch.id])
    good = tokens["IdToken"]
    stranger = ensure_pool(site.pool.api, f"strangers-{secrets.token_hex(4)}")
    return {
        "no token": None,
        "an empty one": "",
        "garbage": "Bearer garbage",
        "a forged signature": forged(good),
        "no signature": jwt.encode(claims_of(good), "", "none"),
        "other claims under a good signature": with_claims(good, {"cognito:groups": list(GROUPS), "extra": 1}),
        "expired": expired(site, branch),
        "an access token": tokens["AccessToken"],
        "a refresh token": tokens["RefreshToken"],
        "another pool's": site.sign_in(GROUPS, [branch.id], stranger)["IdToken"],
        "another client's": of_another_client(site, branch),
    }


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def forged(token: str) -> str:
    """The same head and claims, signed by somebody else."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims_of(token), key, "RS256", {"kid": jwt.get_unverified_header(token)["kid"]})


def with_claims(token: str, changed: dict[str, Any]) -> str:
    head, _, signature = token.split(".")
    claims = json.dumps(claims_of(token) | changed).encode()
    return f"{head}.{base64.urlsafe_b64encode(claims).rstrip(b'=').decode()}.{signature}"


def expired(site: Site, branch: TestBranch) -> str:
    """A real one, made while the client gives tokens that last a second."""
    client = {"UserPoolId": site.pool.id, "ClientId": site.pool.client}
    body = site.pool.api.describe_user_pool_client(**client)["UserPoolClient"]["TokenValidityUnits"]
    site.pool.api.update_user_pool_client(**client, IdTokenValidity=1, TokenValidityUnits=body | {"IdToken": "seconds"})
    try:
        token = site.token(GROUPS, [branch.id])
    finally:
        site.pool.api.update_user_pool_client(**client, IdTokenValidity=15, TokenValidityUnits=body)
    time.sleep(max(0.0, claims_of(token)["exp"] + 0.1 - time.time()))
    return token


def of_another_client(site: Site, branch: TestBranch) -> str:
    made = site.pool.api.create_user_pool_client(UserPoolId=site.pool.id, ClientName="other")["UserPoolClient"]
    other = type(site.pool)(site.pool.api, site.pool.id, made["ClientId"])
    try:
        return site.sign_in(GROUPS, [branch.id], other)["IdToken"]
    finally:
        site.pool.api.delete_user_pool_client(UserPoolId=site.pool.id, ClientId=made["ClientId"])


def test_the_gateway_asks_for_a_token_at_every_route_of_the_staff_and_at_no_other(app: Any) -> None:
    asking = {
        (method, path): route.authorizer
        for path, methods in app.routes.items()
        for method, route in methods.items()
        if route.authorizer
    }
    assert asking == dict.fromkeys(MAY, AUTHORIZER)
    assert {path for _, path in MAY if "{branch}" not in path} == OF_NO_BRANCH


def test_only_admins_change_what_a_branch_has_set_import_and_erase_customers_and_hand_over_the_record() -> None:
    changing = {route.name for route in ROUTES if route.module == "setup" and route.method != "GET"} - {"open_online"}
    guarded = changing | {"list_users", "erase_customer", "download_record", "list_readings", "download_readings"}
    guarded |= {"read_import", "import_customers"}
    assert guarded == {route.name for route in ROUTES if route.may == ADMINS} - {"show_sender", "send_test"}


def test_the_gateway_is_told_the_pool_by_a_parameter_of_the_template(app: Any) -> None:
    told = CFNSwaggerGenerator().generate_swagger(app)["securityDefinitions"]["staff"]["x-amazon-apigateway-authorizer"]
    assert told == {"type": "cognito_user_pools", "providerARNs": [{"Ref": "StaffPoolArn"}]}


def test_no_bad_token_gets_into_any_route(site: Site, branch: TestBranch, refused: dict[str, str | None]) -> None:
    for route in MAY:
        for kind, token in refused.items():
            answer = ask(site, route, branch.id, token)
            assert (answer.status, answer.json.get("code")) == (401, "unauthorized"), (route, kind)


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_gets_into_its_routes_and_no_others(site: Site, branch: TestBranch, group: str) -> None:
    token = site.token([group], [branch.id])
    for route in MAY:
        for authorization in (token, f"Bearer {token}"):
            answer = ask(site, route, branch.id, authorization)
            assert (answer.status not in (401, 403)) == (group in MAY[route]), (route, answer.text)


@pytest.mark.parametrize("groups", [(), *((group,) for group in GROUPS), GROUPS])
@pytest.mark.parametrize("exists", [True, False])
def test_nobody_gets_into_another_branch_or_learns_whether_it_exists(
    site: Site, branch: TestBranch, groups: tuple[str, ...], exists: bool
) -> None:
    token = site.token(groups, ["somewhere-else", branch.id + "x", branch.id[:-1]])
    for route in MAY.keys() - {("GET", path) for path in OF_NO_BRANCH}:
        answer = ask(site, route, branch.id if exists else "no-such-branch", token)
        assert (answer.status, answer.json) == (403, {"code": "forbidden", "message": "You may not do this."}), route


def test_who_is_in_no_group_gets_into_no_route(site: Site, branch: TestBranch) -> None:
    token = site.token((), [branch.id])
    assert {ask(site, route, branch.id, token).status for route in MAY} == {403}


def test_who_is_signed_in_is_told_who_that_is(site: Site) -> None:
    token = site.token(["staff", "admin"], ["praxis", "demo"])
    answer = site.get("/api/v1/staff/me", Authorization=f"Bearer {token}")
    assert answer.json == {"id": claims_of(token)["sub"], "groups": ["admin", "staff"], "branches": ["praxis", "demo"]}
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_pages_are_told_where_staff_sign_in_and_for_which_client(site: Site) -> None:
    assert site.get("/api/v1/sign-in").json == {"endpoint": COGNITO, "client": site.pool.client}


def test_signing_out_has_the_browser_forget_what_the_pages_keep(site: Site) -> None:
    answer = site.send("POST", "/api/v1/sign-out", b"{}", {"Content-Type": "application/json"})
    assert (answer.status, answer.headers["Clear-Site-Data"]) == (200, '"cache", "storage"')
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_no_other_site_s_page_signs_staff_out(site: Site, kind: str) -> None:
    """These are the kinds that a browser sends for any page without asking first."""
    answer = site.send("POST", "/api/v1/sign-out", b"{}", {"Content-Type": kind})
    assert answer.status == (415 if kind else 403)
    assert "Clear-Site-Data" not in answer.headers


def test_the_description_says_which_routes_want_a_token() -> None:
    paths: Any = description()["paths"]
    closed = {
        (m.upper(), path) for path, methods in paths.items() for m, body in methods.items() if {"staff": []} in body["security"]
    }
    assert closed == MAY.keys()


CLAIMS = {
    "sub": "u-1",
    "token_use": "id",
    "iss": "https://pool",
    "aud": "client",
    "exp": "Mon Nov 23 06:15:00 UTC 2026",
    "cognito:groups": "staff",
    "custom:branches": "elbe",
}
DRAFT = b'{"from": "2026-11-23", "days": 1, "availabilities": []}'


def test_a_draft_is_previewed_in_ones_own_branch(site: Site, branch: TestBranch) -> None:
    headers = {"Content-Type": "application/json", "Authorization": site.token(branches=[branch.id])}
    answer = site.send("POST", f"/api/v1/staff/branches/{branch.id}/preview", DRAFT, headers)
    assert (answer.status, answer.json["days"]) == (200, [{"date": "2026-11-23", "slots": []}])
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("pool", [UserPool("", ""), UserPool("https://pool", "client-2"), UserPool("https://pool2", "client")])
def test_the_code_looks_at_the_token_even_if_the_gateway_let_it_in(pool: UserPool, monkeypatch: pytest.MonkeyPatch) -> None:
    app = Chalice(app_name="tried")
    monkeypatch.setattr(wiring, "user_pool", lambda: pool)
    monkeypatch.setattr(wiring, "now", lambda: NOW)
    register(app, wiring)
    bridge = Bridge(app, lambda _: CLAIMS)
    assert bridge(request("/api/v1/staff/branches/elbe/preview", "POST", DRAFT)).status == 401
    assert bridge(request("/api/v1/staff/me")).status == 401


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/v1/staff/planner", ANYBODY),
        ("/v1/staff/planner", ()),
        ("/v1/planner", EVERYONE),
        ("/v1/staff/appointments/{appointment}", EVERYONE),
        ("/v1/staff/branches/{id}/planner", EVERYONE),
    ],
)
def test_a_route_cannot_be_added_without_saying_who_may_nor_for_ids_outside_a_branch(path: str, may: May) -> None:
    with pytest.raises(ValueError, match=r"which groups may|belongs to a branch"):
        Route("GET", path, may, "desk.show_planner", "The planner")


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/v1/staff/planner", EVERYONE),
        ("/v1/staff/branches/{branch}/planner", ADMINS),
        ("/v1/staff/branches/{branch}/appointments/{appointment}", EVERYONE),
        ("/v1/access/{alias}", ANYBODY),
    ],
)
def test_a_route_that_says_who_may_can_be_added(path: str, may: May) -> None:
    assert Route("GET", path, may, "desk.show_planner", "The planner").may == may
