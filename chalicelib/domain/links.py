"""Where the pages are. What proves something stands in the fragment, which is sent to no server and kept in no log."""

from __future__ import annotations


def booking_url(site_url: str, alias: str, resource: str) -> str:
    return f"{site_url}/?a={alias}&r={resource}"


def invitation_url(site_url: str, token: str) -> str:
    """The booking page as an invitation opens it."""
    return f"{site_url}/index.html#i={token}"


def page_url(site_url: str, alias: str) -> str:
    """The booking page of an access, all its resources beside each other."""
    return f"{site_url}/?a={alias}"


def statement_path(alias: str) -> str:
    """Our accessibility statement, for a branch that has none of its own."""
    return f"/accessibility.html?a={alias}"


def calendar_url(site_url: str, token: str) -> str:
    """What calendar programs subscribe to; they can send nothing but an address, and some want its ending."""
    return f"{site_url}/api/v1/calendar/{token}.ics"


def manage_url(site_url: str, token: str, alias: str | None = None, query: str = "") -> str:
    """The customer's own page. By the alias it still tells how to reach the practice when the token opens nothing any more."""
    return f"{site_url}/manage.html{query}#{token}{f'&a={alias}' if alias else ''}"


def stop_url(site_url: str, token: str, alias: str | None = None) -> str:
    """The customer's page where it asks whether reminders shall stop: one press, and only that stops them (R27, R29)."""
    return manage_url(site_url, token, alias, "?stop")


def disown_url(site_url: str, token: str, alias: str | None = None) -> str:
    """The customer's page where the owner of an address says that somebody else asked; one press, and only that, acts (R27)."""
    return manage_url(site_url, token, alias, "?disown")


def planner_url(site_url: str, appointment: str) -> str:
    """Opens the appointment for whoever may see it; the id alone opens nothing."""
    return f"{site_url}/staff/index.html#{appointment}"


def inbox_url(site_url: str) -> str:
    """What waits for the staff."""
    return f"{site_url}/staff/index.html#inbox"


def messages_url(site_url: str) -> str:
    """Messages that did not arrive, and whether sending works."""
    return f"{site_url}/staff/messages.html"
