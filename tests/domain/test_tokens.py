"""What is made from the deployment's secret: links, fingerprints, what limits know an address by (R22, R24)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.tokens import Secret, appointment_id, appointment_of, clipped

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
