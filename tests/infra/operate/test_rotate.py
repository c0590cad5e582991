"""`make rotate` keeps a stage's secret as the earlier one, and makes a new one, against a local AWS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from infra.deploy.stage import Stage
from infra.local.engine import LocalAws
from infra.operate.rotate import NotNow, forget, rotate
from tests.builders import new_branch_id


@pytest.fixture(scope="module")
def api() -> Iterator[Any]:
    with LocalAws() as aws:
        yield boto3.client("ssm", endpoint_url=aws.endpoint)


@pytest.fixture
def stage() -> Stage:
    return Stage(new_branch_id(), "a@example.org", "b@example.org")


def put(api: Any, stage: Stage, **values: str) -> None:
    for which, value in values.items():
        name = stage.secret_name(which.replace("_", "-"))
        api.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


def values(api: Any, stage: Stage) -> list[str]:
    """The secret and the one before; only those that are there."""
    names = [stage.secret_name(which) for which in ("secret", "earlier-secret")]
    found = {each["Name"]: each["Value"] for each in api.get_parameters(Names=names, WithDecryption=True)["Parameters"]}
    return [found[name] for name in names if name in found]


def test_the_secret_becomes_the_earlier_one_and_a_new_one_takes_its_place(api: Any, stage: Stage) -> None:
    put(api, stage, secret="s" * 48)
    rotate(api, stage)
    now, earlier = values(api, stage)
    assert earlier == "s" * 48
    assert now != earlier
    assert len(now) >= 48


def test_one_that_was_broken_off_is_ended(api: Any, stage: Stage) -> None:
    """After the first of its two writes."""
    put(api, stage, secret="s" * 48, earlier_secret="s" * 48)
    rotate(api, stage)
    now, earlier = values(api, stage)
    assert earlier == "s" * 48
    assert now != earlier


def test_the_earlier_one_is_not_lost_by_a_third(api: Any, stage: Stage) -> None:
    put(api, stage, secret="s" * 48, earlier_secret="e" * 48)
    with pytest.raises(NotNow, match="END=1"):
        rotate(api, stage)
    assert values(api, stage) == ["s" * 48, "e" * 48]


def test_the_earlier_one_is_forgotten_on_request(api: Any, stage: Stage) -> None:
    put(api, stage, secret="s" * 48, earlier_secret="e" * 48)
    forget(api, stage)
    assert values(api, stage) == ["s" * 48]
    with pytest.raises(NotNow):
        forget(api, stage)


def test_a_stage_that_has_no_secret_yet_is_deployed_first(api: Any, stage: Stage) -> None:
    with pytest.raises(NotNow, match="make deploy"):
        rotate(api, stage)
    assert values(api, stage) == []
