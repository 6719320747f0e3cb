"""Where the functions of one orchestrator stand: its own `def`, and those of the async helpers that it reaches.

sections(program, "fulfil")  ->  (Section("fulfil", "shop/app.py", 88, 107), Section("undo", "shop/app.py", 40, 52))
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from portable_faas.ir import (
    Await,
    Block,
    Code,
    Each,
    Flow,
    GatherShape,
    Handle,
    HelperShape,
    Program,
    Raise,
    Return,
    Select,
    SelectShape,
    Shape,
    Test,
)
from portable_faas.picture import Place, Section
from portable_faas.syntax import parse


def reached(program: Program, orchestrator: str) -> tuple[Flow, ...]:
    """The flow of the orchestrator and those of its helpers, in the order in which they are met."""
    found: dict[str, Flow] = {}
    work = [dict(program.orchestrators)[orchestrator]]
    while work:
        key = work.pop(0)
        if key not in found:
            found[key] = program.flow(key)
            ends = (block.end for block in found[key].blocks)
            work += [one for end in ends if isinstance(end, Await) for shape in end.shapes for one in _helpers(shape)]
    return tuple(found.values())


def sections(program: Program, orchestrator: str) -> tuple[Section, ...]:
    """Their places; the files are read again, for flows do not keep where a function ends."""
    return tuple(Section(flow.name, flow.path, flow.line, _last_line(flow)) for flow in reached(program, orchestrator))


def places(flow: Flow, block: Block) -> tuple[Place, ...]:
    """The lines of the Python of a block."""
    lines = {code.line for code in (*block.body, *_codes(block)) if code.line}
    return tuple(Place(flow.path, line) for line in sorted(lines))


def _helpers(shape: Shape) -> Iterator[str]:
    if isinstance(shape, HelperShape):
        yield shape.flow
    elif isinstance(shape, GatherShape | SelectShape):
        for branch in shape.branches:
            for one in branch:
                yield from _helpers(one)


def _codes(block: Block) -> Iterator[Code]:
    match block.end:
        case Test(test=code) | Each(target=code) | Await(operand=code) | Return(value=code) | Raise(statement=code):
            yield code
        case Select(subject, cases, _):
            yield subject
            for case in cases:
                yield from (case.pattern, *([case.guard] if case.guard else []))
        case Handle(_, clauses):
            yield from (clause.types for clause in clauses if clause.types)
        case _:
            return


def _last_line(flow: Flow) -> int:
    tree = parse(Path(flow.path).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef) and node.lineno == flow.line and node.end_lineno is not None:
            return node.end_lineno
    raise ValueError(f"{flow.path}:{flow.line}: there is no async def; the file has changed since it was imported")
