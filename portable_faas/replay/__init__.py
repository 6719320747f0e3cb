"""Drives an orchestrator coroutine, fresh or from its history, for any engine that can run and record steps."""

from portable_faas.replay.commands import (
    Abandon,
    AbandonBranch,
    Command,
    Complete,
    Fail,
    PublishStatus,
    StartActivity,
    StartTimer,
)
from portable_faas.replay.execution import Execution, Identity
from portable_faas.replay.recorded import Replayed, deliver, replay, steps

__all__ = [
    "Abandon",
    "AbandonBranch",
    "Command",
    "Complete",
    "Execution",
    "Fail",
    "Identity",
    "PublishStatus",
    "Replayed",
    "StartActivity",
    "StartTimer",
    "deliver",
    "replay",
    "steps",
]
