"""`+ - * / // %` on numbers: `a - b` -> `$a - $b`, guarded unless the intervals prove that no result leaves 2**53-1."""

import ast
from itertools import product

from portable_faas_aws.jsonata.code import ZERO, Binary, Code, Conditional, Literal, both, call
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.lowered import Lowered
from portable_faas_aws.jsonata.scope import Scope, article, present, quoted, refuse
from portable_faas_aws.jsonata.types import MAX_INT, Bool, Float, Int

_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%"}
# Products, quotients and sums of floats within these bounds are finite (the largest double is about 1.8e308).
_HUGE = Literal(1e150)
_TINY = Literal(1e-150)


def number(value: Lowered, node: ast.AST) -> Int | Float:
    """The type of an operand that must be a number."""
    type = present(value, node)
    if isinstance(type, Bool) and holds(Guard.BOOL_ARITHMETIC, False):
        return Int(0, 1)
    if not isinstance(type, Int | Float):
        refuse(f"{quoted(node)} is {article(type)}, not a number", node)
    return type


def calculated(scope: Scope, node: ast.BinOp, left: Lowered, right: Lowered) -> Lowered:
    """An operator between two numbers."""
    one, other = number(left, node.left), number(right, node.right)
    sign = _SIGNS.get(node.op.__class__)
    if sign is None:
        refuse(f"the operator of {quoted(node)} has no exact equal", node)
    guard = both(left.guard, right.guard)
    if isinstance(one, Int) and isinstance(other, Int):
        if sign in "+-*":
            return ints(sign, (left.code, one), (right.code, other), guard)
        return _divided(scope, sign, (left.code, one), (right.code, other), guard)
    if sign in ("//", "%"):
        refuse(f"{quoted(node)} rounds a float, which differs in the last digit", node)
    return _floats(sign, (left.code, one), (right.code, other), guard)


def clipped(lo: int, hi: int) -> Int:
    """The interval within what an int may be."""
    return Int(max(lo, -MAX_INT), min(hi, MAX_INT))


def bounded(code: Code, lo: int, hi: int, guard: Code | None) -> Lowered:
    """An int that lies in the interval; guarded where the interval leaves the exact range.

    Rounding is monotone, so a true result over 2**53-1 never rounds to one below it.
    """
    if not holds(Guard.OVERFLOW, lo >= -MAX_INT and hi <= MAX_INT):
        guard = both(guard, Binary("<=", call("abs", code), Literal(MAX_INT)))
    return Lowered(code, clipped(lo, hi), guard)


def positive_zero(code: Code, may_be_negative: bool) -> Code:
    """The same number, never -0: adding 0 turns -0 into 0."""
    return code if holds(Guard.NEGATIVE_ZERO, not may_be_negative) else Binary("+", code, ZERO)


def ints(sign: str, left: tuple[Code, Int], right: tuple[Code, Int], guard: Code | None) -> Lowered:
    """``+``, ``-`` or ``*`` of two ints."""
    (a, one), (b, other) = left, right
    code: Code = Binary(sign, a, b)
    if sign == "+":
        return bounded(code, one.lo + other.lo, one.hi + other.hi, guard)
    if sign == "-":
        return bounded(code, one.lo - other.hi, one.hi - other.lo, guard)
    corners = [x * y for x, y in product((one.lo, one.hi), (other.lo, other.hi))]
    zero = (one.lo < 0 and other.lo <= 0 <= other.hi) or (other.lo < 0 and one.lo <= 0 <= one.hi)
    return bounded(positive_zero(code, zero), min(corners), max(corners), guard)


def _divided(scope: Scope, sign: str, left: tuple[Code, Int], right: tuple[Code, Int], guard: Code | None) -> Lowered:
    (a, one), (b, other) = left, right
    if not holds(Guard.ZERO_DIVISOR, other.lo > 0 or other.hi < 0):
        guard = both(guard, Binary("!=", b, ZERO))
    zero = one.lo <= 0 <= one.hi and other.lo < 0
    if sign == "/":
        return Lowered(positive_zero(Binary("/", a, b), zero), Float(), guard)
    if sign == "//":
        # floor(a / b) is exact: a quotient that is no integer is at least 1/|b| away from one, over half a unit
        # in the last place of the quotient.
        return Lowered(positive_zero(call("floor", Binary("/", a, b)), zero), _quotients(one, other), guard)
    return Lowered(_remainder(scope, a, one, b, other), _remainders(other), guard)


def _quotients(one: Int, other: Int) -> Int:
    divisors = {each for each in (other.lo, other.hi, -1, 1) if each != 0 and other.lo <= each <= other.hi}
    found = [a // b for a in (one.lo, one.hi) for b in divisors]
    return clipped(min(found, default=0), max(found, default=0))


def _remainders(divisor: Int) -> Int:
    return Int(min(divisor.lo + 1, 0), max(divisor.hi - 1, 0))


def _remainder(scope: Scope, a: Code, one: Int, b: Code, other: Int) -> Code:
    plain = Binary("%", a, b)
    if holds(Guard.MODULO_SIGN, one.lo >= 0 and other.lo >= 0):
        return plain

    def signed(divisor: Code) -> Code:
        return scope.shared(Binary("%", a, divisor), lambda rest: _signed(rest, divisor))

    return scope.shared(b, signed)


def _signed(rest: Code, divisor: Code) -> Code:
    differ = Binary("!=", Binary("<", rest, ZERO), Binary("<", divisor, ZERO))
    return Conditional(Binary("=", rest, ZERO), ZERO, Conditional(differ, Binary("+", rest, divisor), rest))


def _floats(sign: str, left: tuple[Code, Int | Float], right: tuple[Code, Int | Float], guard: Code | None) -> Lowered:
    for operand, type in (left, right):
        if not holds(Guard.FLOAT_OVERFLOW, isinstance(type, Int)):
            guard = both(guard, Binary("<=", call("abs", operand), _HUGE))
    code: Code = Binary(sign, left[0], right[0])
    if sign == "/":
        bound = Binary(">=", call("abs", right[0]), _TINY)
        guard = guard if holds(Guard.ZERO_DIVISOR, False) else both(guard, bound)
    return Lowered(positive_zero(code, sign in "*/"), Float(), guard)


def negative(node: ast.UnaryOp, value: Lowered) -> Lowered:
    """``-x``."""
    type = number(value, node.operand)
    if holds(Guard.NEGATIVE_ZERO, False):
        code: Code = Binary("*", value.code, Literal(-1))
    else:
        code = Binary("-", ZERO, value.code)
    return Lowered(code, Int(-type.hi, -type.lo) if isinstance(type, Int) else type, value.guard)
