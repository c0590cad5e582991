"""Whether a deployment can begin: tools, credentials, the account, what was asked for."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy import access, branch
from infra.deploy.deployment import Deployment, Stopped
from infra.deploy.stage import MAIL
from infra.deploy.steps.people import look_at_admin
from infra.site.build import vendor_files
from infra.templates.edge import MOST_POSTS
from infra.templates.functions import RESERVED, output_of

LEFT_FOR_ALL = 100
"""Concurrency of an account that Lambda lets nobody set apart."""
EXAMPLES = re.compile(r"(.*[@.])?example\.(org|com|net)", re.IGNORECASE)
"""Addresses that are nobody's (RFC 2606), as those of the example are."""
USER = re.compile(r"[A-Za-z0-9._-]{1,64}")


def look_at_check(d: Deployment) -> list[str]:
    """Raises Stopped with all that stands against the deployment."""
    _stop_at([*_tools(d), *_wishes(d), *_account(d)])
    _stop_at([*concurrency(d), *_sender(d), *staff_mail(d), *_table(d), *_first_password(d)])
    return [f"{d.client('sts').get_caller_identity()['Account']} in {d.stage.region}", _firewall(d), *_doubts(d)]


def check(d: Deployment) -> str:
    """As above, and tells what else is to be known."""
    where, *others = look_at_check(d)
    for other in others:
        d.tell(f"    {other}")
    return where


def check_account(d: Deployment) -> None:
    """Raises Stopped if these credentials are none of the stage's."""
    _stop_at(_account(d))


def _stop_at(mistakes: Iterable[str]) -> None:
    if told := "\n".join(mistakes):
        raise Stopped(told)


def _tools(d: Deployment) -> Iterator[str]:
    if d.platform == "lambda" and sys.version_info[:2] != (3, 13):
        this = ".".join(map(str, sys.version_info[:2]))
        yield f"This is Python {this}. Deploying needs 3.13, as Lambda runs it: install it, then make clean and repeat this"
    for address, file in vendor_files().items():
        if not file.is_file():
            yield f"{file.name} for {address} is missing: infra/setup.sh npm fetches it"


def _wishes(d: Deployment) -> Iterator[str]:
    wished = d.wishes
    if wished.admin and not USER.fullmatch(wished.admin):
        yield "ADMIN must be letters, digits, '.', '_' and '-', as in ADMIN=anna"
    if wished.admin_mail and not wished.admin:
        yield "ADMIN is missing: the user whose address ADMIN_MAIL is, as in ADMIN=anna"
    elif wished.admin_mail and not MAIL.fullmatch(wished.admin_mail):
        yield "ADMIN_MAIL must be the address of ADMIN"
    if bool(wished.branch) != bool(wished.branch_name) or (wished.branch and not wished.admin):
        yield 'A branch needs all of BRANCH_ID=elbufer BRANCH_NAME="Hörakustik Elbufer" ADMIN=anna'
    elif wished.branch:
        yield from branch.mistakes(wished.branch, wished.branch_name, wished.admin)


def _first_password(d: Deployment) -> Iterator[str]:
    wished = d.wishes
    if wished.admin and not wished.admin_mail and look_at_admin(d):
        yield f"There is no user {wished.admin} yet. Say where the first password goes: ADMIN_MAIL=..."


def _account(d: Deployment) -> Iterator[str]:
    if d.stage.region not in d.session.get_available_regions("cloudformation"):
        yield f"{d.stage.region} is no region of AWS that the SDK knows"
        return
    try:
        account = d.client("sts").get_caller_identity()["Account"]
    except (ClientError, BotoCoreError) as error:
        yield access.sentence(error)
    else:
        if d.stage.account and account != d.stage.account:
            yield f"These are credentials of account {account}; the stage {d.stage.name} belongs to {d.stage.account}"


def _sender(d: Deployment) -> Iterator[str]:
    """A new stack cannot make what is there already, and would be taken back when half of it is made."""
    if d.stage.mail_identity == "existing" or d.data.state:
        return
    api = d.client("sesv2")
    try:
        api.get_email_identity(EmailIdentity=d.stage.identity)
    except api.exceptions.NotFoundException:
        return
    yield f'SES knows {d.stage.identity} in this account already. Say mail_identity = "existing"'


def staff_mail(d: Deployment) -> list[str]:
    """Cognito takes no sender that is not proven; in the sandbox it would take one, and nobody would get a mail."""
    if d.stage.staff_mail == "cognito" or d.sends_to_anybody():
        return []
    return [
        f'staff_mail = "own" needs SES to send from {d.stage.mail_from} to anybody. Until the sender is proven and the '
        'account out of the sandbox, say "cognito" (docs/operations.md#mail-to-staff)'
    ]


def _table(d: Deployment) -> Iterator[str]:
    """One that was restored, where the stage's file names one."""
    api = d.client("dynamodb")
    try:
        if d.stage.table:
            api.describe_table(TableName=d.stage.table)
    except api.exceptions.ResourceNotFoundException:
        where = f"{d.stage.region}, and the stage's file names it (docs/operations.md#restore)"
        yield f"There is no table {d.stage.table} in {where}"


def _firewall(d: Deployment) -> str:
    """Whether there is one, and what it costs, which a stage's file should have decided."""
    if not d.stage.waf_requests:
        return "Firewall: off (waf_requests = 0); on, it costs from 8 dollars a month and 0.60 a million requests"
    limit = f"{d.stage.waf_requests} requests, and {MOST_POSTS} of customers' POSTs, by address in five minutes"
    return f"Firewall: on, {limit}; from 8 dollars a month and 0.60 a million requests"


def _doubts(d: Deployment) -> Iterator[str]:
    """What can be so, but hardly is meant."""
    for name, address in (("mail_from", d.stage.mail_from), ("alarm_mail", d.stage.alarm_mail)):
        if EXAMPLES.fullmatch(address):
            yield f"Warning: {name} is {address}, an example's, where nobody reads: is the stage's file written yet?"


def concurrency(d: Deployment) -> Iterator[str]:
    """Lambda sets nothing apart that would leave less for all than it wants to stay. What the stage has set apart already is
    given back first."""
    limits = d.client("lambda").get_account_settings()["AccountLimit"]
    wanted, held = sum(RESERVED.values()), sum(_held(d))
    free = limits["UnreservedConcurrentExecutions"] + held - LEFT_FOR_ALL
    if d.stage.reserve_concurrency and free < wanted:
        yield (
            f"This account runs {limits['ConcurrentExecutions']} functions at once, and {LEFT_FOR_ALL} have to stay for all: "
            f"{max(free, 0)} are left to set apart, and {wanted} are needed. Ask AWS for 1000 (Service Quotas, Lambda, "
            "Concurrent executions), or say reserve_concurrency = false"
        )


def _held(d: Deployment) -> Iterator[int]:
    """What is set apart for this stage's functions now."""
    api, outputs = d.client("lambda"), d.app.outputs
    for output in sorted(outputs.keys() & set(map(output_of, RESERVED))):
        with suppress(api.exceptions.ResourceNotFoundException):
            yield api.get_function_concurrency(FunctionName=outputs[output]).get("ReservedConcurrentExecutions", 0)
