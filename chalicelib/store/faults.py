"""Which of the database's errors may pass, and patience with them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from chalicelib.domain.errors import TryAgain

ATTEMPTS = 8
FIRST_PAUSE = 0.02
LONGEST_PAUSE = 0.4
"""Seconds: with full jitter, all attempts together pause 1 s on average and never 2.2 s."""

REFUSED = "ConditionalCheckFailed"
"""The reason of a condition that does not hold; as an error of a single write it ends in `Exception`."""
PASSING = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingError",
        "ThrottlingException",
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
"""Codes of errors, and of the reasons for which a transaction is cancelled, that another attempt may not meet again."""


def code_of(error: PynamoDBException) -> str | None:
    """What DynamoDB called the error; None where it did not answer."""
    return None if isinstance(error.cause, BotoCoreError) else error.cause_response_code


def may_pass(error: PynamoDBException) -> bool:
    """Whether another attempt may succeed: throttling, a conflict, a fault of the service, or no answer at all."""
    return isinstance(error.cause, BotoCoreError) or code_of(error) in PASSING


def pause(attempt: int, sleep: Callable[[float], None]) -> None:
    """Waits before the next attempt; full jitter, so that those who met do not meet again."""
    sleep(random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt)))


@contextmanager
def translated() -> Iterator[None]:
    """Faults that may pass, and did not within the client's own attempts, become TryAgain; all others rise."""
    try:
        yield
    except PynamoDBException as error:
        if may_pass(error):
            raise TryAgain from error
        raise


class Patient:
    """Tries again what was not decided, until its time is over."""

    def __init__(self, sleep: Callable[[float], None], monotonic: Callable[[], float], seconds: Callable[[], float]) -> None:
        self._sleep = sleep
        self._monotonic = monotonic
        self._seconds = seconds

    def _attempts(self) -> Iterator[int]:
        """The numbers of the attempts that may begin; whoever fails pauses before the next."""
        deadline = self._monotonic() + self._seconds()
        for attempt in range(ATTEMPTS):
            if self._monotonic() > deadline:
                return
            yield attempt
