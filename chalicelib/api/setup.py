"""What staff ask of the settings: what a branch has set, the accesses that links carry, employees and their accounts."""

from __future__ import annotations

from chalicelib.api import setup_views
from chalicelib.api.http import StaffRequest
from chalicelib.api.routes import ACCESS_TOKEN
from chalicelib.api.setup_schemas import (
    AccessesView,
    AccessRequest,
    AccountChange,
    InviteRequest,
    Online,
    SavedView,
    SettingsBody,
    SettingsView,
    TextBody,
    TextPreview,
    UserChange,
    UsersView,
)
from chalicelib.domain.errors import Flaw, Invalid


def show_settings(request: StaffRequest, branch: str) -> SettingsView:
    administration = request.use_cases.administration()
    return setup_views.settings(administration.setup.settings(branch), administration.site_url, request.use_cases.now())


def change_settings(request: StaffRequest, branch: str, body: SettingsBody) -> SavedView:
    administration = request.use_cases.administration()
    sections, accepted = setup_views.sections(body, branch), body.accept_other_times
    settings, outside = administration.setup.change(branch, body.version, sections, request.caller.id, other_times=accepted)
    return setup_views.saved(settings, outside, administration.site_url, request.use_cases.now())


def open_online(request: StaffRequest, branch: str, body: Online) -> Online:
    settings = request.use_cases.administration().setup.open_online(branch, body.online, request.caller.id)
    return Online(settings.branch.online)


def preview_text(request: StaffRequest, branch: str, body: TextBody) -> TextPreview:
    text = setup_views.text(body)
    return setup_views.text_preview(*request.use_cases.administration().wording.preview(branch, text))


def list_accesses(request: StaffRequest, branch: str) -> AccessesView:
    administration = request.use_cases.administration()
    secret = administration.secret if "admin" in request.caller.groups else None
    return setup_views.accesses(*administration.accesses.all(branch), administration.site_url, secret)


def give_access(request: StaffRequest, branch: str, body: AccessRequest) -> AccessesView:
    administration, label = request.use_cases.administration(), setup_views.access_label(body.label)
    found = administration.accesses.make(branch, body.kind, label, body.employee, body.resource, request.caller.id)
    return setup_views.accesses(*found, administration.site_url, administration.secret)


def revoke_access(request: StaffRequest, branch: str, access: str) -> AccessesView:
    administration = request.use_cases.administration()
    found = administration.accesses.revoke(branch, access, request.caller.id)
    return setup_views.accesses(*found, administration.site_url, administration.secret)


def change_account(request: StaffRequest, branch: str, employee: str, body: AccountChange) -> SettingsView:
    administration = request.use_cases.administration()
    settings = administration.setup.employ(branch, employee, body.account, request.caller.id)
    return setup_views.settings(settings, administration.site_url, request.use_cases.now())


def list_users(request: StaffRequest, branch: str, access_token: str) -> UsersView:
    accounts = request.use_cases.administration().users(branch, request.caller.id, _sent(access_token))
    return setup_views.users(accounts)


def invite_user(request: StaffRequest, branch: str, access_token: str, body: InviteRequest) -> UsersView:
    accounts = request.use_cases.administration().invite(
        branch,
        request.caller.id,
        _sent(access_token),
        employee=body.employee,
        user=body.user,
        groups=frozenset(body.groups),
        branches=tuple(body.branches),
    )
    return setup_views.users(accounts)


def change_user(request: StaffRequest, branch: str, user: str, access_token: str, body: UserChange) -> UsersView:
    accounts = request.use_cases.administration().change_user(
        branch,
        request.caller.id,
        _sent(access_token),
        user=user,
        groups=frozenset(body.groups),
        branches=tuple(body.branches),
        enabled=body.enabled,
        version=body.version,
    )
    return setup_views.users(accounts)


def _sent(access_token: str) -> str:
    """Who manages users proves anew who that is. Raises Invalid."""
    if not access_token:
        raise Invalid({ACCESS_TOKEN.name: Flaw("required")})
    return access_token
