"""The local run's authorizer lets only ID tokens of the pool through, and passes claims as API Gateway does."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest
from chalice.app import Chalice, CognitoUserPoolAuthorizer
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from infra.local.authorizer import Authorizer, as_the_gateway_passes
from infra.local.bridge import Bridge
from tests.infra.asking import request

ISSUER = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc"
OURS, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


class KeysOfTests(jwt.PyJWKClient):
    """The keys without a server that has them."""

    def fetch_data(self) -> Any:
        return {"keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(OURS.public_key())) | {"kid": "ours", "use": "sig"}]}


@pytest.fixture
def authorizer() -> Authorizer:
    return Authorizer(ISSUER, KeysOfTests("http://127.0.0.1/"))


def claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {"sub": "u-1", "iss": ISSUER, "aud": "c", "token_use": "id", "iat": now, "exp": now + 900}
    return {name: value for name, value in (good | changed).items() if value is not None}


def token(key: Any = OURS, algorithm: str = "RS256", kid: Any = "ours", **changed: Any) -> str:
    return jwt.encode(claims(**changed), key, algorithm, {"kid": kid} if kid else None)


def confused() -> str:
    """Signed with the public key, taken for a shared secret."""
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "HS256", "kid": "ours"}, claims())
    )
    shared = OURS.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signer = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = base64.urlsafe_b64encode(signer.sign(head + b"." + body, shared)).rstrip(b"=")
    return b".".join((head, body, signature)).decode()


@pytest.mark.parametrize("prefix", ["Bearer ", "", "Bearer   "])
def test_an_id_token_comes_through_with_and_without_bearer(authorizer: Authorizer, prefix: str) -> None:
    passed = authorizer(prefix + token())
    assert passed is not None
    assert (passed["sub"], passed["token_use"]) == ("u-1", "id")


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "Bearer",
        "garbage",
        "a.b.c",
        "ä.ö.ü",
        token(OTHER),
        token(kid="theirs"),
        token(kid=None),
        token(iss=ISSUER + "d"),
        token(iss=None),
        token(exp=int(time.time()) - 1),
        token(exp=None),
        token(sub=None),
        token(token_use="access"),
        token(token_use=None),
        token(None, "none"),
        confused(),
        token()[:-8] + "AAAAAAAA",
    ],
)
def test_everything_else_does_not(authorizer: Authorizer, bad: str) -> None:
    assert authorizer(bad) is None


def test_claims_are_passed_as_the_gateway_passes_them() -> None:
    given = {"cognito:groups": ["admin", "staff"], "email_verified": True, "exp": 1795414500, "auth_time": 1795413600}
    assert as_the_gateway_passes(given) == {
        "cognito:groups": "admin,staff",
        "email_verified": "true",
        "exp": "Mon Nov 23 06:15:00 UTC 2026",
        "auth_time": "1795413600",
    }


def guarded() -> Chalice:
    app = Chalice(app_name="tried")

    @app.route("/v1/closed", authorizer=CognitoUserPoolAuthorizer("staff", provider_arns=["arn"]))
    def closed() -> Any:
        asked: Any = app.current_request
        return asked.context["authorizer"]["claims"]

    @app.route("/v1/open")
    def public() -> Any:
        return {}

    return app


def test_the_bridge_asks_the_authorizer_where_a_route_has_one(authorizer: Authorizer) -> None:
    bridge = Bridge(guarded(), authorizer)
    assert bridge(request("/api/v1/open")).status == 200
    refused = bridge(request("/api/v1/closed"))
    assert (refused.status, json.loads(refused.body)) == (401, {"code": "unauthorized", "message": "Please sign in."})
    let_in = bridge(request("/api/v1/closed", authorization=f"Bearer {token()}"))
    assert json.loads(let_in.body)["sub"] == "u-1"
    assert bridge(request("/api/v1/closed", "DELETE")).status == 405


def test_a_bridge_without_a_pool_lets_nobody_in() -> None:
    assert Bridge(guarded())(request("/api/v1/closed", authorization=token())).status == 401


def test_without_the_keys_nobody_is_signed_out() -> None:
    with pytest.raises(jwt.PyJWKClientConnectionError):
        Authorizer(ISSUER, jwt.PyJWKClient("http://127.0.0.1:9/", timeout=1))(token())
