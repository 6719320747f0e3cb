"""What must hold of every flow between two passes; a violation is a bug of ours and raises ``AssertionError``.

block 3 goes to block 9, and there is no block 9
"""

import ast

from portable_faas.ir.flow import Await, Block, Flow, Handle, Program, Reraise, successors
from portable_faas.ir.shapes import GatherShape, HelperShape, SelectShape, Shape
from portable_faas.syntax import parse


def verify(program: Program) -> None:
    """Check every flow, and that every helper that may be awaited has one."""
    keys = [flow.key for flow in program.flows]
    _hold(len(keys) == len(set(keys)), "two flows have one key")
    for _, key in program.orchestrators:
        _hold(key in keys, f"orchestrator {key} has no flow")
    for flow in program.flows:
        verify_flow(flow)
        for block in flow.blocks:
            if isinstance(block.end, Await):
                _hold(bool(block.end.shapes), f"{flow.key} block {block.id} awaits nothing known")
                for shape in block.end.shapes:
                    _verify_shape(shape, keys)


def _verify_shape(shape: Shape, keys: list[str]) -> None:
    if isinstance(shape, HelperShape):
        _hold(shape.flow in keys, f"helper {shape.flow} has no flow")
    if isinstance(shape, GatherShape | SelectShape):
        _hold(not shape.spread or len(shape.branches) == 1, "a spread group has one kind of branch")
        for branch in shape.branches:
            for each in branch:
                _verify_shape(each, keys)


def verify_flow(flow: Flow) -> None:
    """Check the blocks, edges, variables and texts of one flow."""
    ids = {block.id for block in flow.blocks}
    _hold(len(ids) == len(flow.blocks), f"{flow.key}: two blocks have one number")
    _hold(bool(flow.blocks) and flow.blocks[0].id == 0, f"{flow.key}: the first block is not 0")
    landings = {block.id for block in flow.blocks if block.caught}
    for block in flow.blocks:
        where = f"{flow.key} block {block.id}"
        _hold(all(to in ids for to in successors(block.end)), f"{where} goes to no block")
        _hold(block.handler is None or block.handler in landings, f"{where} has a handler that catches nothing")
        _hold(set(block.live) <= set(flow.names), f"{where} needs names that the function has not")
        _verify_texts(block, where)
    _hold(_reached(flow) == ids, f"{flow.key}: a block cannot be reached")


def _verify_texts(block: Block, where: str) -> None:
    for code in block.body:
        _hold(not _awaits(parse(f"async def _():\n  {code.text.replace(chr(10), chr(10) + '  ')}")), f"{where} awaits")
    if isinstance(block.end, Handle | Reraise):
        _hold(block.end.caught.startswith("_pf_c"), f"{where} handles an unknown exception")


def _awaits(tree: ast.AST) -> bool:
    nested = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    work = list(ast.iter_child_nodes(next(ast.iter_child_nodes(tree))))
    while work:
        node = work.pop()
        if isinstance(node, ast.Await):
            return True
        if not isinstance(node, nested):
            work.extend(ast.iter_child_nodes(node))
    return False


def _reached(flow: Flow) -> set[int]:
    blocks = {block.id: block for block in flow.blocks}
    seen: set[int] = set()
    work = [0]
    while work:
        at = work.pop()
        if at in seen:
            continue
        seen.add(at)
        work.extend(successors(blocks[at].end))
        handler = blocks[at].handler
        if handler is not None:
            work.append(handler)
    return seen


def _hold(condition: bool, problem: str) -> None:
    if not condition:
        raise AssertionError(problem)
