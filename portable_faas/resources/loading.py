"""Says which module is being loaded: the one that declares, also where its declaration stands in another's function.

shop/orders.py: charge = retried(app, "charge")   with `retried` in shop/making.py   ->   shop.orders
"""

import sys
from types import FrameType


def module_being_loaded() -> str | None:
    """The innermost module whose top level runs; None where none does, as in another thread."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return None if frame is None else frame.f_globals.get("__name__")
