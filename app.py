"""Terminwerk's Chalice app: the functions that AWS calls, and how an error of the framework is told."""

from functools import partial
from typing import Any

from chalice.app import Chalice, Response

from chalicelib import wiring
from chalicelib.api import events, logs
from chalicelib.api.dispatch import register
from chalicelib.api.http import FRAMEWORK, NOT_UNDERSTOOD, answer
from chalicelib.api.schemas import Refusal

app = Chalice(app_name="terminwerk")
logs.protect(app.log)
register(app, wiring)
wiring.store()  # the database's client is built while the function starts, where the processor is fast

requests = logs.Requests(app.log, wiring.asked)


@app.middleware("http")
def tell_requests(event: Any, get_response: Any) -> Response:
    """A line of the log each. The outermost, so that it tells the answer that leaves."""
    return requests(event.method, event.path, partial(get_response, event))


@app.middleware("http")
def tell_errors_of_the_framework(event: Any, get_response: Any) -> Response:
    """Chalice refuses some requests itself, and turns what nobody caught into a 500: in its words, here put into ours."""
    response: Response = get_response(event)
    if isinstance(response.body, dict) and "Code" in response.body:
        _, code, message = FRAMEWORK.get(response.body["Code"], NOT_UNDERSTOOD)
        allowed = {"Allow": ", ".join(sorted(app.routes[event.path]))} if response.status_code == 405 else {}
        return answer(Refusal(code, message), response.status_code, allowed)
    return response


@app.middleware("all")
def keep_what_errors_say(event: Any, get_response: Any) -> Any:
    """Around every function: what one raises is told by our log, and reaches Lambda's without a word."""
    return logs.told(app.log, type(event).__name__, partial(get_response, event))


@app.on_dynamodb_record(stream_arn="set-by-the-template")
def deliver(event: Any) -> events.Failures:
    """Woken by the table's stream when a message was put."""
    return events.deliver(event.to_dict()["Records"], wiring.delivery(), events.time_left(event))


@app.schedule("rate(1 minute)")
def sweep(event: Any) -> None:
    """Does what is due: messages that the stream missed, warnings, expiries, reminders, erasures, and
    appointments that nobody needs any more."""
    events.sweep(wiring.upkeep(), wiring.clearing(), events.time_left(event), app.log)


@app.on_cw_event({"source": ["aws.ses"], "detail-type": events.SES_TROUBLES})
def bounces(event: Any) -> None:
    """Woken by what SES tells of mails that it took: they bounced, or their readers complained."""
    events.hear(event.detail, wiring.bounces)


@app.lambda_function(name="users")
def users(event: Any, _: Any) -> dict[str, Any]:
    """Manages the staff's accounts, with rights at the user pool that no other function has."""
    return events.manage_users(event, wiring.users())
