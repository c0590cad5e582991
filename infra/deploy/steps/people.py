"""Who and what is there at the start: the second factor, the limit of SMS, the first admin, the first branch."""

from __future__ import annotations

from chalicelib.store.table import Table
from infra.deploy import branch
from infra.deploy.deployment import Deployment, Stopped
from infra.deploy.steps.stacks import NOTHING


def look_at_sms(d: Deployment) -> list[str]:
    wanted = d.stage.sms_limit_usd
    if not wanted:
        return []
    found = d.client("sns").get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"].get("MonthlySpendLimit")
    return [] if found == str(wanted) else [f"sets the month's limit for SMS from {found or 'none'} to {wanted} dollars"]


def limit_sms(d: Deployment) -> str:
    todo = look_at_sms(d)
    if not todo:
        return NOTHING
    api = d.client("sns")
    try:
        api.set_sms_attributes(attributes={"MonthlySpendLimit": str(d.stage.sms_limit_usd)})
    except api.exceptions.InvalidParameterException as error:
        raise Stopped(
            f"SNS refuses sms_limit_usd = {d.stage.sms_limit_usd}: more has to be asked of AWS first. {error}"
        ) from error
    return todo[0]


def look_at_second_factor(d: Deployment) -> list[str]:
    pool = d.data.outputs.get("StaffPoolId")
    if not pool:
        return []
    found = d.client("cognito-idp").get_user_pool_mfa_config(UserPoolId=pool)["MfaConfiguration"]
    return [] if found == d.stage.second_factor else [f"sets the second factor from {found} to {d.stage.second_factor}"]


def set_second_factor(d: Deployment) -> str:
    """Before the stack says the same: an update of a pool that exists may not make a second factor compulsory, only this may.
    A new pool is made with what the template says."""
    todo = look_at_second_factor(d)
    if not todo:
        return NOTHING
    d.client("cognito-idp").set_user_pool_mfa_config(
        UserPoolId=d.data.outputs["StaffPoolId"],
        SoftwareTokenMfaConfiguration={"Enabled": True},
        MfaConfiguration=d.stage.second_factor,
    )
    return todo[0]


def _user(d: Deployment) -> bool:
    api = d.client("cognito-idp")
    try:
        api.admin_get_user(UserPoolId=d.data.outputs["StaffPoolId"], Username=d.wishes.admin)
    except api.exceptions.UserNotFoundException:
        return False
    return True


def look_at_admin(d: Deployment) -> list[str]:
    if not d.wishes.admin or ("StaffPoolId" in d.data.outputs and _user(d)):
        return []
    return [f"makes the user {d.wishes.admin}, an admin, who gets a first password by mail"]


def make_admin(d: Deployment) -> str:
    """One who is there already becomes an admin, and gets no mail."""
    if not d.wishes.admin:
        return "not asked for"
    api, user = d.client("cognito-idp"), {"UserPoolId": d.data.outputs["StaffPoolId"], "Username": d.wishes.admin}
    is_new = not _user(d)
    if is_new:
        attributes = [{"Name": "email", "Value": d.wishes.admin_mail}, {"Name": "email_verified", "Value": "true"}]
        api.admin_create_user(**user, UserAttributes=attributes, DesiredDeliveryMediums=["EMAIL"])
    api.admin_add_user_to_group(**user, GroupName="admin")
    return f"{d.wishes.admin} {'is invited by mail' if is_new else 'is there'}"


def _branch(d: Deployment) -> Table:
    d.enter()
    return Table(d.table_name)


def look_at_branch(d: Deployment) -> list[str]:
    wished = d.wishes.branch
    if not wished or (d.data.outputs and _branch(d).settings_now(wished)):
        return []
    return [f"makes the branch {wished}, with nothing released, for {d.wishes.admin}"]


def make_branch(d: Deployment) -> str:
    wished = d.wishes
    if not wished.branch:
        return "not asked for"
    table = _branch(d)
    if table.settings_now(wished.branch):
        return f"{wished.branch} is there"
    pool = d.data.outputs["StaffPoolId"]
    try:
        branch.make(table, d.client("cognito-idp"), pool, wished.branch, wished.branch_name, wished.admin)
    except branch.Refusal as refusal:
        raise Stopped(str(refusal)) from refusal
    return f"{wished.branch} is made, and nothing of it released"
