"""What an SMS can hold: 160 characters of GSM-7, or 70 of any others, and several of them joined."""

from __future__ import annotations

import unicodedata

EXTENDED = frozenset("^{}\\[~]|€")
"""Take the room of two."""
GSM_7 = EXTENDED | frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""3GPP TS 23.038, 6.2.1: German's letters are among them."""
MOST_GSM_7, MOST_OTHERS = 1530, 630
"""Characters of the longest text that AWS takes, in parts joined by the telephone."""
ROOM_GSM_7, ROOM_OTHERS = (160, 153), (70, 67)
"""Characters of a text that travels alone, and of each part of a longer one."""
PLAIN = {"–": "-", "—": "-", "‑": "-", "„": '"', "“": '"', "”": '"', "«": '"', "»": '"', "‚": "'", "‘": "'", "’": "'", "`": "'"}


def plain(text: str) -> str:
    """The text in characters of GSM-7 if it loses no more than accents and typographic marks; else as it is, since one
    character outside makes all of them count as such."""
    written = "".join(_nearest(character) for character in unicodedata.normalize("NFC", text))
    return written if GSM_7.issuperset(written) else text


def fits(text: str) -> bool:
    """Whether the provider takes it."""
    if GSM_7.issuperset(text):
        return len(text) + sum(character in EXTENDED for character in text) <= MOST_GSM_7
    return len(text.encode("utf-16-be")) // 2 <= MOST_OTHERS


def parts(text: str) -> int:
    """In how many messages it travels, each of which is paid for: a character that takes the room of two is in one of them."""
    if GSM_7.issuperset(text):
        return _parts([1 + (character in EXTENDED) for character in text], *ROOM_GSM_7)
    return _parts([len(character.encode("utf-16-be")) // 2 for character in text], *ROOM_OTHERS)


def _parts(sizes: list[int], alone: int, joined: int) -> int:
    if sum(sizes) <= alone:
        return 1
    count, left = 1, joined
    for size in sizes:
        if size > left:
            count, left = count + 1, joined
        left -= size
    return count


def _nearest(character: str) -> str:
    if character in GSM_7:
        return character
    if character in PLAIN:
        return PLAIN[character]
    parts = unicodedata.normalize("NFKD", character)  # an ellipsis is three dots, a fixed space a space
    return "".join(part for part in parts if unicodedata.category(part) not in ("Mn", "Cf"))
