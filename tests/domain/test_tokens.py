"""What is made from the deployment's secret: links, fingerprints, what limits know an address by (R22, R24)."""

from __future__ import annotations

import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.tokens import Secret, appointment_id, appointment_of, clipped, is_one_of

SECRET = Secret("s" * 32)
ITS = "a" * 32


def proof(token: str) -> str:
    return token.partition(".")[2]


def test_a_token_is_the_id_and_43_characters_of_proof() -> None:
    """172 bits that nobody guesses; and links that stand in mails keep their length."""
    assert re.fullmatch(r"a{32}\.[0-9a-f]{43}", SECRET.token(ITS, 1))


def test_a_part_of_a_token_does_not_fit() -> None:
    token = SECRET.token(ITS, 1)
    assert not SECRET.fits(token[:-1], ITS, 1)
    assert not SECRET.fits(f"{token}0", ITS, 1)
    assert not SECRET.fits(f"{ITS}.", ITS, 1)


@pytest.mark.parametrize("behind", ["", ".", ")", ">", "%20", "\u200b", "&utm_source=x", "&a=elbe-window", "=\r\n", "0"])
@pytest.mark.parametrize("token", [SECRET.token(ITS, 1), SECRET.mailed(ITS, 1, "erika@example.org"), SECRET.calendar("elbe-x")])
def test_what_stands_behind_a_token_is_cut_off(token: str, behind: str) -> None:
    assert clipped(token + behind) == token


@pytest.mark.parametrize("text", ["", "nonsense", SECRET.token(ITS, 1)[:-1], f"({SECRET.token(ITS, 1)}"])
def test_what_begins_with_no_token_is_not_made_one(text: str) -> None:
    assert clipped(text) == text


def test_no_purpose_s_signature_serves_another() -> None:
    """Whoever could have a fingerprint made of chosen bytes would else have a link to any appointment."""
    signed = f"{ITS}.1"
    signatures = {proof(SECRET.token(ITS, 1)), SECRET.fingerprint(signed.encode()), SECRET.address(signed)}
    assert len(signatures) == 3


def test_version_and_id_do_not_run_into_each_other() -> None:
    assert proof(SECRET.token(ITS, 11)) != proof(SECRET.token(f"{ITS}.1", 1))
    assert len({proof(SECRET.token(ITS, version)) for version in range(20)}) == 20


def test_another_deployment_s_fingerprints_and_addresses_tell_nothing() -> None:
    other = Secret("t" * 32)
    assert other.fingerprint(b"content") != SECRET.fingerprint(b"content")
    assert other.address("erika@example.org") != SECRET.address("erika@example.org")


def test_a_fingerprint_tells_one_changed_byte() -> None:
    assert SECRET.fingerprint(b"content") == SECRET.fingerprint(b"content") != SECRET.fingerprint(b"Content")


def test_an_address_is_one_however_it_is_spelt_in_upper_and_lower_case() -> None:
    assert SECRET.address(" Erika@Example.ORG ") == SECRET.address("erika@example.org")
    assert SECRET.address("erika@example.org") != SECRET.address("erika@example.com")


@given(st.text("abc-", min_size=1, max_size=8), st.text("kx_-", min_size=16, max_size=20))
def test_an_id_is_the_request_s_own_and_can_be_read_from_its_token(alias: str, key: str) -> None:
    identity = appointment_id(alias, key)
    assert appointment_of(SECRET.token(identity, 1)) == identity
    assert identity == appointment_id(alias, key)
    assert identity != appointment_id(alias, key + "x")
    assert identity != appointment_id(f"{alias}x", key)


EARLIER = Secret("e" * 32)
ROTATED = Secret("s" * 32, "e" * 32)
EMAIL = "erika@example.org"


def test_what_is_made_after_a_rotation_is_made_by_the_new_secret() -> None:
    assert ROTATED.token(ITS, 1) == SECRET.token(ITS, 1)
    assert ROTATED.mailed(ITS, 1, EMAIL) == SECRET.mailed(ITS, 1, EMAIL)
    assert ROTATED.calendar("elbe-a") == SECRET.calendar("elbe-a")
    assert ROTATED.fingerprints(b"content")[0] == SECRET.fingerprint(b"content")
    assert ROTATED.mailbox(EMAIL)[:1] == SECRET.mailbox(EMAIL)


def test_links_of_the_earlier_secret_fit() -> None:
    assert ROTATED.fits(EARLIER.token(ITS, 1), ITS, 1)
    assert ROTATED.fits(EARLIER.mailed(ITS, 1, EMAIL), ITS, 1)
    assert ROTATED.opens_calendar(EARLIER.calendar("elbe-a"), "elbe-a")


def test_links_of_the_earlier_secret_fit_no_other_version_and_nothing_else() -> None:
    assert not ROTATED.fits(EARLIER.token(ITS, 1), ITS, 2)
    assert not ROTATED.fits(EARLIER.mailed(ITS, 1, EMAIL), ITS, 2)
    assert not ROTATED.opens_calendar(EARLIER.calendar("elbe-a"), "elbe-b")


def test_once_the_earlier_secret_is_forgotten_its_links_end() -> None:
    assert not SECRET.fits(EARLIER.token(ITS, 1), ITS, 1)
    assert not SECRET.fits(EARLIER.mailed(ITS, 1, EMAIL), ITS, 1)
    assert not SECRET.opens_calendar(EARLIER.calendar("elbe-a"), "elbe-a")


def test_a_fingerprint_of_the_earlier_secret_is_one_of_the_request_s() -> None:
    assert is_one_of(EARLIER.fingerprint(b"content"), ROTATED.fingerprints(b"content"))
    assert not is_one_of(EARLIER.fingerprint(b"other"), ROTATED.fingerprints(b"content"))


def test_a_link_of_the_earlier_secret_is_known_by_both_hashes_of_its_address() -> None:
    assert ROTATED.mailbox_of(EARLIER.mailed(ITS, 1, EMAIL), EMAIL) == ROTATED.mailbox(EMAIL)
    assert ROTATED.mailbox_of(SECRET.mailed(ITS, 1, EMAIL), EMAIL) == ROTATED.mailbox(EMAIL)


def test_a_link_that_was_mailed_elsewhere_is_known_by_its_own_hash_alone() -> None:
    token = EARLIER.mailed(ITS, 1, "other@example.org")
    assert ROTATED.mailbox_of(token, EMAIL) == EARLIER.mailbox("other@example.org")
    assert ROTATED.mailbox_of(token, None) == EARLIER.mailbox("other@example.org")


def test_a_link_that_was_not_mailed_proves_no_address() -> None:
    assert ROTATED.mailbox_of(EARLIER.token(ITS, 1), EMAIL) is None


def test_secrets_are_compared_in_a_time_that_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """By construction: what finds out is `hmac.compare_digest`, and it alone."""
    asked: list[tuple[bytes, bytes]] = []

    def never(one: bytes, other: bytes) -> bool:
        asked.append((one, other))
        return False

    monkeypatch.setattr(hmac, "compare_digest", never)
    token, mailed = SECRET.token(ITS, 1), SECRET.mailed(ITS, 1, EMAIL)
    assert not SECRET.fits(token, ITS, 1)
    assert not SECRET.fits(mailed, ITS, 1)
    assert not SECRET.opens_calendar(SECRET.calendar("elbe-a"), "elbe-a")
    assert not is_one_of("a", ["a"])
    assert asked == [(each.encode(), each.encode()) for each in (token, mailed, SECRET.calendar("elbe-a"), "a")]


def test_what_was_mailed_and_counted_fits_whatever_version_runs() -> None:
    """Links lie in mailboxes, and hashes in the table: a purpose or a form that changes ends all of them."""
    identity, email = "0" * 32, "erika@example.org"
    assert SECRET.token(identity, 1) == f"{identity}.a77a85e49cf19d211b98c6e45351910c4142a36f01d"
    assert SECRET.mailed(identity, 1, email) == f"{identity}.2de2bc27d8c8e64def50.0c83a54e361c03673af43f057e9816985543358bc4a"
    assert SECRET.address(email) == "ea682d339ae308e318917504e4b3f9c5d353c0e917b"
    assert SECRET.counted(email) == "66aff74202a77a2419880262e04418090e5e947a313"
    assert SECRET.calendar("elbe-a") == "elbe-a.e72d09cf320476511217a3584b62f98c5ba09f87c6e"
    assert SECRET.fingerprint(b"x") == "4f3377147649e9c6b16f7a4922d1fd61b347a2de350"
    assert SECRET.proving[0].hex() == "b5e85e7cea7d86d7b23a87b5acb8d15043dfbe1c31878c89e9be791e84375723"
