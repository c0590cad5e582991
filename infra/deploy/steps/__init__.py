"""The steps of a deployment. Each looks at what is there and does what is missing, so all can be repeated at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from infra.deploy.deployment import Deployment
from infra.deploy.steps import content, end, people, stacks
from infra.deploy.steps.check import check, look_at_check


@dataclass(frozen=True)
class Step:
    name: str
    look: Callable[[Deployment], list[str]]
    """What it would do, a line each; none where all is done. Changes nothing."""
    run: Callable[[Deployment], str]
    """Does it; what was done, in a few words."""
    changes: bool = True
    """Whether it changes anything. What the others would do is done each time."""


STEPS = (
    Step("check", look_at_check, check, changes=False),
    Step("second factor", people.look_at_second_factor, people.set_second_factor),
    Step("data", stacks.look_at_data, stacks.make_data),
    Step("edge", stacks.look_at_edge, stacks.make_edge),
    Step("secrets", stacks.look_at_secrets, stacks.make_secrets),
    Step("build", stacks.look_at_build, stacks.build, changes=False),
    Step("artifacts", stacks.look_at_artifacts, stacks.upload_artifacts),
    Step("app", stacks.look_at_app, stacks.make_app),
    Step("address", content.look_at_address, content.write_address),
    Step("invitation", stacks.look_at_invitation, stacks.name_sign_in),
    Step("site", content.look_at_site, content.upload_site),
    Step("invalidation", content.look_at_invalidation, content.invalidate),
    Step("sms", people.look_at_sms, people.limit_sms),
    Step("admin", people.look_at_admin, people.make_admin),
    Step("branch", people.look_at_branch, people.make_branch),
    Step("watch", stacks.look_at_watch, stacks.watch),
    Step("unused", end.look_at_unused, end.remove_unused),
    Step("smoke", end.look_at_smoke, end.prove, changes=False),
)
