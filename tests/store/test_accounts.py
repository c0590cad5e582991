"""How Cognito is asked, and what becomes of its refusals."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.errors import TryAgain
from chalicelib.domain.staff import UserPool
from chalicelib.store.accounts import Pool, UsersFunction
from infra.local.engine import Engine
from infra.local.pool import Pool as MadePool
from infra.local.pool import ensure_pool
from tests.faults import error, response

USER = "user-1"


@pytest.fixture
def made(engine: Engine) -> MadePool:
    """With one user."""
    pool = ensure_pool(engine.client("cognito-idp"), f"accounts-{secrets.token_hex(4)}")
    pool.ensure_user(USER, secrets.token_hex(8), ["staff"], ["north"])
    return pool


@pytest.fixture
def accounts(made: MadePool) -> Pool:
    return Pool(UserPool(made.issuer, made.client))


@contextmanager
def refused(accounts: Pool, operation: str, code: str) -> Iterator[None]:
    def refuse(request: Any, **_: Any) -> Any:
        return response(request.url, error(code))

    name = f"before-send.cognito-identity-provider.{operation}"
    accounts.client.meta.events.register(name, refuse)
    try:
        yield
    finally:
        accounts.client.meta.events.unregister(name, refuse)


QUESTIONS = pytest.mark.parametrize("operation", ["AdminGetUser", "AdminListGroupsForUser"])


@QUESTIONS
def test_a_user_who_is_there_for_one_question_alone_is_none(accounts: Pool, operation: str) -> None:
    """It was made, or deleted, between them."""
    assert accounts.account(USER) is not None
    with refused(accounts, operation, "UserNotFoundException"):
        assert accounts.account(USER) is None


@QUESTIONS
def test_any_other_refusal_rises(accounts: Pool, operation: str) -> None:
    with refused(accounts, operation, "NotAuthorizedException"), pytest.raises(ClientError, match="NotAuthorized"):
        accounts.account(USER)


def test_a_user_without_attributes_has_no_address_and_no_branch(accounts: Pool, made: MadePool) -> None:
    made.api.admin_create_user(UserPoolId=made.id, Username="bare")
    bare = accounts.account("bare")
    assert bare is not None
    assert (bare.email, bare.branches, accounts.branches()["bare"]) == ("", (), ())


def test_a_refusal_that_may_pass_is_one_to_try_again(accounts: Pool) -> None:
    with refused(accounts, "AdminGetUser", "InternalErrorException"), pytest.raises(TryAgain):
        accounts.account(USER)


@pytest.mark.parametrize(("asked", "longest"), [(Pool(UserPool("", "")), 5), (UsersFunction("users"), 25)])
def test_nobody_is_waited_for_longer_than_a_caller_waits(asked: Pool | UsersFunction, longest: int) -> None:
    config = asked.client.meta.config
    assert (config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]) == (2, longest, 2)
