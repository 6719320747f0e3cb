"""The time that functions go by: the machine's, or that of the emulator where its clock is virtual."""

import os
import time
from functools import cache
from typing import Final

CLOCK: Final = "PFAAS_CLOCK"  # of tests: "virtual", or "given" where nothing tells it but the state machine
NOW: Final = "/-pfaas/clock"
WAIT: Final = "/-pfaas/wait"


def now() -> int:
    """Milliseconds since 1970 UTC."""
    return int(asked(NOW)) if is_virtual() else time.time_ns() // 1_000_000


def time_after(retried: bool) -> int:
    """The time after an activity, in milliseconds since 1970 UTC; 0 where it is still that of its state's beginning.

    Activities take no virtual time, but the pauses between their attempts do.
    """
    if os.environ.get(CLOCK) is None or (is_virtual() and retried):
        return now()
    return 0


@cache  # it stays as it is for the life of the process, and the environment is slow to ask
def is_virtual() -> bool:
    """Whether time passes only while a test lets it."""
    return os.environ.get(CLOCK) == "virtual"


def asked(path: str) -> bytes:
    """What the emulator that stands for the account says."""
    from urllib.request import urlopen

    with urlopen(os.environ["AWS_ENDPOINT_URL"] + path) as answer:
        found: bytes = answer.read()
    return found
