"""A telephone number as it is written at home, at a branch that says where it is by its zone alone, as each new one does."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.test_desk import Staff
from tests.api.test_visit import Own, later
from tests.builders import availability
from tests.site_of_tests import Site, TestBranch

PHONE = "0170 1234567"


@pytest.fixture
def branch(site: Site) -> TestBranch:
    awake = {"lead_hours": 0, "night_from": 0, "night_until": 0, "reminder_hours": (2,), "reminder_gap_hours": 0}
    branch = site.branch(availability("00:00-24:00", step=10), **awake)
    assert branch.settings.branch.public_holidays is None
    return branch


def seen(staff: Staff, own: Own) -> Any:
    detail = staff.get(f"appointments/{own.made['id']}")
    assert detail.status == 200, detail.text
    return detail.json


def test_staff_see_that_it_can_be_texted(site: Site, branch: TestBranch) -> None:
    assert seen(Staff(site, branch), Own(site, branch, later(9), phone=PHONE))["reachable"] == ["email", "sms", "phone"]


def test_who_gave_it_can_move_and_cancel(site: Site, branch: TestBranch) -> None:
    own = Own(site, branch, later(9), phone=PHONE)
    assert own.post("move", {"start": later(10)}).status == 200
    assert own.post("cancel").status == 200
    assert seen(Staff(site, branch), own)["appointment"]["status"] == "cancelled"


def test_who_gave_it_is_reminded(site: Site, branch: TestBranch) -> None:
    staff, address = Staff(site, branch), f"{secrets.token_hex(4)}@example.org"
    ahead = datetime.now(UTC) + timedelta(hours=1, minutes=40)
    soon = ahead.replace(minute=ahead.minute // 10 * 10, second=0, microsecond=0)
    own = Own(site, branch, soon.isoformat(), phone=PHONE, email=address, remind=True, notice_version="1")
    version = seen(staff, own)["appointment"]["version"]
    assert staff.post(f"appointments/{own.made['id']}/status", {"version": version, "status": "confirmed"}).status == 200
    site.arrived(address)  # the receipt: what is under way keeps later messages waiting
    site.sweep()
    assert site.arrived(address, 2)[0].subject.startswith("Erinnerung: ")
