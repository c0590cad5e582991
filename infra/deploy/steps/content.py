"""What the site consists of: its address, its files, and what the CDN has to forget of them."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Any

from chalicelib.store import deployment as kept
from chalicelib.store.table import Table
from infra.deploy.deployment import Deployment
from infra.deploy.site import Bucket, File, Layout, addresses, layout, with_text
from infra.deploy.steps.stacks import NOTHING
from infra.local.security import PATH, security_txt

PENDING = "pending/invalidation.json"
"""In the bucket of artifacts: which addresses of the CDN have to forget what they hold."""


def _address(d: Deployment) -> tuple[str | None, str]:
    """What is written down, and what is to be."""
    d.enter()
    Table(d.table_name)
    return kept.Deployment().site_url(), d.app.outputs["SiteUrl"]


def look_at_address(d: Deployment) -> list[str]:
    if not d.data.outputs or not d.app.outputs:
        return ["writes the site's address into the table"]
    known, wanted = _address(d)
    return [] if known == wanted else [f"writes {wanted} into the table"]


def write_address(d: Deployment) -> str:
    known, wanted = _address(d)
    if known != wanted:
        kept.Deployment().put_site_url(wanted)
    return wanted


def _bucket(d: Deployment) -> Bucket:
    return Bucket(d.client("s3"), d.data.outputs["SiteBucket"])


def _site(d: Deployment) -> Layout:
    """With what only the deployment knows, once it does."""
    url = d.app.outputs.get("SiteUrl")
    contact = d.stage.security_contact or d.stage.alarm_mail
    return with_text(layout(), PATH, security_txt(contact, url, datetime.now(UTC))) if url else layout()


def look_at_site(d: Deployment) -> list[str]:
    if "SiteBucket" not in d.data.outputs:
        return [f"uploads {len(layout().files)} files"]
    bucket, wanted = _bucket(d), _site(d)
    versioned, fixed = _parted(bucket.missing(wanted))
    some = [f"uploads {len(versioned)} files to v/{wanted.version}"] if versioned else []
    return [*some, *(f"uploads {file.key}" for file in fixed), *(f"removes {key}" for key in bucket.left_over(wanted))]


def upload_site(d: Deployment) -> str:
    """What is loaded first, then the pages that load it; what the CDN has to forget is noted before anything changes."""
    bucket, wanted = _bucket(d), _site(d)
    missing, gone, there = bucket.missing(wanted), bucket.left_over(wanted), bucket.contents()
    _, fixed = _parted(missing)
    _note_pending(d, addresses([*(file.key for file in fixed if file.key in there), *gone]))
    bucket.put(missing)
    bucket.remove(gone)
    bucket.tidy(wanted.version)
    return f"{len(missing)} uploaded, {len(gone)} removed" if missing or gone else NOTHING


def _parted(files: list[File]) -> tuple[list[File], list[File]]:
    """Those below the version, and those with addresses for good."""
    versioned = [file for file in files if file.key.startswith("v/")]
    return versioned, [file for file in files if file not in versioned]


def _pending(d: Deployment) -> dict[str, Any] | None:
    api = d.client("s3")
    try:
        found = api.get_object(Bucket=d.data.outputs["ArtifactBucket"], Key=PENDING)
    except api.exceptions.NoSuchKey:
        return None
    pending: dict[str, Any] = json.loads(found["Body"].read())
    return pending


def _note_pending(d: Deployment, paths: list[str]) -> None:
    """Beside what a run that broke off has noted. The mark makes it one and the same however often it is asked for."""
    if not paths:
        return
    former = (_pending(d) or {"paths": []})["paths"]
    note = {"paths": sorted({*former, *paths}), "mark": secrets.token_hex(8)}
    d.client("s3").put_object(Bucket=d.data.outputs["ArtifactBucket"], Key=PENDING, Body=json.dumps(note).encode())


def look_at_invalidation(d: Deployment) -> list[str]:
    if "ArtifactBucket" not in d.data.outputs:
        return []
    noted = (_pending(d) or {"paths": []})["paths"]
    bucket, wanted = _bucket(d), _site(d)
    there = bucket.contents()
    changed = [file.key for file in _parted(bucket.missing(wanted))[1] if file.key in there]
    paths = sorted({*noted, *addresses([*changed, *bucket.left_over(wanted)])})
    return [f"the CDN forgets {' '.join(paths)}"] if paths else []


def invalidate(d: Deployment) -> str:
    pending = _pending(d)
    if pending is None:
        return NOTHING
    paths = pending["paths"]
    d.client("cloudfront").create_invalidation(
        DistributionId=d.app.outputs["DistributionId"],
        InvalidationBatch={"Paths": {"Quantity": len(paths), "Items": paths}, "CallerReference": pending["mark"]},
    )
    d.client("s3").delete_object(Bucket=d.data.outputs["ArtifactBucket"], Key=PENDING)
    return " ".join(paths)
