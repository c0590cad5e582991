"""The appointment as an ICS file (RFC 5545): published, then cancelled (RFC 5546), without attendee, so that no answer is
asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from icalendar import Calendar, Event, vCalAddress, vText

from chalicelib.domain.appointment import Appointment
from chalicelib.domain.mail import Attachment
from chalicelib.domain.settings import Settings
from chalicelib.domain.status import Status
from chalicelib.messages.words import words

STATUS: dict[Status, str] = dict.fromkeys(get_args(Status), "CANCELLED") | {
    "unconfirmed": "TENTATIVE",
    "proposed": "TENTATIVE",
    "confirmed": "CONFIRMED",
    "done": "CONFIRMED",
    "no_show": "CONFIRMED",
}


def calendar_file(appointment: Appointment, settings: Settings, language: str, now: datetime) -> Attachment:
    """Times in UTC, which spares the file a zone's whole history. It names no treatment and no customer (R31).

    UID stays and SEQUENCE rises with the appointment's version, so that a program updates its entry instead of adding one, or
    removes it: that takes METHOD:CANCEL. With a method DTSTAMP is when the file was made, `now` (RFC 5545, 3.8.7.2).
    """
    branch, texts = settings.branch, words(language)
    status = STATUS[appointment.status]
    method = "CANCEL" if status == "CANCELLED" else "PUBLISH"
    event = Event()
    event.add("uid", f"{appointment.id}@terminwerk")
    event.add("sequence", appointment.version - 1)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", datetime.fromtimestamp(appointment.start * 60, UTC))
    event.add("dtend", datetime.fromtimestamp(appointment.end * 60, UTC))
    event.add("status", status)
    event.add("summary", texts["calendar"][status].format(practice=branch.name))
    event.add("location", ", ".join(filter(None, (branch.name, branch.address))))
    if branch.email:
        organizer = vCalAddress(f"mailto:{branch.email}")
        organizer.params["CN"] = vText(branch.name)
        event.add("organizer", organizer)
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", "-//Terminwerk//Terminwerk//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return Attachment(name=texts["customer"]["file"], media_type=f"text/calendar; method={method}", text=written.decode())
