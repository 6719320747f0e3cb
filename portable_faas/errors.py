"""Every error of portable_faas, and the located diagnostic; imports nothing but the standard library.

    PortableFaasError
     ├ CompileError             the program breaks a rule; .diagnostics
     ├ OrchestrationFailed      the orchestrator raised; .error_type, .message
     ├ OrchestrationTerminated  somebody ended it; .reason
     ├ ActivityCrashed          the process of an activity died; .activity
     ├ ActivityError            an error whose class cannot be imported here; .error_type, .message
     ├ NotPortable              a value that may not cross a durable boundary; .path, .problem
     ├ NonDeterminism           a replay took another way than the recorded run; .expected, .found, .step
     ├ InstanceExists           the id is taken by a live instance; .instance_id
     ├ InstanceNotFound         no instance has this id; .instance_id
     ├ InstanceFinished         the instance can no longer be changed; .instance_id
     ├ InboxFull                too many events wait in the instance; .instance_id
     ├ NotSupported             this engine cannot do it, and says so before it starts
     │  └ NotInstalled          it could, but this machine lacks something; the message says what and how to get it
     └ ProviderNotFound         no adapter of this name is installed; .name, .installed

Their data lives in instance attributes and their text in ``args``, so that they cross a durable boundary
like any other exception. A wrong argument stays a ``TypeError`` or ``ValueError``.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, final


@final
class Diagnostic(NamedTuple):
    """One problem of a program at one place; lines and columns count characters from 1.

    An ``error`` is refused; a ``warning`` is accepted, and only ``pfaas check`` tells it.
    """

    path: str
    line: int
    column: int
    code: str
    problem: str
    remedy: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        level = "" if self.severity == "error" else f"{self.severity}: "
        return f"{self.path}:{self.line}:{self.column}: {self.code} {level}{self.problem}; {self.remedy}"


class PortableFaasError(Exception):
    """The root of every error this package raises on its own account."""


class CompileError(PortableFaasError):
    """The program is not accepted; ``diagnostics`` holds every problem, in order of place."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = tuple(diagnostics)


class OrchestrationFailed(PortableFaasError):
    """The orchestrator ended with an error.

    ``error_type`` is the bare name of a builtin (``KeyError``), else ``module.Qualname``. Where the class
    can be imported here, the original error is the ``__cause__``.
    """

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(f"{error_type}: {message}" if message else error_type)
        self.error_type = error_type
        self.message = message


class OrchestrationTerminated(PortableFaasError):
    """The instance was ended from outside; no code of it ran afterwards."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ActivityCrashed(PortableFaasError):
    """The activity ended its process (``SystemExit`` and the like), or the process died under it.

    The text is the same on every engine, so it does not say how; the log does.
    """

    def __init__(self, activity: str) -> None:
        super().__init__(f"activity {activity} crashed: its process ended")
        self.activity = activity


class ActivityError(PortableFaasError):
    """Stands for an error whose class cannot be imported here; ``str`` is the original message."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message


class NotPortable(PortableFaasError):
    """A value may not cross a durable boundary; ``path`` says where inside the value it stands."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class NonDeterminism(PortableFaasError):
    """On replay the orchestrator did something else than the history records at ``step``."""

    def __init__(self, step: int, expected: str, found: str) -> None:
        super().__init__(
            f"step {step}: the history records {expected}, the code now does {found}; "
            "an orchestrator must decide only from its input, its results, ctx.now() and ctx.uuid(), "
            "and changed code must not meet instances that started on the old code"
        )
        self.step = step
        self.expected = expected
        self.found = found


class _OfInstance(PortableFaasError):
    problem = "instance {}"

    def __init__(self, instance_id: str) -> None:
        super().__init__(self.problem.format(instance_id))
        self.instance_id = instance_id


class InstanceExists(_OfInstance):
    """A live instance has this id. ``start(..., if_exists="return")`` gives its handle instead."""

    problem = "instance {} is still live; wait for it or terminate it, or choose another id"


class InstanceNotFound(_OfInstance):
    """No instance has this id: it was never started, or it was purged."""

    problem = "there is no instance {}; it was never started here, or it was purged"


class InstanceFinished(_OfInstance):
    """The instance has ended, so what was asked for can no longer happen."""

    problem = "instance {} has finished"


class InboxFull(_OfInstance):
    """The instance has 1,000 events that it has not read; raise the event again later."""

    problem = "instance {} has 1,000 unread events; raise this one again when it has read some"


class NotSupported(PortableFaasError):
    """This engine cannot do what was asked; the message says what can."""


class NotInstalled(NotSupported):
    """This machine lacks something that the engine needs; the message says what, and how to get it."""


class ProviderNotFound(PortableFaasError):
    """No adapter of this name is installed; the message says what to install where we know it."""

    def __init__(self, name: str, installed: Sequence[str], hint: str = "") -> None:
        known = ", ".join(installed) or "none"
        super().__init__(f"no provider {name!r} is installed (found: {known})" + (f"; {hint}" if hint else ""))
        self.name = name
        self.installed = tuple(installed)
