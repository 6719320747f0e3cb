"""Which names a statement or expression reads, and which it surely writes.

reads("total = price(x)") -> {price, x}      writes("total = price(x)") -> {total}
"""

import ast

from portable_faas.compiler.tree import walk


def reads(node: ast.AST) -> set[str]:
    """Every name that ``node`` may read, functions that it defines included; a target that is deleted counts too."""
    found = {each.id for each in walk(node) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Store)}
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        found.add(node.target.id)
    return found


def writes(node: ast.AST) -> set[str]:
    """The names that ``node`` surely binds."""
    match node:
        case ast.Assign(targets=targets):
            return {name for target in targets for name in _names(target)}
        case ast.AnnAssign(target=target, value=ast.expr()):
            return _names(target)
        case _:
            return set()


def _names(target: ast.expr) -> set[str]:
    return {each.id for each in walk(target) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
