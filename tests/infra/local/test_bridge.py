"""The bridge makes API Gateway's events and puts its limits."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from chalice.app import Chalice, Response

from infra.local.bridge import BODY_LIMIT, Bridge
from infra.local.web import Request
from tests.infra.asking import environ, request
from tests.race import PATIENCE

BARRIER = threading.Barrier(8)


def made() -> Chalice:
    app = Chalice(app_name="tried")

    @app.route("/v1/things/{thing}", methods=["POST"])
    def post(thing: str) -> Any:
        asked: Any = app.current_request
        return {"thing": thing, "body": asked.json_body, "query": asked.query_params, "event": asked.to_dict()}

    @app.route("/v1/things/all")
    def everything() -> Any:
        return {"all": True}

    @app.route("/v1/slow", methods=["POST"])
    def slow() -> Any:
        BARRIER.wait(PATIENCE)
        asked: Any = app.current_request
        return asked.json_body

    @app.route("/v1/file")
    def file() -> Response:
        return Response(b"\x00\xff", headers={"Content-Type": "application/octet-stream"})

    return app


@pytest.fixture(scope="module")
def bridge() -> Bridge:
    return Bridge(made())


def test_a_request_becomes_an_event_and_its_answer_comes_back(bridge: Bridge) -> None:
    answer = bridge(request("/api/v1/things/a-1?x=1&x=2&y=", "POST", b'{"name": "\xc3\xa4"}', appointment_token="t"))
    said = json.loads(answer.body)
    assert (answer.status, answer.kind) == (200, "application/json")
    assert (said["thing"], said["body"], said["query"]) == ("a-1", {"name": "ä"}, {"x": "2", "y": ""})
    assert said["event"]["headers"]["appointment-token"] == "t"
    assert said["event"]["context"]["identity"]["sourceIp"] == "127.0.0.1"
    assert said["event"]["context"]["resourcePath"] == "/v1/things/{thing}"


def test_a_literal_part_wins_over_a_parameter(bridge: Bridge) -> None:
    assert json.loads(bridge(request("/api/v1/things/all")).body) == {"all": True}


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api", "/api/", "/api/v1/things/a/b", "/api/v1/things/a%2Fb"])
def test_an_unknown_route_is_not_found_in_our_shape(bridge: Bridge, path: str) -> None:
    answer = bridge(request(path.replace("%2F", "/")))
    assert (answer.status, json.loads(answer.body)["code"]) == (404, "not_found")


def test_path_parameters_stay_encoded_as_the_gateway_leaves_them(bridge: Bridge) -> None:
    assert json.loads(bridge(request("/api/v1/things/ä b", "POST", b"{}")).body)["thing"] == "%C3%A4%20b"


def test_a_method_that_a_route_does_not_have_is_refused(bridge: Bridge) -> None:
    assert bridge(request("/api/v1/things/a", "DELETE")).status == 405


def test_a_body_above_the_gateways_limit_is_not_even_read(bridge: Bridge) -> None:
    asked = environ("/api/v1/things/a", "POST") | {"CONTENT_LENGTH": str(BODY_LIMIT + 1), "wsgi.input": None}
    answer = bridge(Request(asked))
    assert (answer.status, json.loads(answer.body)["code"]) == (413, "too_large")


def test_a_body_that_is_no_text_travels_in_base64(bridge: Bridge) -> None:
    event = bridge._event(request("/api/v1/things/a", "POST", b"\xff"), b"\xff")
    assert event is not None
    assert (event["body"], event["isBase64Encoded"]) == (base64.b64encode(b"\xff").decode(), True)


def test_binary_answers_are_decoded(bridge: Bridge) -> None:
    assert bridge(request("/api/v1/file", accept="application/octet-stream")).body == b"\x00\xff"


def test_each_thread_has_its_own_request(bridge: Bridge) -> None:
    def post(number: int) -> int:
        return int(json.loads(bridge(request("/api/v1/slow", "POST", str(number).encode())).body))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(post, range(8))) == list(range(8))
