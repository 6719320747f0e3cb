"""The time that functions go by: the machine's, or that of the emulator where its clock is virtual."""

import os
import time
from functools import cache
from typing import Final

from portable_faas_aws.runtime.attempt import CLOCK

NOW: Final = "/-pfaas/clock"
WAIT: Final = "/-pfaas/wait"


def now() -> int:
    """Milliseconds since 1970 UTC."""
    return int(asked(NOW)) if is_virtual() else time.time_ns() // 1_000_000


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
