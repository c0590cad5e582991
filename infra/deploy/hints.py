"""What a deployment cannot do by itself: what its operator has to prove, to ask for, or to point somewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.deployment import Deployment

MANUAL = "docs/operations.md"


def hints(d: Deployment) -> list[str]:
    """What is left to do, in sentences. What may not be asked is left out: it is not what the deployment is about."""
    looks: list[Callable[[Deployment], Iterable[str]]] = [_sender, _sandbox, staff_mail, _alarms, _host, _staff]
    found: list[str] = []
    for look in looks:
        try:
            found += look(d)
        except (ClientError, BotoCoreError) as error:
            found.append(f"could not look at {look.__name__.strip('_')}: {error}")
    return found


def _sender(d: Deployment) -> Iterator[str]:
    stage, identity = d.stage, d.stage.identity
    api = d.client("sesv2")
    try:
        found = api.get_email_identity(EmailIdentity=identity)
    except api.exceptions.NotFoundException:
        return  # an address whose domain was proven before
    if found["VerifiedForSendingStatus"]:
        return
    if stage.mail_identity == "domain":
        yield f"Mail: prove that {identity} is yours, by these CNAME records in its DNS:"
        for token in found["DkimAttributes"]["Tokens"]:
            yield f"  {token}._domainkey.{identity} -> {token}.dkim.amazonses.com"
    else:
        yield f"Mail: follow the link that SES has sent to {stage.mail_from}"


def _sandbox(d: Deployment) -> Iterator[str]:
    if not d.client("sesv2").get_account().get("ProductionAccessEnabled"):
        yield f"Mail: SES writes to proven addresses only, until AWS lets this account out ({MANUAL}#leaving-the-ses-sandbox)"
    if d.stage.sms_limit_usd and d.client("sns").get_sms_sandbox_account_status().get("IsInSandbox"):
        yield f"SMS: SNS writes to proven numbers only, until AWS lets this account out ({MANUAL}#sms-in-germany)"


def staff_mail(d: Deployment) -> list[str]:
    """That SES may write to staff, where Cognito does."""
    if d.stage.staff_mail == "own" or not d.sends_to_anybody():
        return []
    return [f'Mail to staff: SES may send it now. Say staff_mail = "own" and deploy ({MANUAL}#mail-to-staff)']


def _alarms(d: Deployment) -> Iterator[str]:
    topic = d.app.outputs["AlarmTopic"]
    found = d.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    if any(each["SubscriptionArn"] == "PendingConfirmation" for each in found):
        yield f"Alarms: follow the link that AWS has sent to {d.stage.alarm_mail}"


def _host(d: Deployment) -> Iterator[str]:
    if d.stage.domain and not d.stage.hosted_zone:
        yield f"Site: {d.stage.domain} has to lead to {d.app.outputs['DistributionDomain']} (CNAME or ALIAS)"


def _staff(d: Deployment) -> Iterator[str]:
    if not d.client("cognito-idp").list_users(UserPoolId=d.data.outputs["StaffPoolId"], Limit=1)["Users"]:
        yield f"Nobody can sign in yet: make deploy STAGE={d.stage.name} ADMIN=anna ADMIN_MAIL=anna@example.org"
