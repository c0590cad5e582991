"""Where the pages are. What proves something stands in the fragment, which is sent to no server and kept in no log."""

from __future__ import annotations


def booking_url(site_url: str, alias: str, resource: str) -> str:
    return f"{site_url}/?a={alias}&r={resource}"


def manage_url(site_url: str, token: str) -> str:
    return f"{site_url}/manage.html#{token}"


def planner_url(site_url: str, appointment: str) -> str:
    """Opens the appointment for whoever may see it; the id alone opens nothing."""
    return f"{site_url}/staff/index.html#{appointment}"
