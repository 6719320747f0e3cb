"""Whether the Python of a step must not run twice: it asks for the time, makes a UUID or logs.

Such a step never rides before an activity, whose Lambda may be tried again (the meaning of `now` and `uuid`).
"""

import re
from typing import Final

from portable_faas.ir import Await
from portable_faas_aws.lowering.sites import Exits, Scope

_EFFECT: Final = re.compile(r"\.(now|uuid|log)\b")


def has_effects(scope: Scope, exits: Exits) -> bool:
    """Whether any block of the step reads like it; a plain function that is given the context may have them too."""
    return any(_block_has(scope, key, at) for key, at in exits.blocks)


def _block_has(scope: Scope, key: str, at: int) -> bool:
    block = scope.block(key, at)
    context = re.compile(rf"\b{(scope.program.flow(key).parameters or ('ctx',))[0]}\b(?!\s*\.)")
    texts = [code.text for code in block.body]
    if isinstance(block.end, Await):
        # what is awaited gets the context for itself
        return bool(_EFFECT.search(block.end.operand.text)) or any(_has(text, context) for text in texts)
    return any(_has(text, context) for text in [*texts, repr(block.end)])


def _has(text: str, context: re.Pattern[str]) -> bool:
    return bool(_EFFECT.search(text) or context.search(text))
