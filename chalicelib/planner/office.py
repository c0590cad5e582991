"""The use cases of the planner, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.domain.tokens import Secret
from chalicelib.planner.closing import Closing
from chalicelib.planner.desk import Desk
from chalicelib.planner.diary import Diary
from chalicelib.planner.making import Making
from chalicelib.planner.telling import Telling
from chalicelib.planner.waves import Waves

if TYPE_CHECKING:
    from chalicelib.planner.ports import Callbacks, Clock, Compose, Customers, Mobile, Store
    from chalicelib.planner.setup import Setup


class Office:
    """`compose` is for messages that are only shown; it is asked for when the first one is, since mail costs more start-up time
    than all the rest."""

    def __init__(
        self,
        store: Store,
        customers: Customers,
        callbacks: Callbacks,
        setup: Setup,
        secret: Secret,
        now: Clock,
        compose: Callable[[], Compose],
        mobile: Mobile,
    ) -> None:
        telling = Telling(customers, mobile)
        self.diary = Diary(store, customers, callbacks, telling, now)
        self.desk = Desk(store, customers, telling, now)
        self.closing = Closing(store, self.desk, setup)
        self.waves = Waves(store, self.desk, telling, now)
        self.making = Making(store, customers, telling, self.closing, secret, now)
        self.compose = compose
