"""The staff's note on an appointment, and the hint of its customer: staff see them, and nobody else (R30, R31)."""

from __future__ import annotations

import secrets
from dataclasses import replace

from chalicelib import wiring
from chalicelib.domain.settings import Access, Employee
from tests.api.test_customers import Desk
from tests.api.test_desk import Staff
from tests.api.test_visit import Own, later
from tests.site_of_tests import Site, TestBranch

ROBOT = Employee(id="robot", name="Kalender", technical=True, account=True)


def test_a_note_stands_with_staff_and_nowhere_else(site: Site) -> None:
    branch = site.branch(employees=(ROBOT,))
    feed = Access(alias=f"{branch.id}-feed", kind="calendar", employee="robot", resource="cabin-1")
    settings = replace(branch.settings, accesses=(*branch.settings.accesses, feed))
    site.change(settings)
    note, hint, address = (f"Geheim{secrets.token_hex(6)}" for _ in range(3))
    own, desk = Own(site, TestBranch(settings), later(9), email=f"{address}@example.org"), Desk(site, branch, "admin")
    path, day, month = f"appointments/{own.made['id']}", own.made["start"][:10], own.made["start"][:7]
    customer = desk.create(hint=hint)
    version = desk.done("POST", f"{path}/customer", {"version": 1, "customer": customer["id"]})["appointment"]["version"]
    edited = desk.done("POST", f"{path}/details", {"version": version, "note": f"{note}\nKarte fehlt.", "on_paper": True})
    assert edited["appointment"] == edited["appointment"] | {"note": f"{note}\nKarte fehlt.", "hint": hint, "on_paper": True}
    confirmed = {"version": edited["appointment"]["version"], "status": "confirmed", "tell": {"channel": "email"}}
    desk.done("POST", f"{path}/status", confirmed)
    mails = site.arrived(f"{address}@example.org", 2)
    told = [f"{mail.subject} {mail.text} {mail.html} {[file.text for file in mail.attachments]}" for mail in mails]
    told += [own.get(each).text for each in ("", "calendar.ics", "export")]
    told.append(site.get(f"/api/v1/calendar/{wiring.secret().calendar(feed.alias)}.ics").text)
    told += [desk.ask("GET", each).text for each in ("figures", f"record?month={month}", f"record.csv?month={month}")]
    handed_over = desk.ask("GET", f"customers/{customer['id']}/export").text
    assert not [each for each in (*told, handed_over) if note in each]
    assert not [each for each in told if hint in each]
    assert hint in handed_over, "what the record says of the customer is the customer's"
    assert own.made["start"][:16] in handed_over
    shown = desk.ask("GET", f"planner?from={day}&days=1").text
    assert [each in shown for each in (note, hint)] == [True, True]


def test_a_series_is_booked_with_its_note_and_told_by_its_number(site: Site) -> None:
    staff = Staff(site, site.branch())
    answer = staff.book(later(9), note=" laut sprechen ", repeat={"times": 3})
    ids = [each["id"] for each in answer.json["appointments"]]
    together = staff.get(f"appointments/{ids[1]}/series").json["appointments"]
    assert [(each["id"], each["series"], each["note"]) for each in together] == [
        (each, {"id": ids[0], "number": number, "of": 3}, "laut sprechen") for number, each in enumerate(ids, 1)
    ]
