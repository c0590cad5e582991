"""`/.well-known/security.txt` (RFC 9116): whom somebody tells that has found a weakness."""

from __future__ import annotations

from datetime import UTC, datetime

PATH = "/.well-known/security.txt"
MONTHS = 11
"""For which a file is good that was made at the beginning of a month: less than the year that the RFC recommends at most."""


def security_txt(contact: str, site_url: str, now: datetime) -> str:
    """`contact` is an e-mail address. The same all month, so that another deployment has nothing to change."""
    months = now.year * 12 + now.month - 1 + MONTHS
    expires = datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
    lines = {
        "Contact": f"mailto:{contact}",
        "Expires": expires.isoformat().replace("+00:00", "Z"),
        "Preferred-Languages": "de, en",
        "Canonical": f"{site_url.rstrip('/')}{PATH}",
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items())
