"""What staff ask of what was sent: messages that did not arrive, and whether sending works."""

from __future__ import annotations

from chalicelib.api import message_views
from chalicelib.api.http import StaffRequest
from chalicelib.api.message_schemas import SenderView, TestRequest, TestView, TroublesView


def list_troubles(request: StaffRequest, branch: str) -> TroublesView:
    return message_views.troubles(*request.use_cases.correspondence().troubles(branch))


def send_again(request: StaffRequest, branch: str, appointment: str, message: str) -> TroublesView:
    request.use_cases.correspondence().again(branch, appointment, message)
    return list_troubles(request, branch)


def show_sender(request: StaffRequest, branch: str) -> SenderView:
    return message_views.sender(request.use_cases.correspondence().sender(branch))


def send_test(request: StaffRequest, branch: str, body: TestRequest) -> TestView:
    return TestView(*request.use_cases.correspondence().test(branch, body.to))
