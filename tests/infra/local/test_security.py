"""`/.well-known/security.txt` says whom to tell of a weakness, for a while (RFC 9116)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from infra.deploy.site import layout, with_text
from infra.local.security import PATH, security_txt


def fields(now: datetime) -> dict[str, str]:
    text = security_txt("sicherheit@example.org", "https://termine.example.org/", now)
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_it_names_contact_languages_and_its_own_place() -> None:
    said = fields(datetime(2026, 11, 26, tzinfo=UTC))
    assert (said["Contact"], said["Preferred-Languages"]) == ("mailto:sicherheit@example.org", "de, en")
    assert said["Canonical"] == f"https://termine.example.org{PATH}"


@pytest.mark.parametrize("day", ["2026-01-01", "2026-01-31", "2027-12-31", "2028-02-29"])
def test_it_is_good_for_months_and_less_than_a_year(day: str) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    expires = datetime.fromisoformat(fields(now)["Expires"])
    assert timedelta(days=300) < expires - now < timedelta(days=365)


def test_it_is_the_same_all_month_so_that_a_second_deployment_changes_nothing() -> None:
    first, last = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    assert fields(first) == fields(last) != fields(last + timedelta(minutes=1))


def test_it_is_uploaded_beside_the_site_as_plain_text_that_is_asked_for_each_time() -> None:
    site = layout()
    added = [each for each in with_text(site, PATH, "Contact: ...").files if each not in site.files]
    assert [(each.key, each.kind, each.cache) for each in added] == [
        (".well-known/security.txt", "text/plain; charset=utf-8", "no-cache")
    ]
