"""Who gets into the staff's routes: every route, every kind of caller, with real tokens over HTTP."""

from __future__ import annotations

import base64
import json
import secrets
import time
from typing import Any, NoReturn

import jwt
import pytest
from chalice.app import Chalice, Response
from chalice.deploy.swagger import CFNSwaggerGenerator
from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.api.openapi import description
from chalicelib.api.staff import AUTHORIZER, EVERYONE, CallerRoutes
from chalicelib.domain.staff import Caller, UserPool
from infra.local.bridge import Bridge
from infra.local.pool import ensure_pool
from tests.builders import NOW
from tests.infra.asking import request
from tests.site_of_tests import Answer, Site, TestBranch

MAY = {
    ("GET", "/v1/staff/me"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/preview"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/search"): {"admin", "staff"},
    ("GET", "/v1/staff/branches/{branch}/appointments/{appointment}/matches"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/customers"): {"admin", "staff"},
    ("GET", "/v1/staff/branches/{branch}/customers/{customer}"): {"admin", "staff"},
    ("PUT", "/v1/staff/branches/{branch}/customers/{customer}"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/customers/{customer}/merge"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/customers/{customer}/erase"): {"admin"},
    ("GET", "/v1/staff/branches/{branch}/customers/{customer}/export"): {"admin", "staff"},
    ("GET", "/v1/staff/branches/{branch}/record"): {"admin", "staff"},
    ("GET", "/v1/staff/branches/{branch}/record.csv"): {"admin"},
    ("GET", "/v1/staff/branches/{branch}/readings"): {"admin"},
    ("GET", "/v1/staff/branches/{branch}/readings.csv"): {"admin"},
    ("GET", "/v1/staff/branches/{branch}/figures"): {"admin", "staff"},
    ("GET", "/v1/staff/branches/{branch}/planner"): {"admin", "staff"},
    ("GET", "/v1/staff/branches/{branch}/inbox"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/inbox/{entry}/done"): {"admin", "staff"},
    ("GET", "/v1/staff/branches/{branch}/free"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/appointments"): {"admin", "staff"},
    ("GET", "/v1/staff/branches/{branch}/appointments/{appointment}"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/appointments/{appointment}/status"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/appointments/{appointment}/move"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/appointments/{appointment}/customer"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/appointments/{appointment}/tell"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/appointments/{appointment}/message"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/appointments/{appointment}/void-link"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/closings"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/requests/decline"): {"admin", "staff"},
    ("GET", "/v1/staff/branches/{branch}/requests/turned-away"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/online"): {"admin", "staff"},
    ("GET", "/v1/staff/branches/{branch}/messages"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/appointments/{appointment}/messages/{message}/again"): {"admin", "staff"},
    ("GET", "/v1/staff/branches/{branch}/sender"): {"admin"},
    ("POST", "/v1/staff/branches/{branch}/sender/test"): {"admin"},
    ("GET", "/v1/staff/branches/{branch}/settings"): {"admin", "staff"},
    ("PUT", "/v1/staff/branches/{branch}/settings"): {"admin"},
    ("POST", "/v1/staff/branches/{branch}/texts/preview"): {"admin"},
    ("GET", "/v1/staff/branches/{branch}/accesses"): {"admin", "staff"},
    ("POST", "/v1/staff/branches/{branch}/accesses"): {"admin"},
    ("POST", "/v1/staff/branches/{branch}/accesses/{access}/revoke"): {"admin"},
    ("POST", "/v1/staff/branches/{branch}/employees/{employee}/account"): {"admin"},
    ("GET", "/v1/staff/branches/{branch}/users"): {"admin"},
    ("POST", "/v1/staff/branches/{branch}/users"): {"admin"},
    ("PUT", "/v1/staff/branches/{branch}/users/{user}"): {"admin"},
}
"""Which groups may what. A route that is not here fails the tests below."""
OF_NO_BRANCH = {"/v1/staff/me"}
GROUPS = ("admin", "staff")

Route = tuple[str, str]


def staff_routes(app: Any) -> dict[Route, Any]:
    return {
        (method, path): route
        for path, methods in app.routes.items()
        for method, route in methods.items()
        if path.startswith("/v1/staff")
    }


def ask(site: Site, route: Route, branch: str, authorization: str | None) -> Answer:
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


def test_every_route_of_the_staff_says_who_may_and_has_the_authorizer(app: Any) -> None:
    routes = staff_routes(app)
    assert routes.keys() == MAY.keys()
    assert {route.authorizer for route in routes.values()} == {AUTHORIZER}
    assert {path for _, path in routes if "{branch}" not in path} == OF_NO_BRANCH


def test_no_other_route_has_the_authorizer(app: Any) -> None:
    others = [route for methods in app.routes.values() for route in methods.values() if route.authorizer]
    assert len(others) == len(staff_routes(app))


def test_the_gateway_is_told_the_pool_by_a_parameter_of_the_template(app: Any) -> None:
    told = CFNSwaggerGenerator().generate_swagger(app)["securityDefinitions"]["staff"]["x-amazon-apigateway-authorizer"]
    assert told == {"type": "cognito_user_pools", "providerARNs": [{"Ref": "StaffPoolArn"}]}


def test_no_bad_token_gets_into_any_route(site: Site, app: Any, branch: TestBranch, refused: dict[str, str | None]) -> None:
    for route in staff_routes(app):
        for kind, token in refused.items():
            answer = ask(site, route, branch.id, token)
            assert (answer.status, answer.json.get("code")) == (401, "unauthorized"), (route, kind)


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_gets_into_its_routes_and_no_others(site: Site, app: Any, branch: TestBranch, group: str) -> None:
    token = site.token([group], [branch.id])
    for route in staff_routes(app):
        for authorization in (token, f"Bearer {token}"):
            answer = ask(site, route, branch.id, authorization)
            assert (answer.status not in (401, 403)) == (group in MAY[route]), (route, answer.text)


@pytest.mark.parametrize("groups", [(), *((group,) for group in GROUPS), GROUPS])
@pytest.mark.parametrize("exists", [True, False])
def test_nobody_gets_into_another_branch_or_learns_whether_it_exists(
    site: Site, app: Any, branch: TestBranch, groups: tuple[str, ...], exists: bool
) -> None:
    token = site.token(groups, ["somewhere-else", branch.id + "x", branch.id[:-1]])
    for route in staff_routes(app).keys() - {("GET", path) for path in OF_NO_BRANCH}:
        answer = ask(site, route, branch.id if exists else "no-such-branch", token)
        assert (answer.status, answer.json) == (403, {"code": "forbidden", "message": "You may not do this."}), route


def test_who_is_in_no_group_gets_into_no_route(site: Site, app: Any, branch: TestBranch) -> None:
    token = site.token((), [branch.id])
    assert {ask(site, route, branch.id, token).status for route in staff_routes(app)} == {403}


def test_who_is_signed_in_is_told_who_that_is(site: Site) -> None:
    token = site.token(["staff", "admin"], ["praxis", "demo"])
    answer = site.get("/api/v1/staff/me", Authorization=f"Bearer {token}")
    assert answer.json == {"id": claims_of(token)["sub"], "groups": ["admin", "staff"], "branches": ["praxis", "demo"]}
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_description_says_which_routes_want_a_token(app: Any) -> None:
    paths: Any = description()["paths"]
    closed = {(m.upper(), path) for path, methods in paths.items() for m, body in methods.items() if "security" in body}
    assert closed == staff_routes(app).keys()


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


def nothing() -> NoReturn:
    raise AssertionError("is never asked")


def test_a_draft_is_previewed_in_ones_own_branch(site: Site, branch: TestBranch) -> None:
    headers = {"Content-Type": "application/json", "Authorization": site.token(branches=[branch.id])}
    answer = site.send("POST", f"/api/v1/staff/branches/{branch.id}/preview", DRAFT, headers)
    assert (answer.status, answer.json["days"]) == (200, [{"date": "2026-11-23", "slots": []}])
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("pool", [UserPool("", ""), UserPool("https://pool", "client-2"), UserPool("https://pool2", "client")])
def test_the_code_looks_at_the_token_even_if_the_gateway_let_it_in(pool: UserPool) -> None:
    app = Chalice(app_name="tried")
    app.register_blueprint(CallerRoutes(lambda: pool, lambda: NOW, nothing, nothing))
    bridge = Bridge(app, lambda _: CLAIMS)
    assert bridge(request("/api/v1/staff/branches/elbe/preview", "POST", DRAFT)).status == 401
    assert bridge(request("/api/v1/staff/me")).status == 401


def test_a_route_cannot_be_added_without_saying_who_may_nor_for_ids_outside_a_branch() -> None:
    routes = CallerRoutes(lambda: UserPool("", ""), lambda: NOW, nothing, nothing)

    def view(_: Caller, **__: str) -> Response:
        raise AssertionError("is never called")

    with pytest.raises(TypeError, match="allow"):
        routes.add("GET", "/v1/staff/planner", view)
    for path in ("/v1/planner", "/v1/staff/appointments/{appointment}", "/v1/staff/branches/{id}/planner"):
        with pytest.raises(ValueError, match="belongs to a branch"):
            routes.allow(EVERYONE, "GET", path, view)
