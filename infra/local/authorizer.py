"""What API Gateway does before a route of the staff: only ID tokens of the pool come through, as claims.

Chalice's own local server lets every token pass, forged ones too. Issuer and keys are told apart, because the local AWS signs
with keys of its own under AWS's name. Which client a token was made for is left to the code, as the gateway leaves it.
"""

import json
from datetime import UTC, datetime
from typing import Any

import jwt

Claims = dict[str, str]
REQUIRED = ["exp", "iss", "sub", "token_use"]
GATEWAY_TIMES = ("exp", "iat")


class Authorizer:
    """`issuer` is the pool as its tokens name it, `keys` fetches the public keys that they are signed with."""

    def __init__(self, issuer: str, keys: jwt.PyJWKClient) -> None:
        self._issuer = issuer
        self._keys = keys

    def __call__(self, header: str) -> Claims | None:
        """The claims of the token in `Authorization: Bearer <token>`, or alone, as the gateway passes them; else None.

        Raises PyJWKClientConnectionError where the keys cannot be had: nobody is signed out by that.
        """
        token = header.removeprefix("Bearer ").strip()
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            claims = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self._issuer,
                options={"require": REQUIRED, "verify_aud": False},
            )
        except jwt.PyJWKClientConnectionError:
            raise
        except jwt.PyJWTError:
            return None
        return as_the_gateway_passes(claims) if claims["token_use"] == "id" else None


def nobody(_: str) -> Claims | None:
    """The authorizer where there is no pool."""
    return None


def as_the_gateway_passes(claims: dict[str, Any]) -> Claims:
    """All are text; groups are joined by commas, and two of the times are written out."""
    return {name: _text(name, value) for name, value in claims.items()}


def _text(name: str, value: Any) -> str:
    match value:
        case int() if name in GATEWAY_TIMES:
            return f"{datetime.fromtimestamp(value, UTC):%a %b %d %H:%M:%S UTC %Y}"
        case list():
            return ",".join(map(str, value))
        case bool() | dict():
            return json.dumps(value)
    return str(value)
