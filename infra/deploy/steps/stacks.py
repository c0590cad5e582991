"""The stacks: what is kept, what is made in CloudFront's region, the application, and what the application is made of."""

from __future__ import annotations

import secrets
import time

from infra.deploy import foreseen
from infra.deploy.cloudformation import PAUSES_BETWEEN_TRIES, TRIES, Change, Stack, Template
from infra.deploy.deployment import SECRETS, Deployment, Stopped
from infra.deploy.stage import EDGE_REGION
from infra.deploy.template import key_of, text_of
from infra.templates import data, edge

NOTHING = "nothing to do"


def _planned(stack: Stack, template: Template, parameters: dict[str, str]) -> list[str]:
    """The real change set, made, read and withdrawn."""
    if ailment := stack.ailment():
        return [f"{stack.name} is {ailment}; then it is changed"]
    is_new = not stack.state
    unprotected = [] if is_new or stack.is_protected() else [f"protects what {stack.name} holds by its policy"]
    try:
        planned = stack.plan(template, parameters)
        if planned is None:
            return unprotected
        stack.drop(planned.id)
    finally:
        if is_new:
            stack.withdraw()
    changes = [f"{each}{' (refused without REPLACE)' if each.loses else ''}" for each in planned.changes]
    return [*changes, *unprotected]


def _changed(d: Deployment, stack: Stack, template: Template, parameters: dict[str, str]) -> str:
    changes = stack.apply(template, parameters, d.wishes.replace)
    return f"{changes} changes" if changes else "nothing to change"


def _data() -> Template:
    return Template(body=text_of(data.template()))


def _edge() -> Template:
    return Template(body=text_of(edge.template()))


def look_at_data(d: Deployment) -> list[str]:
    return _planned(d.data, _data(), d.data_parameters())


def make_data(d: Deployment) -> str:
    return _changed(d, d.data, _data(), d.data_parameters())


def look_at_invitation(d: Deployment) -> list[str]:
    """Without a domain the site has its address from the application's stack, and mails to staff name it."""
    known = d.sign_in_url()
    return [] if known and d.data.parameters.get("SignInUrl") == known else ["puts the site's address into mails to staff"]


def name_sign_in(d: Deployment) -> str:
    return make_data(d) if look_at_invitation(d) else NOTHING


def look_at_watch(d: Deployment) -> list[str]:
    return [] if d.app.parameters.get("SilenceRings") == "true" else ["has the alarm ring where the schedule says nothing"]


def watch(d: Deployment) -> str:
    return make_app(d) if look_at_watch(d) else NOTHING


def gives_up_firewall(d: Deployment) -> bool:
    return d.stage.waf_requests == 0 and "WebAclArn" in d.edge.outputs


def _edge_in_use(d: Deployment) -> dict[str, str]:
    """With the firewall that CloudFront still asks: AWS deletes none that is in use, and it would lie there, at its price."""
    kept = {"WafRequests": d.edge.parameters["WafRequests"]} if gives_up_firewall(d) else {}
    return d.edge_parameters() | kept


def look_at_edge(d: Deployment) -> list[str]:
    return _planned(d.edge, _edge(), _edge_in_use(d)) if d.stage.needs_edge else []


def make_edge(d: Deployment) -> str:
    if not d.stage.needs_edge:
        return "not asked for"
    if d.stage.makes_certificate and not d.edge.outputs.get("CertificateArn"):
        d.tell("    the certificate waits for its record in DNS, some minutes")
    return _changed(d, d.edge, _edge(), _edge_in_use(d))


def give_up_firewall(d: Deployment) -> None:
    """When the application has no use for it any more. Deletes it before its stack does, which would forget it, and leave it at
    its price, where AWS refuses: the end of its use spreads for minutes."""
    _delete_firewall(d, d.edge.outputs["WebAclArn"])
    _changed(d, d.edge, _edge(), d.edge_parameters())


def _delete_firewall(d: Deployment, arn: str) -> None:
    api = d.client("wafv2", EDGE_REGION)
    for _ in range(TRIES):
        found = [each for each in api.list_web_acls(Scope="CLOUDFRONT", Limit=100)["WebACLs"] if each["ARN"] == arn]
        if not found:
            return
        try:
            api.delete_web_acl(Scope="CLOUDFRONT", **{key: found[0][key] for key in ("Name", "Id", "LockToken")})
        except api.exceptions.WAFAssociatedItemException:
            d.tell("    CloudFront still asks the firewall. That passes by itself: waits and tries again")
            time.sleep(d.pause * PAUSES_BETWEEN_TRIES)
        else:
            return
    raise Stopped(f"CloudFront still asks the firewall {arn}, which the stage has no use for: it costs until it is deleted")


def look_at_secrets(d: Deployment) -> list[str]:
    return [f"makes {d.stage.secret_name(each)}" for each in SECRETS if not d.secret(each)]


def make_secrets(d: Deployment) -> str:
    """Never overwrites one: all links in mails hang on it."""
    api, made = d.client("ssm"), 0
    for each in SECRETS:
        if d.secret(each):
            continue
        if each == "secret" and d.app.outputs:
            raise Stopped(_lost(d, each))
        value = secrets.token_urlsafe(48)
        api.put_parameter(Name=d.stage.secret_name(each), Value=value, Type="SecureString", Overwrite=False)
        made += 1
    return f"{made} made" if made else NOTHING


def _lost(d: Deployment, which: str) -> str:
    return (
        f"{d.stage.secret_name(which)} is gone, and every link in every mail hangs on it. The functions still know it: put "
        f"there what {d.app.outputs['ApiFunction']} has as SECRET, or a new one, to revoke all links (docs/operations.md)"
    )


def look_at_build(d: Deployment) -> list[str]:
    return [f"{d.package.bundle_key}, {d.package.bundle.stat().st_size / 1e6:.1f} MB"]


def build(d: Deployment) -> str:
    return look_at_build(d)[0]


def artifacts(d: Deployment, bucket: str) -> dict[str, bytes]:
    """By key: the code, and the template that names it."""
    template = d.template(bucket)
    return {d.package.bundle_key: d.package.bundle.read_bytes(), key_of(template): text_of(template).encode()}


def _is_there(d: Deployment, bucket: str, key: str) -> bool:
    found = d.client("s3").list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
    return bool(found.get("KeyCount"))


def look_at_artifacts(d: Deployment) -> list[str]:
    bucket = d.data.outputs.get("ArtifactBucket")
    if bucket is None:
        return ["uploads the bundle and its template"]
    return [f"uploads {key}" for key in artifacts(d, bucket) if not _is_there(d, bucket, key)]


def upload_artifacts(d: Deployment) -> str:
    bucket, sent = d.data.outputs["ArtifactBucket"], 0
    for key, body in artifacts(d, bucket).items():
        if not _is_there(d, bucket, key):
            d.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
            sent += 1
    return f"{sent} uploaded" if sent else NOTHING


def _app(d: Deployment, bucket: str) -> Template:
    """By path, which is the form that CloudFormation takes in every region."""
    return Template(url=f"https://s3.{d.stage.region}.amazonaws.com/{bucket}/{key_of(d.template(bucket))}")


def look_at_app(d: Deployment) -> list[str]:
    """Where the bucket for its template is not there yet, the resources that the template names."""
    bucket = d.data.outputs.get("ArtifactBucket")
    if bucket is None or (d.stage.needs_edge and not d.edge.outputs):
        named = foreseen.resources(d.package.app, d.foreseen_parameters())
        made = [str(Change("Add", name, kind)) for name, kind in sorted(named.items())]
        return ["an estimate from the template, since the stacks that it stands on are not made yet:", *made]
    template = d.template(bucket)
    lent = not _is_there(d, bucket, key_of(template))
    if lent:
        d.client("s3").put_object(Bucket=bucket, Key=key_of(template), Body=text_of(template).encode())
    try:
        return _planned(d.app, _app(d, bucket), d.app_parameters())
    finally:
        if lent:
            d.client("s3").delete_object(Bucket=bucket, Key=key_of(template))


def make_app(d: Deployment) -> str:
    if not all(map(d.secret, SECRETS)):
        raise Stopped("The stage's secrets are not made yet")  # and what stands in for them in a plan is known to all
    return _changed(d, d.app, _app(d, d.data.outputs["ArtifactBucket"]), d.app_parameters())
