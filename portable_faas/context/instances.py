"""Calls that concern whole instances: a sub-orchestration, a start that nobody waits for, continue as new.

await other(order)              a child instance: its result, or its error, comes back
await other.start(order)        an instance of its own: only its id comes back
return await ctx.continue_as_new(state)
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal, NamedTuple, NoReturn, TypeVar, final

from portable_faas.context.calls import Call
from portable_faas.context.ids import check_id
from portable_faas.resources.acting import starter

if TYPE_CHECKING:
    from portable_faas.values import Signature

R = TypeVar("R")
IfExists = Literal["raise", "return"]


@final
class Started(NamedTuple):
    """What ``await other.start(...)`` gives inside an orchestrator; a portable value."""

    instance_id: str


@final
class OrchestratorCall(Call[R]):
    """Run another orchestrator as a child instance and wait for its end.

    ``instance_id`` is None where the engine derives one; ``args`` is the input, or nothing.
    """

    __slots__ = ("args", "instance_id", "name", "signature")
    outside_locks = True

    def __init__(
        self, name: str, signature: "Callable[[], Signature]", args: tuple[object, ...], instance_id: str | None
    ) -> None:
        super().__init__()
        self.name = name
        self.signature = signature
        self.args = args
        self.instance_id = None if instance_id is None else check_id(instance_id)

    def input(self) -> str | None:
        """The input as JSON, None where it was left out; ``TypeError`` or ``NotPortable``."""
        return self.signature().dump_input(self.args)

    def __str__(self) -> str:
        return f"orchestrator {self.name}"


@final
class StartCall(Call[R]):
    """Start an instance durably and go on without waiting for its end.

    Inside an orchestrator it gives ``Started``; inside a function it uses the running app's client
    and gives its handle.
    """

    __slots__ = ("args", "if_exists", "instance_id", "name", "signature")

    def __init__(
        self,
        name: str,
        signature: "Callable[[], Signature]",
        args: tuple[object, ...],
        instance_id: str | None,
        if_exists: IfExists,
    ) -> None:
        super().__init__()
        if if_exists not in ("raise", "return"):
            raise ValueError(f'if_exists is "raise" or "return", not {if_exists!r}')
        self.name = name
        self.signature = signature
        self.args = args
        self.instance_id = None if instance_id is None else check_id(instance_id)
        self.if_exists: IfExists = if_exists

    def input(self) -> str | None:
        """The input as JSON, None where it was left out; ``TypeError`` or ``NotPortable``."""
        return self.signature().dump_input(self.args)

    def _outside(self) -> Awaitable[R]:
        start = starter()
        if start is None:
            raise RuntimeError(
                f"{self} has no engine here: await it inside an orchestrator or a function of a running app, "
                "or use client.start"
            )
        return start(self)

    def __str__(self) -> str:
        return f"the start of orchestrator {self.name}"


@final
class ContinueAsNew(Call[NoReturn]):
    """End this run and begin the next one with a new input, under the same id; the await never gives anything."""

    __slots__ = ("args",)
    outside_locks = True

    def __init__(self, args: tuple[object, ...]) -> None:
        super().__init__()
        self.args = args

    def __str__(self) -> str:
        return "continue_as_new"
