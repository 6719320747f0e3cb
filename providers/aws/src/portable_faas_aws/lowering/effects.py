"""Whether it matters when, or how often, the Python of a step runs: it asks for the time, or logs.

Such a step never rides before an activity, whose Lambda may be tried again, and is never run ahead of a timer. A UUID
is made from the key of the start and counted, so it is the same in every run; the time of the first step is that at
which the execution started, in every attempt.
"""

import re
from functools import cache
from typing import Final

from portable_faas.ir import Await
from portable_faas_aws.lowering.sites import Exits, Scope

_TIMED: Final = re.compile(r"\.(now|log)\b")
_LOGGED: Final = re.compile(r"\.log\b")


def has_effects(scope: Scope, exits: Exits, first: bool = False) -> bool:
    """Whether any block of the step reads like it; a plain function that is given the context may have them too.

    In the ``first`` step of an orchestrator the time is fixed.
    """
    effect = _LOGGED if first else _TIMED
    return any(_block_has(scope, key, at, effect) for key, at in exits.blocks)


def _block_has(scope: Scope, key: str, at: int, effect: re.Pattern[str]) -> bool:
    asked = (key, at, effect)
    if asked not in scope.effects:  # a block is part of many steps
        scope.effects[asked] = _reads(scope, key, at, effect)
    return scope.effects[asked]


def _reads(scope: Scope, key: str, at: int, effect: re.Pattern[str]) -> bool:
    block = scope.block(key, at)
    context = _given_on((scope.program.flow(key).parameters or ("ctx",))[0])
    texts = [code.text for code in block.body]
    if isinstance(block.end, Await):
        # what is awaited gets the context for itself
        return bool(effect.search(block.end.operand.text)) or any(_has(text, effect, context) for text in texts)
    return any(_has(text, effect, context) for text in [*texts, repr(block.end)])


@cache
def _given_on(context: str) -> re.Pattern[str]:
    """The context as a value of its own, not the holder of an operation."""
    return re.compile(rf"\b{context}\b(?!\s*\.)")


def _has(text: str, *patterns: re.Pattern[str]) -> bool:
    return any(pattern.search(text) for pattern in patterns)
