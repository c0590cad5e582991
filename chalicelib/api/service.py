"""Whether the service answers, and where staff sign in and out."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.api.http import Request, StaffRequest, answer
from chalicelib.api.schemas import CallerView, Done, Health, SignInView
from chalicelib.domain.errors import Forbidden


def check_health(_: Request) -> Health:
    return Health("ok")


def show_sign_in(request: Request) -> SignInView:
    return SignInView(*request.use_cases.sign_in())


def sign_out(request: Request) -> Response:
    """Has the browser forget what its pages keep, also what *Back* would show. No other site's page can ask for it: it would
    have to send JSON, and say so."""
    if not request.header("Content-Type"):
        raise Forbidden
    return answer(Done(), headers={"Clear-Site-Data": '"cache", "storage"'})


def show_caller(request: StaffRequest) -> CallerView:
    caller = request.caller
    return CallerView(caller.id, sorted(caller.groups), list(caller.branches))
