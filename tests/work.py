"""How much a call has to do, told by counting: the same on every machine, busy or not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def instructions(act: Callable[[], object]) -> int:
    """Instructions of Python's machine that `act` takes in this thread. What libraries do in C is not among them."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


def size_of(item: dict[str, dict[str, Any]]) -> int:
    """Bytes of a raw item, as DynamoDB reckons: names and values, two digits of a number a byte."""
    return sum(len(name) + _length(*next(iter(value.items()))) for name, value in item.items())


def _length(kind: str, value: Any) -> int:
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return (len(value) + 1) // 2 + 1
        case "NS":
            return sum(_length("N", each) for each in value)
        case _:
            return 1
