"""The use cases of the planner, put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.tokens import Secret
from chalicelib.planner.messages.notifying import Notifying
from chalicelib.planner.staff.actions import Actions
from chalicelib.planner.staff.calendar import Calendar
from chalicelib.planner.staff.closing import Closing
from chalicelib.planner.staff.creating import Creating
from chalicelib.planner.staff.reopening import Reopening
from chalicelib.planner.staff.undoing import Undoing
from chalicelib.planner.staff.waves import Waves

if TYPE_CHECKING:
    from chalicelib.planner.admin.settings import BranchSettings
    from chalicelib.planner.ports import Callbacks, Clock, Compose, Customers, Mobile, Store


class Office:
    """`compose` is for messages that are only shown; it is asked for when the first one is, since mail costs more start-up time
    than all the rest."""

    def __init__(
        self,
        store: Store,
        customers: Customers,
        callbacks: Callbacks,
        setup: BranchSettings,
        secret: Secret,
        now: Clock,
        compose: Callable[[], Compose],
        mobile: Mobile,
        delay: timedelta = timedelta(0),
    ) -> None:
        notifying = Notifying(customers, mobile)
        self.calendar = Calendar(store, customers, callbacks, notifying, now)
        self.actions = Actions(store, customers, notifying, now, delay)
        self.undoing = Undoing(store, customers, notifying, now)
        self.closing = Closing(store, self.actions, setup, now)
        self.reopening = Reopening(self.closing, self.actions, self.undoing)
        self.waves = Waves(store, self.actions, notifying, now)
        self.creating = Creating(store, customers, notifying, self.closing, secret, now, delay)
        self.compose = compose
