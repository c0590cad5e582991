"""The staff's pages reach the local AWS's Cognito, and nothing else of it."""

import json
from typing import Any

import pytest

from infra.local.cognito import COGNITO, KIND, LONGEST_BODY, Cognito
from infra.local.engine import Engine
from infra.local.pool import ensure_pool
from tests.infra.asking import environ, request


def asked(engine: Engine, action: str, given: Any, kind: str = KIND) -> tuple[int, Any]:
    body = json.dumps(given).encode()
    made = request(COGNITO, "POST", body, x_amz_target=f"AWSCognitoIdentityProviderService.{action}")
    made.environ["CONTENT_TYPE"] = kind
    answer = Cognito(engine.endpoint)(made)
    return answer.status, json.loads(answer.body)


def test_a_password_is_turned_into_tokens(engine: Engine) -> None:
    pool = ensure_pool(engine.client("cognito-idp"), "pages")
    pool.ensure_user("grace", "a long password", ("staff",), ("demo",))
    given = {"USERNAME": "grace", "PASSWORD": "a long password"}
    status, answer = asked(
        engine, "InitiateAuth", {"ClientId": pool.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": given}
    )
    assert (status, set(answer["AuthenticationResult"]) >= {"IdToken", "AccessToken", "RefreshToken"}) == (200, True)


def test_cognitos_refusals_come_through(engine: Engine) -> None:
    pool = ensure_pool(engine.client("cognito-idp"), "pages")
    given = {"USERNAME": "nobody", "PASSWORD": "a long password"}
    status, answer = asked(
        engine, "InitiateAuth", {"ClientId": pool.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": given}
    )
    assert (status, answer["__type"]) == (400, "NotAuthorizedException")


@pytest.mark.parametrize("action", ["AdminCreateUser", "ListUsers", "AdminInitiateAuth", "DeleteUserPool"])
def test_what_pages_never_ask_is_not_handed_on(engine: Engine, action: str) -> None:
    assert asked(engine, action, {})[0] == 404


def test_a_form_of_another_origin_is_not_handed_on(engine: Engine) -> None:
    assert asked(engine, "InitiateAuth", {}, kind="text/plain")[0] == 404
    made = request(COGNITO, "POST", b"{}", x_amz_target="DynamoDB_20120810.ListTables")
    made.environ["CONTENT_TYPE"] = KIND
    assert Cognito(engine.endpoint)(made).status == 404


def test_it_takes_no_endless_body(engine: Engine) -> None:
    given = environ(COGNITO, "POST", b"", x_amz_target="AWSCognitoIdentityProviderService.InitiateAuth")
    made = request(COGNITO, "POST")
    made.environ.update(given, CONTENT_TYPE=KIND, CONTENT_LENGTH=str(LONGEST_BODY + 1))
    assert Cognito(engine.endpoint)(made).status == 413
