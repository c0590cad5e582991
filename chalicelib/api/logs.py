"""Logs without persons: where an error happened and of which kind, never what it said."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType


class WithoutPersons(logging.Formatter):
    """Leaves out the messages of exceptions: they quote what was being worked on, which may be a customer's name."""

    def formatException(  # noqa: N802 (logging's name)
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        kind, error, _ = ei
        if kind is None or error is None:
            return ""
        chain = [type(error).__name__]
        while error.__cause__ or error.__context__:
            error = error.__cause__ or error.__context__
            assert error is not None
            chain.append(type(error).__name__)
        frames = traceback.extract_tb(ei[2])
        return " <- ".join(chain) + "".join(f"\n  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)


def protect(log: logging.Logger) -> None:
    """Makes all of the logger's handlers write without persons."""
    for handler in log.handlers:
        handler.setFormatter(WithoutPersons("%(levelname)s %(name)s %(message)s"))
