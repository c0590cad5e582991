"""Answering a challenge as the booking page does, for whatever books over HTTP."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any


def answered(challenge: Mapping[str, Any]) -> str:
    """The `proof` of a request, from what `GET /v1/access/{alias}/challenge` gave."""
    begun = sha256(challenge["salt"].encode())
    for number in range(challenge["maxnumber"] + 1):
        tried = begun.copy()
        tried.update(b"%d" % number)
        if tried.hexdigest() == challenge["challenge"]:
            answer = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")} | {"number": number}
            return base64.b64encode(json.dumps(answer).encode()).decode()
    raise ValueError("the challenge has no answer")
