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
    from chalicelib.planner.correspondence import Trouble


def troubles(settings: Settings, found: Sequence[Trouble]) -> TroublesView:
    return TroublesView([_trouble(each, settings) for each in found])


def _trouble(its: Trouble, settings: Settings) -> TroubleView:
    message = its.message
    return TroubleView(
        id=name_of(message).id,
        kind=message.kind,
        channel=message.channel,
        state=message.state,  # type: ignore[arg-type]  # what is not in trouble is not listed
        at=message.due.astimezone(settings.zone),
        failure=message.failure,
        to="branch" if message.kind in TO_BRANCHES else "customer",
        again=its.again,
        appointment=planned(its.its, settings.zone) if its.its else None,
    )


def sender(its: SenderState) -> SenderView:
    return SenderView(
        address=its.address,
        verified=its.verified,
        production=its.production,
        quota=its.quota,
        sent=its.sent,
        bounces=its.bounces,
        problems=list(its.problems),
    )
