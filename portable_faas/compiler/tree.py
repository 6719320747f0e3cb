"""The nodes below a node, in the order of the text, without the `Load` and `Store` of names.

children(`a.b = c`)  ->  a.b, c       walk(`a.b = c`)  ->  a.b = c, a.b, c, a       copied(`a.b = c`)  ->  a.b = c

`ast.walk` and `ast.iter_child_nodes` give the same and those, in more than twice the time, and `copy.deepcopy` takes
five times that of ``copied``; a compiler does little else.
"""

import ast
from typing import Final, TypeVar

Node = TypeVar("Node", bound=ast.AST)

_LEAVES: Final = frozenset(("ctx", "id", "attr", "arg", "kind", "lineno", "type_comment", "level", "asname"))
_FIELDS: Final[dict[type[ast.AST], tuple[str, ...]]] = {ast.Constant: (), ast.MatchSingleton: ()}


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below ``node``."""
    fields = _FIELDS.get(node.__class__)
    if fields is None:
        fields = _fields(node.__class__)
    found: list[ast.AST] = []
    for name in fields:
        value = getattr(node, name, None)
        if value.__class__ is list:
            for each in value:
                if isinstance(each, ast.AST):
                    found.append(each)
        elif value is not None and isinstance(value, ast.AST):
            found.append(value)
    return found


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    found = _FIELDS[kind] = tuple(name for name in kind._fields if name not in _LEAVES)
    return found


def walk(root: ast.AST) -> list[ast.AST]:
    """``root`` and every node below it, level by level."""
    found = [root]
    for node in found:
        if _FIELDS.get(node.__class__) != ():
            found += children(node)
    return found


def copied(node: Node) -> Node:
    """A tree of its own like that below ``node``; what is no node, and `Load` and `Store`, are shared."""
    made = node.__class__.__new__(node.__class__)
    held = made.__dict__
    for name, value in node.__dict__.items():
        if value.__class__ is list:
            held[name] = [copied(each) if isinstance(each, ast.AST) else each for each in value]
        else:
            held[name] = copied(value) if isinstance(value, ast.AST) and name != "ctx" else value
    return made
