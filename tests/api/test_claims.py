"""From claims to the caller: what does not fit is `unauthorized`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.api.claims import caller_of
from chalicelib.domain.errors import Unauthorized
from chalicelib.domain.staff import Caller, UserPool
from tests.builders import NOW

POOL = UserPool("https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc", "client-1")
GOOD: dict[str, Any] = {
    "sub": "u-1",
    "token_use": "id",
    "iss": POOL.issuer,
    "aud": POOL.client,
    "exp": "Mon Nov 23 06:15:00 UTC 2026",
    "cognito:groups": "admin,staff",
    "custom:branches": "demo praxis",
}


def caller(pool: UserPool = POOL, **changed: Any) -> Caller:
    """The claims as API Gateway passes them, but for what is `changed`; None leaves a claim out. `:` is written `_in_`."""
    named = {name.replace("_in_", ":"): value for name, value in changed.items()}
    claims = {name: value for name, value in (GOOD | named).items() if value is not None}
    return caller_of({"authorizer": {"claims": claims}}, pool, NOW)


def test_good_claims_tell_who_asks() -> None:
    assert caller() == Caller("u-1", frozenset({"admin", "staff"}), ("demo", "praxis"))


@pytest.mark.parametrize("groups", ["staff", ["staff"], "[staff]", "staff,else", ["else", "staff"], "[else staff]"])
def test_groups_come_as_text_or_list_and_strange_ones_are_left_out(groups: object) -> None:
    assert caller(cognito_in_groups=groups).groups == {"staff"}


@pytest.mark.parametrize("branches", ["demo praxis", "demo,praxis", " demo, praxis ,demo", ["demo", "praxis"]])
def test_branches_stand_between_spaces_or_commas(branches: object) -> None:
    assert caller(custom_in_branches=branches).branches == ("demo", "praxis")


def test_who_has_no_group_or_branch_is_known_and_has_none() -> None:
    assert caller(cognito_in_groups=None, custom_in_branches=None) == Caller("u-1", frozenset(), ())
    assert caller(custom_in_branches=" ").branches == ()


@pytest.mark.parametrize("expiry", [NOW + timedelta(seconds=1), NOW + timedelta(days=1)])
def test_a_raw_token_tells_its_end_in_seconds(expiry: Any) -> None:
    assert caller(exp=int(expiry.timestamp())) == caller(exp=str(int(expiry.timestamp()))) == caller()


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": "Mon Nov 23 06:00:00 UTC 2026"},
        {"exp": int(NOW.timestamp())},
        {"exp": "soon"},
        {"exp": "inf"},
        {"exp": "9" * 12},
        {"exp": "-1"},
        {"exp": True},
        {"exp": None},
        {"token_use": "access"},
        {"token_use": None},
        {"iss": POOL.issuer + "d"},
        {"iss": None},
        {"aud": "client-2"},
        {"aud": ["client-1"]},
        {"aud": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": None},
        {"cognito_in_groups": {"admin": True}},
        {"cognito_in_groups": [["admin"]]},
        {"cognito_in_groups": ["admin", 7]},
        {"custom_in_branches": "demo ../praxis"},
        {"custom_in_branches": "[demo]"},
        {"custom_in_branches": "x" * 65},
        {"custom_in_branches": 7},
    ],
    ids=str,
)
def test_what_is_missing_or_malformed_or_over_is_unauthorized(changed: dict[str, Any]) -> None:
    with pytest.raises(Unauthorized):
        caller(**changed)


@pytest.mark.parametrize("context", [{}, {"authorizer": None}, {"authorizer": {}}, {"authorizer": {"claims": None}}])
def test_without_an_authorizer_nobody_gets_in(context: dict[str, Any]) -> None:
    with pytest.raises(Unauthorized):
        caller_of(context, POOL, NOW)


def test_where_there_is_no_pool_nobody_gets_in() -> None:
    with pytest.raises(Unauthorized):
        caller(UserPool("", ""), iss="", aud="")
    with pytest.raises(Unauthorized):
        caller(UserPool(POOL.issuer, ""), aud=None)
