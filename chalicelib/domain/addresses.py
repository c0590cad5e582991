"""E-mail addresses: one mailbox however it is spelt, and a domain as its owner writes it."""

from __future__ import annotations

import unicodedata

WITHOUT_DOTS = frozenset({"gmail.com", "googlemail.com"})
"""Providers that leave dots before the @ out of account (support.google.com/mail/answer/7436150); both names are one."""


ENCODED = "xn--"
"""Begins a part of a domain that has other letters than ASCII's (RFC 5890)."""


def normalised(email: str) -> str:
    """For counting only, never for sending: in lower case, without what follows a `+`, without dots that mean nothing."""
    local, _, domain = email.strip().lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in WITHOUT_DOTS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def written(email: str) -> str:
    """For reading, never for sending: an international domain in its letters, `info@hörgeräte-müller.de`."""
    local, at, domain = email.rpartition("@")
    return f"{local}{at}{'.'.join(map(_written, domain.split('.')))}"


def _written(label: str) -> str:
    """Part of a domain; as it is where that stands for nothing that is written (RFC 5891, 4)."""
    if not label.lower().startswith(ENCODED):
        return label
    try:
        letters = label[len(ENCODED) :].encode().decode("punycode")
    except UnicodeError:
        return label
    is_text = all(unicodedata.category(each)[0] in "LMN" or each in "-·" for each in letters)
    return letters if is_text and not letters.isascii() else label
