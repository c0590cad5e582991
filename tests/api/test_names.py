"""What passes as a person's name: it goes out in the practice's own mails, and carries no address or number there."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.api.fields import comment
from chalicelib.api.schemas import AppointmentRequest
from chalicelib.domain.comment import Comment
from chalicelib.domain.errors import Invalid
from tests.api.test_booking import assert_refused, clock, states
from tests.builders import NOW, body
from tests.messages.test_compose import composed
from tests.site_of_tests import Site

NAMES = [
    "Mustermann",
    "Dr. Meyer",
    "Prof. Dr. med. Anna von der Heide",
    "Dr.-Ing. Jürgen Weiß",
    "Dipl.-Ing. Öztürk",
    "J.R.R. Tolkien",
    "J.-P. Lévesque",
    "St. John-Smythe",
    "O'Connor",
    "O’Neill-Łącki",
    "D'Angelo",
    "von und zu Guttenberg",
    "van 't Hoff",
    "de la Cruz y García",
    "Müller-Lüdenscheidt",
    "Hans-Peter",
    "Friedrich III.",
    "Henry Ford 2.",
    "Sammy Davis Jr.",
    "Gal·la Puig i Puig",
    "Nuñez",
    "Sørensen",
    "Þórdís Guðmundsdóttir",
    "Dvořáková",
    "Wiśniewska",
    "Şahin",
    "Nguyễn Thị Minh Khai",
    "A\u030angstro\u0308m",
    "Παπαδόπουλος",
    "Достоевский",
    "Щербакова-Іваненко",
    "כהן",
    "בן־גוריון",
    "محمد بن سلمان",
    "عبد\u200cالله",
    "क्\u200dष शर्मा",
    "நா. முத்துக்குமார்",
    "王小明",
    "山田・花子",
    "김철수",
]
NO_NAMES = [
    "https://evil.example/zahlen",
    "http://evil",
    "ftp://evil",
    "https\uff1a\uff0f\uff0fevil",
    "www.evil",
    "Meyer WWW.EVIL",
    "\uff57\uff57\uff57.evil",
    "ww\u200bw.evil",
    "Meyer@evil",
    "meyer@evil.example",
    "Meyer\uff20evil",
    "Meyer\ufe6bevil",
    "evil.example",
    "Bitte zahlen: evil.example",
    "(evil.example)",
    "evil.example/zahlen",
    "x.co",
    "t.me",
    "a.b.example",
    "evil..example",
    "evil-.example",
    "evil_.example",
    "evil\uff0eexample",
    "evil\u3002example",
    "evil\uff61example",
    "evil\u2024example",
    "evil\u2025example",
    "evil\ufe52example",
    "evil\u200b.example",
    "evil.\u00adexample",
    "evil.\u034fexample",
    "böse.example",
    "пример.рф",
    "例え.テスト",
    "1.1.1.1",
    "24.de",
    "0900 123456",
    "Meyer 0900",
    "\uff10\uff19\uff10\uff10",
    "٠٩٠٠",
]
FIELDS = ["last_name", "first_name", "visitor_last_name", "visitor_first_name"]


def named(**names: str) -> Comment:
    given: dict[str, Any] = {"last_name": "Mustermann"} | names
    return comment(AppointmentRequest(resource="cabin-1", start=NOW, email="erika@example.org", **given))


def test_there_are_forty_of_either() -> None:
    assert (len({*NAMES}), len({*NO_NAMES})) == (40, 40)


@pytest.mark.parametrize("name", NAMES)
def test_a_real_name_passes_in_every_field(name: str) -> None:
    assert all(getattr(named(**{field: name}), field) for field in FIELDS)


@pytest.mark.parametrize("name", NO_NAMES)
def test_an_address_or_a_number_is_no_name_in_any_field(name: str) -> None:
    for field in FIELDS:
        with pytest.raises(Invalid) as refused:
            named(**{field: name})
        assert set(refused.value.fields) == {field}
        assert refused.value.fields[field].startswith("must be a name, ")


@pytest.mark.parametrize("field", FIELDS)
def test_a_name_has_at_most_60_characters(site: Site, field: str) -> None:
    branch = site.branch()
    assert_refused(site.request(branch, body(clock("09:30"), **{field: "ж" * 61})), 400, "invalid", field)
    assert states(site, branch)["09:30"] == "free"
    assert site.request(branch, body(clock("09:30"), **{field: "ж" * 60})).status == 201


def test_a_name_that_is_refused_over_the_wire_takes_nothing(site: Site) -> None:
    branch = site.branch()
    answer = site.request(branch, body(clock("09:30"), last_name="evil.example"))
    assert_refused(answer, 400, "invalid", "last_name")
    assert answer.json["fields"] == {"last_name": "must be a name, with a space behind each dot"}
    assert states(site, branch)["09:30"] == "free"


@pytest.mark.parametrize("name", ["https://evil.example", "www.evil.example", "0900 123456", "eva@evil.example"])
def test_a_mail_makes_no_link_of_what_a_record_has_as_a_name(name: str) -> None:
    """Names that staff type are theirs, and older requests may have anything."""
    mail = composed("receipt", Comment(last_name=name, first_name=name, visitor_last_name=name, email="erika@example.org"))
    assert name in mail.html
    before_the_random_token = re.findall(r'href="([^"#]*)', mail.html)
    assert not [link for link in before_the_random_token if "evil" in link or "0900" in link]
