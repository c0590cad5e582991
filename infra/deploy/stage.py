"""A stage: one deployment of Terminwerk, described by its operator in `infra/stages/<name>.toml`.

`infra/stages/example.toml` documents every field. No secret stands in it. `read` tells all mistakes of a file at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from infra.templates.app import LOG_DAYS

FOLDER = Path(__file__).resolve().parents[1] / "stages"
EDGE_REGION = "us-east-1"
"""Where AWS keeps what CloudFront asks certificates and firewalls of."""
NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
MAIL = re.compile(r"[^@\s<>,;]+@(?P<domain>[a-z0-9][a-z0-9.-]*\.[a-z]{2,})", re.IGNORECASE)
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
ACCOUNT = re.compile(r"\d{12}")
ZONE = re.compile(r"Z[A-Z0-9]{5,31}")
CERTIFICATE = re.compile(rf"arn:aws:acm:{EDGE_REGION}:\d{{12}}:certificate/[0-9a-f-]+")
TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")
PLANNER = re.compile(r"[^<>&\"{}$\x00-\x1f]{1,40}")
FRAMER = re.compile(r"\*|'self'|'none'|https://(\*\.)?[a-z0-9.-]+\.[a-z]{2,}(:\d+)?")


class Mistakes(Exception):
    """Everything that is wrong with a stage's file, a sentence each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Stage:
    name: str
    mail_from: str
    alarm_mail: str
    region: str = "eu-central-1"
    account: str = ""
    mail_identity: str = "domain"
    mail_tls: str = "REQUIRE"
    staff_mail: str = "cognito"
    planner_name: str = "Terminwerk"
    domain: str = ""
    hosted_zone: str = ""
    certificate_arn: str = ""
    frame_ancestors: tuple[str, ...] = ("*",)
    waf_requests: int = 0
    second_factor: str = "ON"
    sms_limit_usd: int = 0
    budget_usd: int = 0
    log_days: int = 30
    api_rate: int = 50
    api_burst: int = 100
    reserve_concurrency: bool = True
    security_contact: str = ""
    """Whom weaknesses are told; who hears alarms if it is empty."""
    table: str = ""
    """One that was restored, and is used in place of the data stack's."""

    @property
    def data_stack(self) -> str:
        return f"terminwerk-{self.name}-data"

    @property
    def app_stack(self) -> str:
        return f"terminwerk-{self.name}-app"

    @property
    def edge_stack(self) -> str:
        return f"terminwerk-{self.name}-edge"

    @property
    def mail_domain(self) -> str:
        return self.mail_from.rpartition("@")[2]

    @property
    def identity(self) -> str:
        """What SES is to know of the sender: its domain, or its address alone."""
        return self.mail_domain if self.mail_identity == "domain" else self.mail_from

    @property
    def identities(self) -> tuple[str, ...]:
        """What SES may know that proves the sender, in the order to look."""
        return (self.mail_from, self.mail_domain) if self.mail_identity == "existing" else (self.identity,)

    @property
    def makes_certificate(self) -> bool:
        return bool(self.domain and not self.certificate_arn)

    @property
    def needs_edge(self) -> bool:
        """Whether anything must be made in the region of CloudFront's certificates and firewalls."""
        return self.makes_certificate or self.waf_requests > 0

    def secret_name(self, which: str) -> str:
        """The parameter of Systems Manager that holds a secret of this stage."""
        return f"/terminwerk/{self.name}/{which}"


def read(name: str, folder: Path = FOLDER) -> Stage:
    """Raises Mistakes with all that is wrong."""
    if not NAME.fullmatch(name):
        raise Mistakes([f"{name!r} is no name of a stage: a letter, then up to 19 of a-z, 0-9 and -, as in prod"])
    file = folder / f"{name}.toml"
    if not file.is_file():
        raise Mistakes([f"There is no {file.name}. Make one: cp infra/stages/example.toml infra/stages/{file.name}"])
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Mistakes([f"{file.name} is not TOML: {error}"]) from error
    if mistakes := [*_form(given)] or [*_sense(given)]:
        raise Mistakes([f"{file.name}: {mistake}" for mistake in mistakes])
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    return Stage(name=name, **values)


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _empty_or(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: value == "" or _matches(pattern)(value)


def _number(lowest: int, highest: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and lowest <= value <= highest


def _framers(value: Any) -> bool:
    """One that stands for all or none stands alone, and an empty list would be no list at all to a browser."""
    if not isinstance(value, list) or not value or not all(map(_matches(FRAMER), value)):
        return False
    return len(value) == 1 or not {"*", "'none'"} & set(value)


RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "mail_from": (_matches(MAIL), "must be the address that mails come from"),
    "alarm_mail": (_matches(MAIL), "must be the address that alarms go to"),
    "region": (_matches(REGION), "must be a region of AWS, as in eu-central-1"),
    "account": (_empty_or(ACCOUNT), 'must be the 12 digits of an account, in quotation marks, or ""'),
    "mail_identity": (lambda value: value in ("domain", "address", "existing"), 'must be "domain", "address" or "existing"'),
    "mail_tls": (lambda value: value in ("REQUIRE", "OPTIONAL"), 'must be "REQUIRE" or "OPTIONAL"'),
    "staff_mail": (lambda value: value in ("cognito", "own"), 'must be "cognito" or "own"'),
    "planner_name": (_matches(PLANNER), 'must be a name of up to 40 characters, without any of <>&"{}$'),
    "domain": (_empty_or(DOMAIN), 'must be a host in small letters, as in termine.example.org, or ""'),
    "hosted_zone": (_empty_or(ZONE), 'must be the id of a hosted zone of Route 53, as in Z0123456789ABC, or ""'),
    "certificate_arn": (_empty_or(CERTIFICATE), f'must be the ARN of a certificate in {EDGE_REGION}, or ""'),
    "frame_ancestors": (
        _framers,
        'must be ["*"], ["\'none\'"], or a list of "\'self\'" and origins as in "https://www.example.org"',
    ),
    "waf_requests": (lambda value: value == 0 or _number(10, 2_000_000_000)(value), "must be 0 or at least 10"),
    "second_factor": (lambda value: value in ("OPTIONAL", "ON"), 'must be "OPTIONAL" or "ON"'),
    "security_contact": (_empty_or(MAIL), 'must be the address that weaknesses are told to, or ""'),
    "sms_limit_usd": (_number(0, 1_000_000), "must be a whole number of dollars, or 0"),
    "budget_usd": (_number(0, 1_000_000), "must be a whole number of dollars, or 0"),
    "log_days": (lambda value: type(value) is int and value in LOG_DAYS, f"must be one of {', '.join(map(str, LOG_DAYS))}"),
    "api_rate": (_number(1, 10_000), "must be a number from 1 to 10000"),
    "api_burst": (_number(1, 5_000), "must be a number from 1 to 5000"),
    "reserve_concurrency": (lambda value: isinstance(value, bool), "must be true or false"),
    "table": (_empty_or(TABLE), 'must be the name of a table that was restored, or ""'),
}
"""Field -> what it must be, and how that is said."""


def _form(given: dict[str, Any]) -> Iterator[str]:
    """What is wrong with fields by themselves."""
    required = {each.name for each in fields(Stage) if each.default is MISSING} - {"name"}
    yield from (f"{name} is missing: it {RULES[name][1]}" for name in RULES if name in required - given.keys())
    yield from (f"there is no field {name}" for name in given if name not in RULES)
    for name, (is_right, rule) in RULES.items():
        if name in given and not is_right(given[name]):
            yield f"{name} {rule}, and is {given[name]!r}"


def _sense(given: dict[str, Any]) -> Iterator[str]:
    """What fields that are right by themselves do not make together."""
    domain, zone, certificate = (given.get(name, "") for name in ("domain", "hosted_zone", "certificate_arn"))
    if domain and not zone and not certificate:
        yield "domain needs certificate_arn, or hosted_zone where a certificate can be made by itself"
    if not domain and (zone or certificate):
        yield "hosted_zone and certificate_arn are for a domain, and there is none"
    if given.get("api_burst", Stage.api_burst) < given.get("api_rate", Stage.api_rate):
        yield "api_burst must be at least api_rate"
