"""The routes of what was sent: messages that did not arrive, and whether sending works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib.api.http import answer
from chalicelib.api.staff import ADMINS, EVERYONE, StaffRoutes
from chalicelib.domain.record import Reading
from chalicelib.domain.staff import Caller, UserPool

if TYPE_CHECKING:
    from chalicelib.planner.messages.trouble import MessageTrouble
    from chalicelib.planner.records.readings import Readings


class MessageRoutes(StaffRoutes):
    """`correspondence` has the use cases; it is asked for when the first request needs it, as are views and schemas."""

    def __init__(
        self,
        pool: Callable[[], UserPool],
        now: Callable[[], datetime],
        readings: Callable[[], Readings],
        correspondence: Callable[[], MessageTrouble],
    ) -> None:
        super().__init__(__name__, pool, now, readings)
        self._trouble = correspondence
        self.of_branch(EVERYONE, "GET", "messages", self.troubles, Reading("list", id="messages"))
        self.of_branch(
            EVERYONE, "POST", "appointments/{appointment}/messages/{message}/again", self.again, Reading("list", id="messages")
        )
        self.of_branch(ADMINS, "GET", "sender", self.sender)
        self.of_branch(ADMINS, "POST", "sender/test", self.test)

    def troubles(self, _: Caller, branch: str) -> Response:
        return self._troubles(branch)

    def again(self, _: Caller, branch: str, appointment: str, message: str) -> Response:
        self._trouble().again(branch, appointment, message)
        return self._troubles(branch)

    def sender(self, _: Caller, branch: str) -> Response:
        from chalicelib.api import message_views

        return answer(message_views.sender(self._trouble().sender(branch)))

    def test(self, _: Caller, branch: str) -> Response:
        from chalicelib.api import message_schemas

        to = self.body(message_schemas.TestRequest).to
        return answer(message_schemas.TestView(*self._trouble().test(branch, to)))

    def _troubles(self, branch: str) -> Response:
        from chalicelib.api import message_views

        return answer(message_views.troubles(*self._trouble().troubles(branch)))
