"""Examples of bodies, by the name of their schema: the same invented practice in all of them."""

from __future__ import annotations

from typing import Any

START, END = "2026-12-01T09:30:00+01:00", "2026-12-01T10:00:00+01:00"
APPOINTMENT, CUSTOMER = "7d0c9f6e2b1a4c58", "1f3b5d7a9c2e4068"
SPAN = {"start": START, "end": END}
PROOF = "eyJhbGdvcml0aG0iOiJTSEEtMjU2In0="

EXAMPLES: dict[str, Any] = {
    "Health": {"status": "ok"},
    "WeekView": {
        "zone": "Europe/Berlin",
        "today": "2026-11-26",
        "days": [{"date": "2026-12-01", "slots": [SPAN | {"state": "free"}]}],
        "next_free": None,
    },
    "GlanceView": {"zone": "Europe/Berlin", "days": [{"date": "2026-12-01", "free": 12}]},
    "ChallengeView": {
        "algorithm": "SHA-256",
        "challenge": "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
        "salt": "c0ffee?expires=1796119200",
        "maxnumber": 50000,
        "signature": "1d2ff5ba7f2e5d0c4b8ee6c1c0a1f9f2f1e6b3f1d8a94f0be54d4a2b0c9b7a31",
    },
    "AppointmentRequest": {
        "resource": "cabin-1",
        "template": "hearing-test",
        "start": START,
        "first_name": "Erika",
        "last_name": "Mustermann",
        "email": "erika@example.org",
        "phone": "+49 40 123450",
        "language": "de",
        "remind": True,
        "proof": PROOF,
    },
    "Created": SPAN | {
        "id": APPOINTMENT,
        "status": "proposed",
        "early": 0,
        "manage_url": f"https://praxis.example.org/manage.html#{APPOINTMENT}.1.secret",
    },
    "CallbackRequest": {"name": "Erika Mustermann", "phone": "+49 40 123450", "when": "mornings", "proof": PROOF},
    "ListRequest": {"after": None},
    "CallbackMade": {"id": "9a4e1c7b3d5f2068"},
    "NewTime": {"start": START},
    "InvitedRequest": {"start": START, "language": "de"},
    "InviteCustomerRequest": {"template": "hearing-test", "until": "2026-12-18", "send": "email", "asked_for": True},
    "Confirmation": {},
    "OtherAddress": {"email": "erika@example.org"},
    "ErasureRequest": {"confirm": True},
    "BookRequest": {"type": "appointment", "resource": "cabin-1", "start": START, "minutes": 30, "customer": CUSTOMER},
    "AnswerRequest": {"version": 1, "status": "confirmed", "customer": CUSTOMER, "tell": {"channel": "email"}},
    "MoveRequest": {"version": 2, "start": START, "tell": {"channel": "email"}},
    "DetailsRequest": {"version": 2, "note": "Her sister comes along.", "on_paper": True},
    "MatchRequest": {"version": 1, "customer": CUSTOMER},
    "TellRequest": {"version": 2, "tell": {"channel": "sms"}},
    "MessagePreviewRequest": {"what": "confirmed", "channel": "email", "note": "Please bring your insurance card."},
    "UndoRequest": {"version": 3},
    "ClosingUndoRequest": {
        "closing": "5f2c9d0a1b3e4f67",
        "appointments": [{"id": APPOINTMENT, "version": 3}],
    },
    "VoidLinkRequest": {"version": 2},
    "ClosingRequest": SPAN | {"resource": "cabin-1", "answers": [{"do": "cancel", "id": APPOINTMENT, "version": 2}]},
    "ReopenRequest": {},
    "WaveRequest": {"alias": None, "from": START, "until": END, "tell": True, "dry": True},
    "PreviewRequest": {
        "from": "2026-12-01",
        "days": 7,
        "availabilities": [{"weekdays": [1, 2, 3], "from": "09:00", "to": "12:00", "step": 30}],
    },
    "SearchRequest": {"q": "muster"},
    "CustomerBody": {"last_name": "Mustermann", "first_name": "Erika", "email": "erika@example.org", "in_writing": False},
    "ReadRequest": {"text": "Nachname;Vorname;Geburtsdatum\nMustermann;Erika;24.12.1950\n"},
    "ImportRequest": {"rows": [{"last_name": "Mustermann", "first_name": "Erika", "birth_date": "24.12.1950"}]},
    "MergeRequest": {"version": 3, "other": "5c7e9a1b3d2f4068", "other_version": 1},
    "EraseRequest": {"version": 3},
    "SettingsBody": {"version": 7, "texts": []},
    "Online": {"online": True},
    "TextBody": {
        "kind": "confirmed",
        "status": "confirmed",
        "channel": "email",
        "language": "de",
        "text": "Guten Tag {{ name }}, wir freuen uns auf Sie am {{ date }} um {{ time }}.",
    },
    "AccessRequest": {"kind": "alias", "label": "Website", "employee": "online"},
    "AccountChange": {"account": True},
    "InviteRequest": {"employee": "anna", "user": "anna-berg", "groups": ["staff"], "branches": ["praxis"]},
    "UserChange": {"groups": ["admin", "staff"], "branches": ["praxis"], "enabled": True, "version": "3"},
    "TestRequest": {"to": "praxis@example.org"},
}  # fmt: skip
