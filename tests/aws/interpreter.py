"""The second interpreter of state machines, ``sfnx.testing``, without what its import does to this one."""

import sys
from typing import Final

_limit: Final = sys.getrecursionlimit()
try:
    from sfnx.testing import Call, Failure, Wait, run
finally:
    # jsonata-python 0.7, which it imports, sets the limit of the whole interpreter to 10,000.
    sys.setrecursionlimit(_limit)

__all__ = ["Call", "Failure", "Wait", "run"]
