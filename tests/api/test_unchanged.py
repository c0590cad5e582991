"""What pages ask for again and again is sent again once it has changed, and to nobody who may not see it."""

from __future__ import annotations

import pytest

from tests.api.test_desk import TOMORROW, Staff, request
from tests.site_of_tests import Answer, Site

POLLED = ["inbox", f"planner?from={TOMORROW}&days=7"]


@pytest.fixture
def staff(site: Site) -> Staff:
    return Staff(site, site.branch())


def tag_of(answer: Answer) -> str:
    [tag] = [value for name, value in answer.headers.items() if name.lower() == "etag"]
    return tag


@pytest.mark.parametrize("path", POLLED)
def test_an_answer_comes_again_once_it_is_another(site: Site, staff: Staff, path: str) -> None:
    request(site, staff)
    first = staff.get(path)
    known = {"If-None-Match": tag_of(first)}
    again = staff.get(path, **known)
    assert (again.status, again.text, tag_of(again)) == (304, "", tag_of(first))
    request(site, staff, "11:00")
    changed = staff.get(path, **known)
    assert (changed.status, changed.json != first.json) == (200, True)
    assert tag_of(changed) != tag_of(first)


@pytest.mark.parametrize("path", POLLED)
def test_what_stands_in_an_answer_makes_it_another_whatever_it_is(site: Site, staff: Staff, path: str) -> None:
    """Here who it is: neither the entry of the inbox nor the time of the appointment changes."""
    made = request(site, staff)
    known = {"If-None-Match": tag_of(staff.get(path))}
    detail = staff.get(f"appointments/{made['id']}").json["appointment"]
    answered = staff.post(f"appointments/{made['id']}/status", {"version": detail["version"], "status": "confirmed"})
    assert answered.status == 200, answered.text
    assert staff.get(path, **known).status == 200


@pytest.mark.parametrize("tag", ["", "*", "W/", '""', 'W/"0"', "x" * 5000])
def test_another_tag_gets_the_answer(staff: Staff, tag: str) -> None:
    assert staff.get("inbox", **{"If-None-Match": tag}).status == 200


def test_one_of_several_tags_is_enough_be_it_weak_or_strong(staff: Staff) -> None:
    tag = tag_of(staff.get("inbox")).removeprefix("W/")
    assert staff.get("inbox", **{"If-None-Match": f'"a", {tag}'}).status == 304


def test_what_is_asked_for_once_has_no_tag(staff: Staff) -> None:
    assert "etag" not in {name.lower() for name in staff.get("settings").headers}


def test_a_tag_opens_nothing(site: Site, staff: Staff) -> None:
    known = {"If-None-Match": tag_of(staff.get("inbox"))}
    stranger = Staff(site, site.branch())
    stranger.branch = staff.branch
    assert stranger.get("inbox", **known).status == 403
    stranger.token = "none"
    assert stranger.get("inbox", **known).status == 401


def test_who_hears_that_nothing_has_changed_has_looked(site: Site, staff: Staff) -> None:
    known = {"If-None-Match": tag_of(staff.get("inbox"))}
    assert Staff(site, staff.branch).get("inbox", **known).status == 304
    lines = Staff(site, staff.branch, ("admin",)).get("readings").json["lines"]
    assert [each["id"] for each in lines] == ["inbox"] * 2
