"""Tells the order of starts that have the same millisecond.

A starts at 17 ms, stamp 1700000000000000001    B starts at 17 ms, stamp 1700000000000000002    B is the newer one
"""

import time
from threading import Lock
from typing import Final

_LOCK: Final = Lock()
_last = 0


def stamp() -> int:
    """Nanoseconds of the machine's clock since 1970, above every number that this process has been given before."""
    global _last
    with _LOCK:  # clients start in threads; and a clock may be coarse, or set back
        _last = max(_last + 1, time.time_ns())
        return _last
