"""Requests as API Gateway hands them to a function."""

from __future__ import annotations

import json
from typing import Any


def event(
    method: str,
    route: str,
    query: dict[str, str] | None = None,
    *,
    claims: dict[str, str] | None = None,
    body: Any = None,
    headers: dict[str, str] | None = None,
    **path: str,
) -> dict[str, Any]:
    """`claims`: those of a token that it has verified."""
    return {
        "resource": route,
        "path": route.format(**path),
        "httpMethod": method,
        "headers": {"accept": "application/json", **({"content-type": "application/json"} if body else {}), **(headers or {})},
        "multiValueHeaders": {},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()},
        "pathParameters": path,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": route,
            "identity": {"sourceIp": "127.0.0.1"},
            **({"authorizer": {"claims": claims}} if claims else {}),
        },
        "body": json.dumps(body) if body else None,
        "isBase64Encoded": False,
    }
