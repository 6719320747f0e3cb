"""Prints a flow as text for people and golden files.

main(ctx, order)  shop/app.py:12
0:
  total = price(order)
  await charge(total) -> receipt, 1        [activity charge]
"""

from typing import assert_never

from portable_faas.ir.flow import (
    Await,
    Block,
    Each,
    End,
    Flow,
    Goto,
    Handle,
    Program,
    Raise,
    Reraise,
    Return,
    Select,
    Test,
)
from portable_faas.ir.shapes import (
    ActivityShape,
    ChildShape,
    ContinueShape,
    EntityShape,
    EventShape,
    GatherShape,
    HelperShape,
    LockShape,
    ReleaseShape,
    SelectShape,
    Shape,
    StartShape,
    StatusShape,
    TimerShape,
)


def show_program(program: Program) -> str:
    """Every flow, orchestrators named."""
    heads = [f"orchestrator {name} = {key}" for name, key in program.orchestrators]
    return "\n".join([*heads, "", "\n\n".join(show(flow) for flow in program.flows)]) + "\n"


def show(flow: Flow) -> str:
    """One flow."""
    captured = f" captures {', '.join(flow.captured)}" if flow.captured else ""
    head = f"{flow.key}({', '.join(flow.parameters)}){captured}  line {flow.line}"
    return "\n".join([head, *(line for block in flow.blocks for line in _block(block))])


def _block(block: Block) -> list[str]:
    notes = [f"needs {', '.join(block.live)}"] if block.live else []
    notes += [f"catches {block.caught}"] if block.caught else []
    notes += [f"handling {block.handling}"] if block.handling else []
    notes += [f"errors to {block.handler}"] if block.handler is not None else []
    head = f"{block.id}:" + (f"  # {'; '.join(notes)}" if notes else "")
    body = [line for code in block.body for line in code.text.splitlines()]
    return [head, *(f"    {line}" for line in [*body, *_end(block.end)])]


def _end(end: End) -> list[str]:
    match end:
        case Goto(to):
            return [f"-> {to}"]
        case Test(test, then, orelse):
            return [f"if {test} -> {then} else {orelse}"]
        case Each(iterator, target, body, done):
            return [f"for {target} of {iterator} -> {body} else {done}"]
        case Select(subject, cases, default):
            shown = [f"  case {c.pattern}{f' if {c.guard}' if c.guard else ''} -> {c.to}" for c in cases]
            return [f"match {subject} else {default}", *shown]
        case Handle(caught, clauses):
            shown = [f"  except {c.types or ''}{f' as {c.name}' if c.name else ''} -> {c.to}" for c in clauses]
            return [f"handle {caught}", *shown]
        case Await(operand, into, to, shapes):
            shown_shapes = " | ".join(map(show_shape, shapes))
            return [f"await {operand}{f' as {into}' if into else ''} -> {to}  # {shown_shapes}"]
        case Return(value):
            return [f"return {value}"]
        case Raise(statement):
            return [statement.text]
        case Reraise(caught):
            return [f"raise {caught} again"]
        case _:
            assert_never(end)


def show_shape(shape: Shape) -> str:
    """One shape in words."""
    match shape:
        case ActivityShape(name, retry, timeout, known):
            policy = f" retry {retry.attempts}" if retry else ""
            limit = f" timeout {timeout}" if timeout else ""
            return f"activity {name}{policy}{limit}{'' if known else ' policy at run time'}"
        case TimerShape():
            return "timer"
        case StatusShape():
            return "status"
        case HelperShape(flow):
            return f"helper {flow}"
        case GatherShape(branches, spread, limited, keeps_errors):
            marks = f"{' limited' if limited else ''}{'' if keeps_errors is False else f' keeps errors {keeps_errors}'}"
            return f"gather{marks} of {_branches(branches, spread)}"
        case SelectShape(branches, wanted, single, spread):
            count = "some at run time" if wanted is None else str(wanted)
            return f"{'race' if single else f'first {count}'} of {_branches(branches, spread)}"
        case _:
            return _show_stateful(shape)


def _branches(branches: tuple[tuple[Shape, ...], ...], spread: bool) -> str:
    inside = ", ".join(" | ".join(map(show_shape, branch)) for branch in branches)
    return f"{'any number of ' if spread else ''}[{inside}]"


def _show_stateful(
    shape: EventShape | ChildShape | StartShape | ContinueShape | EntityShape | LockShape | ReleaseShape,
) -> str:
    match shape:
        case EventShape(name, timed):
            return f"event {name or 'named at run time'}{' with a time-out' if timed else ''}"
        case ChildShape(orchestrator, named):
            return f"orchestrator {orchestrator}{' under a chosen id' if named else ''}"
        case StartShape(orchestrator):
            return f"start of orchestrator {orchestrator}"
        case ContinueShape():
            return "continue as new"
        case EntityShape(entity, verb, operation):
            return f"{verb} of entity {'.'.join(part for part in (entity or '?', operation) if part)}"
        case LockShape(entities):
            return " ".join(["lock", *entities])
        case ReleaseShape():
            return "release"
        case _:
            assert_never(shape)
