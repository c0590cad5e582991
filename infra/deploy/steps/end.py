"""What nobody needs any more, and the proof that what was deployed works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from infra.deploy import smoke
from infra.deploy.deployment import Deployment, Unproven
from infra.deploy.steps.content import PENDING
from infra.deploy.steps.stacks import NOTHING, artifacts, give_up_firewall, gives_up_firewall

ARTIFACTS_KEPT = timedelta(days=90)


def _stale(d: Deployment) -> list[str]:
    """Former artifacts. The present ones stay however old they are: an update that fails goes back to them."""
    bucket = d.data.outputs["ArtifactBucket"]
    before, present = datetime.now(UTC) - ARTIFACTS_KEPT, artifacts(d, bucket)
    pages = d.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    found = [each for page in pages for each in page.get("Contents", ())]
    return [each["Key"] for each in found if each["Key"] not in {*present, PENDING} and each["LastModified"] < before]


def look_at_unused(d: Deployment) -> list[str]:
    edge = [f"deletes {d.edge.name}"] if not d.stage.needs_edge and d.edge.state else []
    if d.stage.needs_edge and gives_up_firewall(d):
        edge = [f"deletes the firewall of {d.edge.name}"]
    stale = _stale(d) if "ArtifactBucket" in d.data.outputs else []
    return [*edge, *(f"removes {key}" for key in stale)]


def remove_unused(d: Deployment) -> str:
    todo = look_at_unused(d)
    if not d.stage.needs_edge and d.edge.state:
        d.edge.settle()
        d.edge.delete()
    elif d.stage.needs_edge and gives_up_firewall(d):
        give_up_firewall(d)
    for key in _stale(d):
        d.client("s3").delete_object(Bucket=d.data.outputs["ArtifactBucket"], Key=key)
    return "; ".join(todo) or NOTHING


def look_at_smoke(_: Deployment) -> list[str]:
    return ["asks for pages and routes, and what nobody may have"]


def prove(d: Deployment) -> str:
    d.tell(f"    asks {d.app.outputs['SiteUrl']}; until what is new is known everywhere, up to two minutes")
    if found := smoke.findings(d.app.outputs, d.fetch, d.patience):
        told = "\n".join(f"  {each}" for each in found)
        raise Unproven(f"All is deployed, but does not answer as it should:\n{told}\n{_expected(d)}".rstrip())
    return "all answers are as they should be"


def _expected(d: Deployment) -> str:
    """Where somebody has to set a record first that only they can set."""
    if not d.stage.domain or d.stage.hosted_zone:
        return ""
    target = d.app.outputs["DistributionDomain"]
    return f"Until the DNS of {d.stage.domain} leads to {target} (CNAME or ALIAS), it is expected to stop here."
