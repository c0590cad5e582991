"""The file of a stage: what it may say, and that all of its mistakes are told at once."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from infra.deploy.stage import FOLDER, RULES, Mistakes, Stage, read

LEAST = 'mail_from = "termine@example.org"\nalarm_mail = "technik@example.org"\n'


def mistakes(folder: Path, text: str, name: str = "prod") -> list[str]:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Mistakes) as told:
        read(name, folder)
    return told.value.mistakes


def test_two_fields_are_enough_and_all_others_have_the_examples_values(tmp_path: Path) -> None:
    example = (FOLDER / "example.toml").read_text(encoding="utf-8")
    with_all = re.sub(r"^#(\w+ = )", r"\1", example, flags=re.MULTILINE)
    (tmp_path / "prod.toml").write_text(with_all, encoding="utf-8")
    named = re.findall(r"^(\w+) = ", with_all, flags=re.MULTILINE)
    assert sorted(named) == sorted(set(asdict(read("prod", tmp_path))) - {"name"}) == sorted(RULES)
    (tmp_path / "least.toml").write_text(LEAST, encoding="utf-8")
    assert asdict(read("least", tmp_path)) == asdict(read("prod", tmp_path)) | {"name": "least"}


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    wrong = 'mail_from = "termine"\nregoin = "eu-central-1"\nlog_days = 8\nreserve_concurrency = 1\naccount = 123456789012\n'
    assert mistakes(tmp_path, wrong) == [
        "prod.toml: alarm_mail is missing: it must be the address that alarms go to",
        "prod.toml: there is no field regoin",
        "prod.toml: mail_from must be the address that mails come from, and is 'termine'",
        'prod.toml: account must be the 12 digits of an account, in quotation marks, or "", and is 123456789012',
        "prod.toml: log_days must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, and is 8",
        "prod.toml: reserve_concurrency must be true or false, and is 1",
    ]


@pytest.mark.parametrize(
    "line",
    [
        'region = "Frankfurt"',
        'account = "12345678901"',
        'mail_identity = "none"',
        'staff_mail = "ses"',
        'mail_tls = "none"',
        'planner_name = "Optik & Akustik"',
        'planner_name = ""',
        'domain = "https://termine.example.org"',
        'domain = "Termine.example.org"',
        'hosted_zone = "example.org"',
        'certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/ab-12"',
        "frame_ancestors = []",
        'frame_ancestors = ["*", "https://www.example.org"]',
        'frame_ancestors = ["http://www.example.org"]',
        'frame_ancestors = ["https://www.example.org; script-src *"]',
        'frame_ancestors = "*"',
        "waf_requests = 9",
        "waf_requests = true",
        'second_factor = "on"',
        "sms_limit_usd = -1",
        "budget_usd = 1.5",
        "log_days = 31",
        "api_rate = 0",
        "api_burst = 5001",
        'reserve_concurrency = "false"',
        'mail_from = "Termine <termine@example.org>"',
    ],
)
def test_a_value_that_aws_would_refuse_later_is_refused_here(tmp_path: Path, line: str) -> None:
    field = line.partition(" ")[0]
    kept = "".join(f"{each}\n" for each in LEAST.splitlines() if not each.startswith(field))
    (told,) = mistakes(tmp_path, f"{kept}{line}\n")
    assert told.startswith(f"prod.toml: {field} must be")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('domain = "termine.example.org"', "domain needs certificate_arn, or hosted_zone"),
        ('hosted_zone = "Z0123456789ABC"', "hosted_zone and certificate_arn are for a domain"),
        ("api_rate = 200", "api_burst must be at least api_rate"),
    ],
)
def test_fields_that_do_not_go_together_are_refused(tmp_path: Path, lines: str, told: str) -> None:
    (found,) = mistakes(tmp_path, f"{LEAST}{lines}\n")
    assert told in found


@pytest.mark.parametrize("name", ["", "Prod", "1prod", "../prod", "a-name-that-is-far-too-long"])
def test_a_name_that_stacks_cannot_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Mistakes, match="is no name of a stage"):
        read(name, tmp_path)


def test_a_stage_without_a_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Mistakes, match=r"cp infra/stages/example\.toml infra/stages/prod\.toml"):
        read("prod", tmp_path)


def test_what_is_no_toml_is_told(tmp_path: Path) -> None:
    (told,) = mistakes(tmp_path, "mail_from = termine@example.org")
    assert told.startswith("prod.toml is not TOML")


@pytest.mark.parametrize(
    ("fields", "needed"),
    [
        ({}, False),
        ({"waf_requests": 2000}, True),
        ({"domain": "termine.example.org", "hosted_zone": "Z0123456789ABC"}, True),
        ({"domain": "termine.example.org", "certificate_arn": "arn"}, False),
    ],
)
def test_the_stack_in_the_other_region_is_made_only_where_it_holds_anything(fields: dict[str, str], needed: bool) -> None:
    stage = Stage("prod", "termine@example.org", "technik@example.org", **fields)  # type: ignore[arg-type]
    assert stage.needs_edge is needed


@pytest.mark.parametrize(
    ("identity", "looked_for"),
    [
        ("domain", ("example.org",)),
        ("address", ("termine@example.org",)),
        ("existing", ("termine@example.org", "example.org")),
    ],
)
def test_a_sender_is_looked_for_where_the_stage_says_that_it_is_proven(identity: str, looked_for: tuple[str, ...]) -> None:
    assert Stage("prod", "termine@example.org", "technik@example.org", mail_identity=identity).identities == looked_for
