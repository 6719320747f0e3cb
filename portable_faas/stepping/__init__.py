"""Carries an orchestrator on from one await to the next without its coroutine: what it holds is packed as text.

stack = flows.begin("shop.app:fulfil", ctx, order)
stack.advance(None, None)          -> Awaiting(charge(order))      pack(stack) -> '{"frames": ...}'
... elsewhere, later ...           unpack(text).advance(receipt, None) -> Returned(receipt)
"""

from portable_faas.stepping.flows import Flows, Step
from portable_faas.stepping.pack import pack, pack_value
from portable_faas.stepping.run import StepRun
from portable_faas.stepping.stack import Awaiting, Ended, Frame, Held, Raised, Returned, Stack
from portable_faas.stepping.unpack import unpack, unpack_value

__all__ = [
    "Awaiting",
    "Ended",
    "Flows",
    "Frame",
    "Held",
    "Raised",
    "Returned",
    "Stack",
    "Step",
    "StepRun",
    "pack",
    "pack_value",
    "unpack",
    "unpack_value",
]
