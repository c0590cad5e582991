"""One mailbox, however its address is spelt."""

from __future__ import annotations

WITHOUT_DOTS = frozenset({"gmail.com", "googlemail.com"})
"""Providers that leave dots before the @ out of account (support.google.com/mail/answer/7436150); both names are one."""


def normalised(email: str) -> str:
    """For counting only, never for sending: in lower case, without what follows a `+`, without dots that mean nothing."""
    local, _, domain = email.strip().lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in WITHOUT_DOTS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"
