"""Many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
PATIENCE = 300.0
"""Seconds until a test gives up waiting. What is tested is that it comes, and no machine is too slow for that."""


def together(count: int, act: Callable[[int], Result]) -> list[Result | BaseException]:
    """Calls `act(0)` to `act(count - 1)` in threads that begin at one moment; what each returned or raised, in order."""
    results: list[Result | BaseException] = [RuntimeError("did not end")] * count
    start = threading.Barrier(count)

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = act(number)
        except Exception as error:  # noqa: BLE001 (told to the caller)
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
