"""Logs without persons: where an error happened and of which kind, never what it said. One JSON object a line."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

Answer = TypeVar("Answer")
FIGURES = "figures"


class FunctionFailed(Exception):
    """A function has failed. It says nothing: Lambda writes what an exception says into its log, and our log tells the rest."""


class WithoutPersons(logging.Formatter):
    """Leaves out the messages of exceptions: they quote what was being worked on, which may be a customer's name.

    `{"level", "logger", "message"}`, and of an exception `error`, the kinds of it and of those that led to it, and `frames`,
    where it was raised, the innermost last. Figures, given as `extra={FIGURES: {...}}`, stand beside the message.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"level": record.levelname, "logger": record.name, "message": record.getMessage()}
        line |= getattr(record, FIGURES, {})
        error = record.exc_info and record.exc_info[1]
        if error:
            frames = traceback.extract_tb(error.__traceback__)
            line["error"] = [type(each).__name__ for each in _chain(error)]
            line["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            record.exc_text = " <- ".join(line["error"])  # what handlers that come after ours write of it
        return json.dumps(line)


def protect(log: logging.Logger) -> None:
    """Makes all of the logger's handlers write without persons, and figures too."""
    log.setLevel(logging.INFO)
    for handler in log.handlers:
        handler.setFormatter(WithoutPersons())


def told(log: logging.Logger, what: str, act: Callable[[], Answer]) -> Answer:
    """What `act` gives. Whatever it raises is told by the log, and rises as FunctionFailed.

    The one place that catches whatever it is: an error of any library may quote a customer, and none may reach Lambda's log.
    Lambda still counts a failure, and the stream comes again.
    """
    try:
        return act()
    except Exception:
        log.exception("%s failed", what)
    raise FunctionFailed  # out here, where it has no cause and no context


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and those that led to it."""
    link: BaseException | None = error
    while link:
        yield link
        link = link.__cause__ or link.__context__
