"""PF020: a number, type or module that has no portable form, written out and still needed after an await.

best = math.inf                ->      best: float | None = None
best = min(best, await f(x))           found = await f(x); best = found if best is None else min(best, found)
"""

import ast
import sys
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.names import External
from portable_faas.compiler.words import words
from portable_faas.errors import Diagnostic

_LARGEST: Final = 2**53 - 1  # what JSON readers keep exactly
_BITS: Final = 5000  # a power is worked out only below this size
_INFINITE: Final = frozenset(words("nan inf infinity +inf -inf +nan -nan +infinity -infinity"))
_GIVEN: Final = ("assign", "annotated", "moved")


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every definition by such a literal that is live across an await."""
    if facts.role == SYNC:
        return
    seen: set[int] = set()
    for index in facts.flow.awaits:
        for name, bit in facts.flow.bits.items():
            if not facts.flow.live[index] & bit:
                continue
            for op in facts.flow.reaching(index, name):
                if id(op) in seen or op.value is None or op.how not in _GIVEN:
                    continue
                seen.add(id(op))
                found = _flaw(facts, op.value)
                if found:
                    line = getattr(facts.flow.ops[index].node, "lineno", 0)
                    shown = op.name.partition("#")[0]
                    problem = f"`{shown}` is or holds {found[0]} and is still needed after the await on line {line}"
                    yield facts.report(op.node, "PF020", problem, found[1])


def _flaw(facts: Facts, node: ast.expr) -> tuple[str, str] | None:
    if isinstance(node, ast.List | ast.Tuple):
        return next((found for found in (_flaw(facts, each) for each in node.elts) if found), None)
    if isinstance(node, ast.Dict):
        return next((found for found in (_flaw(facts, each) for each in node.values) if found), None)
    if isinstance(node, ast.IfExp):
        return _flaw(facts, node.body) or _flaw(facts, node.orelse)
    if _is_not_finite(facts, node):
        return "a float that is not finite", "use None, or a number of your own"
    value = _integer(node)
    if value is not None and abs(value) > _LARGEST:
        return "an int beyond 2**53 - 1", "keep it as text, or put it in a constant of the module"
    if isinstance(node, ast.Call) and facts.dotted(node.func) == "type" and len(node.args) == 1:
        return "a type", "ask for `type(...)` again where it is needed"
    if _is_module(facts, node):
        return "a module", "use the name that it is imported as"
    return None


def _is_not_finite(facts: Facts, node: ast.expr) -> bool:
    match node:
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            return _is_not_finite(facts, inner)
        case ast.Call(func=func, args=[ast.Constant(value=str(text))]) if facts.dotted(func) == "float":
            return text.strip().lower() in _INFINITE
        case ast.Constant(value=float(number)):
            return number in (float("inf"), float("-inf"))
        case ast.Name() | ast.Attribute():
            return facts.dotted(node) in ("math.nan", "math.inf")
        case _:
            return False


def _integer(node: ast.expr) -> int | None:
    """The value of an int literal, or of a sum, product, power or shift of literals."""
    match node:
        case ast.Constant(value=int(number)):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            value = _integer(inner)
            return None if value is None else -value
        case ast.BinOp(left=left, op=operator, right=right):
            one, other = _integer(left), _integer(right)
            return None if one is None or other is None else _worked_out(one, operator, other)
        case _:
            return None


def _worked_out(one: int, operator: ast.operator, other: int) -> int | None:
    match operator:
        case ast.Add():
            return one + other
        case ast.Sub():
            return one - other
        case ast.Mult() if one.bit_length() + other.bit_length() < _BITS:
            return one * other
        case ast.Pow() if other >= 0 and one.bit_length() * other < _BITS:
            return int(one**other)
        case ast.LShift() if 0 <= other < _BITS and one.bit_length() < _BITS:
            return one << other
        case _:
            return None


def _is_module(facts: Facts, node: ast.expr) -> bool:
    if not isinstance(node, ast.Name):
        return False
    meaning = facts.program.meaning(facts.function, node)
    return isinstance(meaning, External) and meaning.dotted in sys.stdlib_module_names
