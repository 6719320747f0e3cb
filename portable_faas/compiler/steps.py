"""Writes a flow as a Python function that can be entered at any block.

    0: await charge(order) as r -> 1         def fulfil(_pf):
    1: return r.id                               if "order" in _pf.names: order = _pf.names["order"]
                                                 _pf_at = _pf.at
                                                 while True:
                                                     if _pf_at == 0:
                                                         return _pf.suspend(1, charge(order), locals())
                                                     elif _pf_at == 1:
                                                         r = _pf.resume()
                                                         return _pf.finish(r.id)

The user's statements stand in it as they are, so Python itself runs them. An exception goes to the block that the flow
names; a block that runs while an exception is handled runs inside a real ``except``, so that a bare ``raise``,
``__context__`` and ``sys.exc_info()`` are what they are in the original.
"""

from collections.abc import Iterator
from typing import assert_never

from portable_faas.ir import (
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


def module_text(program: Program, module: str) -> str:
    """The generated module for the functions of ``module``: one function per flow, and what is live in each block."""
    flows = [flow for flow in program.flows if flow.module == module]
    parts = [f'"""Generated from {module}; the user\'s own statements between two awaits."""']
    parts += [function(flow, name_of(number)) for number, flow in enumerate(flows)]
    shorts = program.shorts()
    entries = "".join(
        f"    {flow.key!r}: ({name_of(number)}, {shorts[flow.key]!r}, {table(flow)}),\n"
        for number, flow in enumerate(flows)
    )
    return "\n\n\n".join(parts) + f"\n\n\nFLOWS = {{\n{entries}}}\n"


def name_of(number: int) -> str:
    """The name of the generated function for flow ``number`` of its module."""
    return f"flow_{number}"


def table(flow: Flow) -> str:
    """What the run time asks of a flow: the live variables of every block that a run may stop before."""
    stops = {block.end.to for block in flow.blocks if isinstance(block.end, Await)}
    live = {block.id: block.live for block in flow.blocks if block.id in stops}
    return repr(live)


def function(flow: Flow, name: str) -> str:
    """The function of one flow."""
    stops = {block.end.to: block.end.into for block in flow.blocks if isinstance(block.end, Await)}
    lines = [f"def {name}(_pf):", "    _pf_names = _pf.names"]
    for variable in flow.names:
        lines += [f"    if {variable!r} in _pf_names:", f"        {variable} = _pf_names[{variable!r}]"]
    lines += ["    _pf_at = _pf.at", "    while True:", "        try:"]
    for number, block in enumerate(flow.blocks):
        lines.append(f"            {'elif' if number else 'if'} _pf_at == {block.id}:")
        lines += [f"                {line}" for line in _block(block, stops)]
    lines += [f"        {line}" for line in _landing(flow)]
    return "\n".join(lines)


def _landing(flow: Flow) -> Iterator[str]:
    """Where an exception goes: by the block that raised it."""
    by_handler: dict[int, list[int]] = {}
    for block in flow.blocks:
        if block.handler is not None:
            by_handler.setdefault(block.handler, []).append(block.id)
    caught = {block.id: block.caught for block in flow.blocks}
    yield "except BaseException as _pf_error:"
    for number, (handler, raisers) in enumerate(by_handler.items()):
        yield f"    {'elif' if number else 'if'} _pf_at in {tuple(raisers)!r}:"
        yield f"        {caught[handler]} = _pf_error"
        yield f"        _pf_at = {handler}"
    if by_handler:
        yield "    else:"
    yield f"    {'    ' if by_handler else ''}raise"


def _block(block: Block, stops: dict[int, str | None]) -> Iterator[str]:
    inside = list(_inside(block, stops))
    if block.handling is None:
        yield from inside
        return
    yield from ("try:", f"    raise {block.handling}", "except BaseException:")
    yield from (f"    {line}" for line in inside)


def _inside(block: Block, stops: dict[int, str | None]) -> Iterator[str]:
    if block.id in stops:
        into = stops[block.id]
        yield f"{into} = _pf.resume()" if into else "_pf.resume()"
    for code in block.body:
        yield from code.text.splitlines()
    yield from _end(block.end)


def _end(end: End) -> Iterator[str]:
    match end:
        case Goto(to):
            yield f"_pf_at = {to}"
        case Test(test, then, orelse):
            yield f"_pf_at = {then} if ({test}) else {orelse}"
        case Each(iterator, target, body, done):
            yield from (f"for {target} in {iterator}:", f"    _pf_at = {body}", "    break")
            yield from ("else:", f"    _pf_at = {done}")
        case Select():
            yield from _select(end)
        case Handle():
            yield from _handle(end)
        case Await(operand, _, to):
            yield f"return _pf.suspend({to}, {operand}, locals())"
        case Return(value):
            yield f"return _pf.finish({value})"
        case Raise(statement):
            yield from statement.text.splitlines()
        case Reraise():
            yield "raise"
        case _:
            assert_never(end)


def _select(end: Select) -> Iterator[str]:
    # The default cannot be a last `case _`: Python refuses one after a pattern that takes everything, in any spelling.
    yield from (f"_pf_to = {end.default}", f"match {end.subject}:")
    for case in end.cases:
        yield f"    case {case.pattern}{f' if {case.guard}' if case.guard else ''}:"
        yield f"        _pf_to = {case.to}"
    yield "_pf_at = _pf_to"


def _handle(end: Handle) -> Iterator[str]:
    yield from ("try:", f"    raise {end.caught}")
    for clause in end.clauses:
        yield f"except {clause.types}:" if clause.types else "except:"
        if clause.name:
            yield f"    {clause.name} = {end.caught}"
        yield f"    _pf_at = {clause.to}"
