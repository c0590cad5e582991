"""E-mail addresses as their owners write them."""

from __future__ import annotations

import pytest

from chalicelib.api.fields import email_address
from chalicelib.domain.addresses import normalised, written
from chalicelib.domain.errors import Flaw


@pytest.mark.parametrize(
    "address",
    [
        "info@hörgeräte-müller.de",
        "praxis@termine.straße.de",
        "a@οπτικός.gr",
        "b@例え.テスト",
        "c@gal·la.cat",
        "d@praxis.example.org",
    ],
)
def test_an_address_is_read_as_it_was_typed_and_sent_to_in_ascii(address: str) -> None:
    wrong: dict[str, Flaw] = {}
    stored = email_address("email", address, wrong)
    assert (wrong, stored.isascii(), written(stored)) == ({}, True, address)
    assert email_address("email", written(stored), wrong) == stored


@pytest.mark.parametrize(
    "address",
    ["", "x", "a@xn--", "a@xn--a-", "a@xn--99999999.de", "a@xn--\u00fc.de", "a@xn--a.xn--0"],
)
def test_what_stands_for_nothing_that_is_written_stays_as_it_is(address: str) -> None:
    assert written(address) == address


def test_no_mark_and_no_sign_comes_out_of_a_domain() -> None:
    signs = {
        f"a@xn--{each.encode('punycode').decode()}.de" for each in ("a\u200bb", "a\u2044b", "a\u202eb", "a\uff0eb", "a\u3000b")
    }
    assert {written(each) for each in signs} == signs


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        (" Anna@Example.org ", "anna@example.org"),
        ("anna+news@example.org", "anna@example.org"),
        ("+news@example.org", "+news@example.org"),
        ("an.na@example.org", "an.na@example.org"),
        ("an.n.a+x@gmail.com", "anna@gmail.com"),
        ("an.na@googlemail.com", "anna@gmail.com"),
        ('"a@b"@example.org', '"a@b"@example.org'),
    ],
)
def test_all_spellings_that_reach_one_mailbox_count_as_one(address: str, counted: str) -> None:
    assert normalised(address) == counted
