"""Asking to be called back."""

from __future__ import annotations

import msgspec

from chalicelib.api import fields
from chalicelib.api.callback_schemas import CallbackMade, CallbackRequest
from chalicelib.api.http import Request
from chalicelib.planner.customer.callbacks import Wish


def request_callback(request: Request, alias: str, key: str, body: CallbackRequest) -> CallbackMade:
    """What tells how it came is no part of what was asked, as with a request (R22)."""
    proof, body.proof, body.website = body.proof, None, None
    name, phone, when = fields.whom_to_call(body.name, body.phone, body.when)
    wish = Wish(name=name, phone=phone, when=when, language=body.language)
    return CallbackMade(request.use_cases.call_me().ask(alias, key, wish, msgspec.json.encode(body), proof).id)
