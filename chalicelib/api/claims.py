"""From the claims of a token to the caller.

API Gateway has checked signature, issuer and expiry before, and may remember that for minutes. What can be checked without the
pool's keys is checked here again, so that a route which lost its authorizer lets nobody in. Only here is checked which client a
token was made for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.errors import Unauthorized
from chalicelib.domain.staff import GROUPS, Caller, UserPool

SIGN_IN = "Please sign in."
GATEWAY_TIME = "%a %b %d %H:%M:%S UTC %Y"
"""How API Gateway rewrites `exp` and `iat`: `Mon Nov 23 17:15:00 UTC 2026`. In a raw token they are seconds."""
_BRANCH = re.compile(r"[A-Za-z0-9_-]{1,64}")


def caller_of(context: Mapping[str, Any], pool: UserPool, now: datetime) -> Caller:
    """Who asks, by the request's context. Raises Unauthorized for what is missing, malformed, expired or another pool's.

    A user in no group, or of no branch, has no such claim; that is no mistake, but such a caller may nothing.
    """
    claims = _claims(context)
    expected = {"token_use": "id", "iss": pool.issuer, "aud": pool.client}
    if not all(value and claims.get(name) == value for name, value in expected.items()):
        raise Unauthorized(SIGN_IN)
    if _moment(claims.get("exp")) <= now:
        raise Unauthorized(SIGN_IN)
    groups = {word.strip("[]") for word in _words(claims.get("cognito:groups", []))}
    branches = _words(claims.get("custom:branches", []))
    if not all(map(_BRANCH.fullmatch, branches)):
        raise Unauthorized(SIGN_IN)
    return Caller(
        id=_text(claims.get("sub")),
        groups=frozenset(group for group in GROUPS if group in groups),
        branches=tuple(dict.fromkeys(branches)),
    )


def _claims(context: Mapping[str, Any]) -> Mapping[str, Any]:
    """Empty where no authorizer has put any."""
    authorizer = context.get("authorizer")
    claims = authorizer.get("claims") if isinstance(authorizer, Mapping) else None
    return claims if isinstance(claims, Mapping) else {}


def _moment(value: object) -> datetime:
    text = str(value)
    try:
        if re.fullmatch(r"\d{1,12}", text, re.ASCII):
            return datetime.fromtimestamp(int(text), UTC)
        return datetime.strptime(text, GATEWAY_TIME).replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        raise Unauthorized(SIGN_IN) from None


def _words(value: object) -> list[str]:
    """A list as a raw token has it, or text: `admin,staff` by REST gateways, `[admin staff]` by others, `demo praxis` by us."""
    given = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in given):
        raise Unauthorized(SIGN_IN)
    return re.findall(r"[^\s,]+", ",".join(map(str, given)))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise Unauthorized(SIGN_IN)
    return value
