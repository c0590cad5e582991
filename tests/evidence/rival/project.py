"""django-appointment as its guide sets it up, with one member of staff, one service and bookings; runs in `.venv/rival`.

`python project.py FOLDER BOOKINGS`: makes the database in the folder (SQLite in a file), prints the server's address in a line,
and serves until its input ends. `GET /cpu` gives the milliseconds of CPU that the process has spent, and `GET /booked` how many
appointments begin at each start. `GET /customer/7` makes customer number 7 an account and gives the cookie of a session.
Checks of forged requests and the sending of mails are left out, which makes it cheaper.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterable
from datetime import date, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db.models import Count
from django.urls import include, path
from waitress.server import create_server

THREADS = 32
"""As many as clients come at once."""
A_DAY = 16
"""Bookings on each day before today, half an hour each."""
BUSY = (9, 11, 13, 15)
"""The hours that are booked on each of the coming days, a weekend's too."""
CUSTOMER = "/customer/"
urlpatterns: list[Any] = []


def set_up(folder: Path) -> None:
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        APPOINTMENT_BUFFER_TIME=0,
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "rival.sqlite3", "OPTIONS": {"timeout": 60}}
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        EMAIL_HOST_USER="none",
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "phonenumber_field",
            "appointment",
        ],
        LOGGING_CONFIG=None,
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        ROOT_URLCONF=__name__,
        SECRET_KEY="a secret of a comparison",
        STATIC_URL="static/",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        TIME_ZONE="UTC",
        USE_TZ=True,
    )
    django.setup()
    urlpatterns.append(path("", include("appointment.urls")))  # which imports models, so not before
    call_command("migrate", run_syncdb=True, verbosity=0)  # the package brings no migrations


def seed(bookings: int) -> None:
    from appointment.models import Appointment, AppointmentRequest, Service, StaffMember, WorkingHours
    from django.contrib.auth.models import User

    user = User.objects.create_user("staff", "staff@example.org")
    service = Service.objects.create(name="Beratung", duration=timedelta(minutes=30), price=0)
    staff = StaffMember.objects.create(
        user=user, slot_duration=30, lead_time=clock(8), finish_time=clock(18), work_on_saturday=True, work_on_sunday=True
    )
    staff.services_offered.add(service)
    for day in range(7):
        WorkingHours.objects.create(staff_member=staff, day_of_week=day, start_time=clock(8), end_time=clock(18))
    client = User.objects.create_user("erika", "erika@example.org")
    today = date.today()

    def wanted(number: int, day: date, start: int) -> Any:
        """`start` in half hours after 8:00."""
        begins, ends = (clock(8 + each // 2, 30 * (each % 2)) for each in (start, start + 1))
        return AppointmentRequest(
            date=day, start_time=begins, end_time=ends, service=service, staff_member=staff, id_request=f"seed{number}"
        )

    past = [wanted(n, today - timedelta(days=1 + n // A_DAY), n % A_DAY) for n in range(bookings)]
    coming = [wanted(bookings + n, today + timedelta(days=1 + n // 4), 2 * (BUSY[n % 4] - 8)) for n in range(4 * 7)]
    made = AppointmentRequest.objects.bulk_create(past + coming, batch_size=500)
    Appointment.objects.bulk_create(
        [Appointment(client=client, appointment_request=each, id_request=each.id_request, amount_to_pay=0) for each in made],
        batch_size=500,
    )


def booked() -> dict[str, int]:
    """By start, as in `2026-11-30T09:00:00`."""
    from appointment.models import Appointment

    at = ("appointment_request__date", "appointment_request__start_time")
    rows = Appointment.objects.order_by().values_list(*at).annotate(Count("id"))
    return {f"{day}T{start}": count for day, start, count in rows}


def signed_in(customer: str) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore

    user = User.objects.create_user(f"customer-{customer}", f"erika-{customer}@example.org")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def asked_by_us(path: str) -> Any:
    """None if that is a question to the product."""
    if path == "/cpu":
        return time.process_time() * 1000
    if path == "/booked":
        return booked()
    return signed_in(path.removeprefix(CUSTOMER)) if path.startswith(CUSTOMER) else None


def main(folder: Path, bookings: int) -> None:
    told_to, sys.stdout = sys.stdout, sys.stderr  # where the product logs from now on
    set_up(folder)
    seed(bookings)
    product = get_wsgi_application()

    def served(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        told = asked_by_us(environ["PATH_INFO"])
        if told is None:
            answer: Iterable[bytes] = product(environ, start_response)
            return answer
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(told).encode()]

    server = create_server(served, host="127.0.0.1", port=0, threads=THREADS, backlog=256, connection_limit=256)
    threading.Thread(target=server.run, daemon=True).start()
    print(f"http://127.0.0.1:{server.effective_port}", file=told_to, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
