"""Flow: the control flow of one orchestrator or async helper, cut at its awaits.

    receipt = await charge(order)        0: await charge(order) -> receipt, then 1
    if receipt.paid:                     1: if receipt.paid then 2 else 4
        await ship(receipt)              2: await ship(receipt), then 3 ...

A block is Python without an await and one way to end. What is caught where, what a `finally` does on each way out and
what a loop goes back to is in the edges; the Python inside a block stays text, to be run as it is or lowered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from portable_faas.ir.shapes import Shape


@final
@dataclass(frozen=True, slots=True)
class Code:
    """Python text, a statement or an expression, with the line of the user's file it comes from."""

    text: str
    line: int

    def __str__(self) -> str:
        return self.text


@final
@dataclass(frozen=True, slots=True)
class Goto:
    """Go on at block ``to``."""

    to: int


@final
@dataclass(frozen=True, slots=True)
class Test:
    """Go on at ``then`` if ``test`` is true, else at ``orelse``."""

    test: Code
    then: int
    orelse: int


@final
@dataclass(frozen=True, slots=True)
class Each:
    """Assign the next value of ``iterator`` to ``target`` and go on at ``body``; at ``done`` when there is none.

    ``path`` leads from the orchestrator's input, which nothing has touched yet, to the list that it runs over.
    """

    iterator: str
    target: Code
    body: int
    done: int
    path: tuple[str, ...] | None = None


@final
@dataclass(frozen=True, slots=True)
class Case:
    """One ``case`` of a ``match``."""

    pattern: Code
    guard: Code | None
    to: int


@final
@dataclass(frozen=True, slots=True)
class Select:
    """A ``match`` whose bodies are blocks."""

    subject: Code
    cases: tuple[Case, ...]
    default: int


@final
@dataclass(frozen=True, slots=True)
class Clause:
    """One ``except`` clause; ``types`` is None for one that takes everything."""

    types: Code | None
    name: str | None
    to: int


@final
@dataclass(frozen=True, slots=True)
class Handle:
    """Give the exception ``caught`` to the first clause that takes it; raise it again if none does."""

    caught: str
    clauses: tuple[Clause, ...]


@final
@dataclass(frozen=True, slots=True)
class Given:
    """One argument: where in the orchestrator's input it stands, or None for the item; its wire form stays the same."""

    parameter: str
    path: tuple[str, ...] | None = None


@final
@dataclass(frozen=True, slots=True)
class Mapped:
    """A gather that is one call for each item of a list in the orchestrator's input.

    ``callee`` is the name of an activity, or the key of the flow of an async helper (``helper``), which may take the
    context first (``context``); ``path`` leads from the input to the list; at most ``limit`` run at a time.
    """

    callee: str
    arguments: tuple[Given, ...]
    path: tuple[str, ...]
    limit: int | None = None
    helper: bool = False
    context: bool = False


@final
@dataclass(frozen=True, slots=True)
class Await:
    """Await ``operand``, bind the result to ``into``, go on at ``to``; a failure is raised at ``to``."""

    operand: Code
    into: str | None
    to: int
    shapes: tuple[Shape, ...] = ()
    mapped: Mapped | None = None


@final
@dataclass(frozen=True, slots=True)
class Return:
    """Return ``value``."""

    value: Code


@final
@dataclass(frozen=True, slots=True)
class Raise:
    """A ``raise`` statement."""

    statement: Code


@final
@dataclass(frozen=True, slots=True)
class Reraise:
    """Raise the exception ``caught`` again, after a `finally`."""

    caught: str


End = Goto | Test | Each | Select | Handle | Await | Return | Raise | Reraise


@final
@dataclass(frozen=True, slots=True)
class Block:
    """Statements that run one after the other, and what comes then.

    ``handler``: the block that an exception goes to, None for out of the function. ``caught``: the variable that a
    block which exceptions go to finds its exception in. ``handling``: the variable with the exception that is being
    handled while the block runs, as Python's ``except`` clauses have it. ``live``: the variables whose values are
    needed when the block begins.
    """

    id: int
    body: tuple[Code, ...]
    end: End
    handler: int | None = None
    caught: str | None = None
    handling: str | None = None
    live: tuple[str, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Flow:
    """One function. ``key`` is ``module:qualname``; ``names`` are its variables, captured ones last.

    ``listed``: the activities a list of whose results is what the function returns, in type and wire form; ``summed``:
    those a `sum` of whose results is.
    """

    key: str
    path: str
    line: int
    parameters: tuple[str, ...]
    names: tuple[str, ...]
    captured: tuple[str, ...]
    blocks: tuple[Block, ...]
    listed: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """The module that defines it."""
        return self.key.partition(":")[0]

    @property
    def name(self) -> str:
        """The name of the ``def``."""
        return self.key.rpartition(":")[2].rpartition(".")[2]


@final
@dataclass(frozen=True, slots=True)
class Program:
    """The flows of an app: ``orchestrators`` maps a name to the key of its flow; some are ``suspendable``."""

    app: str
    orchestrators: tuple[tuple[str, str], ...]
    flows: tuple[Flow, ...]
    suspendable: tuple[str, ...] = ()

    def shorts(self) -> dict[str, str]:
        """A name for every flow that no other one has: its own, numbered where it is taken."""
        found: dict[str, str] = {}
        for flow in self.flows:
            name, number = flow.name, 1
            while name in found.values():
                number += 1
                name = f"{flow.name}-{number}"
            found[flow.key] = name
        return found

    def flow(self, key: str) -> Flow:
        """The flow with this key; ``KeyError`` if there is none."""
        for flow in self.flows:
            if flow.key == key:
                return flow
        raise KeyError(key)


def successors(end: End) -> Iterator[int]:
    """The blocks that may run next without an exception."""
    match end:
        case Goto(to) | Await(to=to):
            yield to
        case Test(_, then, orelse):
            yield from (then, orelse)
        case Each(body=body, done=done):
            yield from (body, done)
        case Select(_, cases, default):
            yield from (*(case.to for case in cases), default)
        case Handle(_, clauses):
            yield from (clause.to for clause in clauses)
        case Return() | Raise() | Reraise():
            return
