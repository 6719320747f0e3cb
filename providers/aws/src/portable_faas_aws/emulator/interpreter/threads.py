"""Patch: the interpreter's threads and events are those of the emulator's clock.

moto starts a thread for each execution and branch and lets them wait on ``threading.Event``; on the machine's clock
nobody can tell whether one of them is about to do something.
"""

import threading
from typing import Any, final

from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.patching import Patching

PACKAGE = "moto.stepfunctions"


@final
class Threading:
    """Stands where the interpreter's modules hold the module ``threading``."""

    def __init__(self, session: Session) -> None:
        self.Thread = session.turns.thread
        self.Event = session.turns.event

    def __getattr__(self, name: str) -> Any:
        return getattr(threading, name)


def install(patching: Patching, session: Session) -> None:
    """Replace ``threading``, ``Thread`` and ``Event`` in every module of the interpreter."""
    patching.everywhere(PACKAGE, threading, Threading(session))
    patching.everywhere(PACKAGE, threading.Thread, session.turns.thread)
    patching.everywhere(PACKAGE, threading.Event, session.turns.event)
