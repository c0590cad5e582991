"""Messages and their sender as the bodies that `message_schemas` describes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.api.desk_views import planned
from chalicelib.api.message_schemas import SenderView, TroublesView, TroubleView
from chalicelib.domain.outbox import TO_BRANCHES
from chalicelib.domain.settings import Settings
from chalicelib.domain.trouble import SenderState, name_of

if TYPE_CHECKING:
    from chalicelib.planner.messages.trouble import Trouble


def troubles(settings: Settings, found: Sequence[Trouble]) -> TroublesView:
    return TroublesView([_trouble(each, settings) for each in found])


def _trouble(trouble: Trouble, settings: Settings) -> TroubleView:
    message = trouble.message
    return TroubleView(
        id=name_of(message).id,
        kind=message.kind,
        channel=message.channel,
        state=message.state,  # type: ignore[arg-type]  # what is not in trouble is not listed
        at=message.due.astimezone(settings.zone),
        failure=message.failure,
        to="branch" if message.kind in TO_BRANCHES else "customer",
        again=trouble.again,
        appointment=planned(trouble.appointment, settings) if trouble.appointment else None,
    )


def sender(sender_state: SenderState) -> SenderView:
    return SenderView(
        address=sender_state.address,
        verified=sender_state.verified,
        production=sender_state.production,
        quota=sender_state.quota,
        sent=sender_state.sent,
        bounces=sender_state.bounces,
        problems=list(sender_state.problems),
    )
