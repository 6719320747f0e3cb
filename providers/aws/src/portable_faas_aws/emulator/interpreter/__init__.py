"""Makes moto's interpreter of the Amazon States Language run JSONata state machines as Step Functions does.

Each module mends one concern and says what was wrong; ``install`` applies them in this order.
"""

from collections.abc import Callable, Collection
from typing import Final

from portable_faas_aws.emulator.interpreter import (
    attempts,
    branches,
    callbacks,
    choice,
    clients,
    dynamodb,
    executions,
    expressions,
    invoke,
    limits,
    programs,
    redriving,
    steps,
    tasks,
    threads,
    waits,
)
from portable_faas_aws.emulator.interpreter.session import Session as Session
from portable_faas_aws.emulator.patching import Patching

PATCHES: Final[dict[str, Callable[[Patching, Session], None]]] = {
    module.__name__.rpartition(".")[2]: module.install
    for module in (
        threads,
        expressions,
        steps,
        limits,
        attempts,
        waits,
        choice,
        branches,
        programs,
        tasks,
        callbacks,
        executions,
        redriving,
        clients,
        dynamodb,
        invoke,
    )
}


def install(patching: Patching, session: Session, leave_out: Collection[str] = ()) -> None:
    """Apply every patch but those named in ``leave_out``."""
    for name, apply in PATCHES.items():
        if name not in leave_out:
            apply(patching, session)
