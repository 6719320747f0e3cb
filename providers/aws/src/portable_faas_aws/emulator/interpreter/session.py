"""What the patches of the interpreter work with: turns on the clock, functions, counters, clients of the server."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portable_faas_aws.emulator.clock import Clock
from portable_faas_aws.emulator.lambdas import Host
from portable_faas_aws.emulator.roles import Roles
from portable_faas_aws.emulator.turns import Event, Stopped, Turns
from portable_faas_aws.emulator.usage import Usage
from portable_faas_aws.emulator.watch import Watch


@dataclass(frozen=True)
class Session:
    """One running emulator, as the interpreter sees it.

    ``ended`` is pulsed when any execution has ended; a history has ``max_events`` at most. ``client`` gives the client
    of a service that signs as a role, or as one that may do everything.
    """

    turns: Turns
    lambdas: Host
    usage: Usage
    client: Callable[[str, str | None], Any]
    ended: Event
    max_events: int
    roles: Roles | None = None  # whose rights count; None: everybody may do everything
    watch: Watch | None = None

    @property
    def clock(self) -> Clock:
        """The clock of the emulator."""
        return self.turns.clock

    def rest(
        self,
        env: Any,
        *events: Event,
        seconds: float | None = None,
        outside: bool = False,
        limit: float | None = None,
        over: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Let the thread of ``env`` rest until one of ``events``, unless ``over``; False if the time passed before.

        Raises Stopped if the execution or branch ends meanwhile.
        """
        woken = self.turns.wait(
            env.program_state_event,
            *events,
            seconds=seconds,
            outside=outside,
            limit=limit,
            over=lambda: over() or not env.is_running(),
        )
        if not env.is_running():
            raise Stopped
        return woken


def execution_arn(env: Any) -> str:
    """The execution that an environment of the interpreter belongs to."""
    return str(env.states.context_object.context_object_data["Execution"]["Id"])
