"""Statements and expressions that the compiler writes itself, at the place of the user's own.

assign("_pf_r1", value, node)      _pf_r1 = ...
written("_pf_m1.release()", node)  the call
"""

import ast

from portable_faas.syntax import parse


def assign(name: str, value: ast.expr, at: ast.AST) -> ast.stmt:
    """``name = value``."""
    made = ast.Assign([ast.Name(name, ast.Store())], value)
    return ast.fix_missing_locations(ast.copy_location(made, at))


def written(text: str, at: ast.AST) -> ast.expr:
    """The expression ``text``."""
    return ast.fix_missing_locations(ast.copy_location(parse(text, mode="eval").body, at))
