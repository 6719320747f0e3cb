"""Text: f-strings, `str()` and the methods of str: `f"{n}{ok}"` -> `$string($n) & ($ok ? "True" : "False")`."""

import ast

from portable_faas_aws.jsonata.code import (
    NULL,
    ZERO,
    Binary,
    Code,
    Conditional,
    Literal,
    Pattern,
    both,
    call,
)
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.joining import largest, total
from portable_faas_aws.jsonata.lowered import Lowered
from portable_faas_aws.jsonata.scope import Scope, article, present, quoted, refuse
from portable_faas_aws.jsonata.table import LITERAL, NATURAL, TEXT, TEXTS, Entry, Template
from portable_faas_aws.jsonata.types import MAX_LENGTH, Array, Bool, Float, Int, Null, Optional, Text, Type

_EXACT_STRING = 10**15
_EMPTY = Literal("")
_NOT_ASCII = Pattern(r"[^\x00-\x7f]")


def written(scope: Scope, value: Lowered, node: ast.AST) -> tuple[Code, int | None]:
    """The value as ``str()`` writes it, and the most characters that takes."""
    scope.seen(value.type, node)
    type = value.type
    if isinstance(type, Optional) and not holds(Guard.TEXT_OF_NONE, False):
        return _or_none(scope, value, type.of, node)
    if isinstance(type, Text):
        return value.code, type.max
    if isinstance(type, Int):
        # $string keeps 15 digits; $formatNumber is exact to 2**53-1.
        small = holds(Guard.STRING_OF_INT, type.lo > -_EXACT_STRING and type.hi < _EXACT_STRING)
        code = call("string", value.code) if small else call("formatNumber", value.code, Literal("0"))
        return code, max(len(str(type.lo)), len(str(type.hi)))
    if isinstance(type, Null):
        return Literal("None"), len("None")
    return _spelled(value, node)


def _spelled(value: Lowered, node: ast.AST) -> tuple[Code, int | None]:
    if isinstance(value.type, Bool) and not holds(Guard.TEXT_OF_NONE, False):
        return Conditional(value.code, Literal("True"), Literal("False")), len("False")
    if isinstance(value.type, Bool | Optional) or (isinstance(value.type, Float) and holds(Guard.FLOAT_TEXT, False)):
        return call("string", value.code), None
    return refuse(f"{quoted(node)} is {article(value.type)}, which JSONata writes differently", node)


def _or_none(scope: Scope, value: Lowered, inner: Type, node: ast.AST) -> tuple[Code, int | None]:
    bound = written(scope, Lowered(value.code, inner), node)[1]

    def use(one: Code) -> Code:
        shown = written(scope, Lowered(one, inner), node)[0]
        return Conditional(Binary("=", one, NULL), Literal("None"), shown)

    return scope.shared(value.code, use), largest(bound, len("None"))


def formatted(scope: Scope, node: ast.JoinedStr) -> Lowered:
    """An f-string."""
    code: Code | None = None
    limit: int | None = 0
    guard: Code | None = None
    for each in node.values:
        part, bound, more = _part(scope, each)
        code = part if code is None else Binary("&", code, part)
        limit, guard = total(limit, bound), both(guard, more)
    return Lowered(code or _EMPTY, Text(limit), guard)


def _part(scope: Scope, node: ast.expr) -> tuple[Code, int | None, Code | None]:
    if not isinstance(node, ast.FormattedValue):
        value = scope.lower(node)
        return *written(scope, value, node), value.guard
    spec = node.format_spec
    plain = spec is None or (isinstance(spec, ast.JoinedStr) and not spec.values)
    if not holds(Guard.FORMAT, plain and node.conversion in (-1, ord("s"))):
        refuse("a format specification or !r in an f-string is written by Python only", node)
    value = scope.lower(node.value)
    return *written(scope, value, node.value), value.guard


def concatenated(left: Lowered, right: Lowered, node: ast.BinOp) -> Lowered:
    """``s + t``."""
    one, other = present(left, node.left), present(right, node.right)
    if not isinstance(one, Text) or not isinstance(other, Text):
        refuse(f"{article(one)} and {article(other)} cannot be added", node)
    limit = total(one.max, other.max)
    return Lowered(Binary("&", left.code, right.code), Text(limit), both(left.guard, right.guard))


def _length(code: Code) -> Code:
    if isinstance(code, Literal) and isinstance(code.value, str):
        return Literal(len(code.value))
    return call("length", code)


def _starts(scope: Scope, text: Lowered, affix: Lowered) -> Code:
    if holds(Guard.PREFIX_SCOPE, False):
        return call("contains", text.code, affix.code)
    return scope.shared(affix.code, lambda one: Binary("=", call("substring", text.code, ZERO, _length(one)), one))


def _ends(scope: Scope, text: Lowered, affix: Lowered) -> Code:
    def use(whole: Code, end: Code) -> Code:
        start = Binary("-", _length(whole), _length(end))
        fits = Binary(">=", _length(whole), _length(end))
        return both(fits, Binary("=", call("substring", whole, start), end)) or fits

    return scope.shared(text.code, lambda whole: scope.shared(affix.code, lambda end: use(whole, end)))


def _without_prefix(scope: Scope, text: Lowered, affix: Lowered) -> Code:
    def use(whole: Code, start: Code) -> Code:
        rest = call("substring", whole, _length(start))
        return Conditional(_starts(scope, Lowered(whole, Text()), Lowered(start, Text())), rest, whole)

    return scope.shared(text.code, lambda whole: scope.shared(affix.code, lambda start: use(whole, start)))


def _without_suffix(scope: Scope, text: Lowered, affix: Lowered) -> Code:
    def use(whole: Code, end: Code) -> Code:
        rest = call("substring", whole, ZERO, Binary("-", _length(whole), _length(end)))
        return Conditional(_ends(scope, Lowered(whole, Text()), Lowered(end, Text())), rest, whole)

    return scope.shared(text.code, lambda whole: scope.shared(affix.code, lambda end: use(whole, end)))


def _split(_: Scope, text: Lowered, mark: Lowered) -> Code:
    return call("split", text.code, mark.code)


def _found(scope: Scope, text: Lowered, part: Lowered) -> Code:
    def use(whole: Code) -> Code:
        before = call("length", call("substringBefore", whole, part.code))
        return Conditional(call("contains", whole, part.code), before, Literal(-1))

    return scope.shared(text.code, use)


def _is_ascii(_: Scope, text: Lowered, *_rest: Lowered) -> Code:
    return call("not", call("contains", text.code, _NOT_ASCII))


def _bound(*types: Type) -> int | None:
    """The most characters of the first type."""
    first = types[0]
    return first.max if isinstance(first, Text) else None


def _replaced(*types: Type) -> Type:
    text, _, new = types
    assert isinstance(text, Text)
    assert isinstance(new, Text)
    # Each character that is replaced is one at least, and becomes all of the new text.
    return Text(None if text.max is None or new.max is None else text.max * max(1, new.max))


def _joined(*types: Type) -> Type:
    mark, parts = types
    assert isinstance(mark, Text)
    assert isinstance(parts, Array)
    one = total(mark.max, _bound(parts.item))
    empty = parts.max == 0
    return Text(0 if empty else None if parts.max is None or one is None else parts.max * one)


def _pieces(*types: Type) -> Type:
    limit = _bound(*types)
    return Array(Text(limit), total(limit, 1))


def _padded(*types: Type) -> Type:
    width = types[1]
    assert isinstance(width, Int)
    return Text(largest(_bound(*types), width.hi))


def _cased(function: str) -> Template:
    return lambda _, text: call(function, text.code)


def _padding(scope: Scope, text: Lowered, width: Lowered) -> Code:
    return call("pad", text.code, width.code)


def _padding_left(scope: Scope, text: Lowered, width: Lowered) -> Code:
    assert isinstance(width.code, Literal)
    assert isinstance(width.code.value, int)
    return call("pad", text.code, Literal(-width.code.value))


ENTRIES = (
    Entry("s.startswith(p)", {"s": TEXT, "p": TEXT}, _starts, lambda *_: Bool()),
    Entry("s.endswith(p)", {"s": TEXT, "p": TEXT}, _ends, lambda *_: Bool()),
    Entry("s.removeprefix(p)", {"s": TEXT, "p": TEXT}, _without_prefix, lambda s, p: s),
    Entry("s.removesuffix(p)", {"s": TEXT, "p": TEXT}, _without_suffix, lambda s, p: s),
    Entry("s.split(m)", {"s": TEXT, "m": LITERAL}, _split, _pieces),
    Entry(
        "s.replace(m, r)",
        {"s": TEXT, "m": LITERAL, "r": TEXT},
        # $replace gives `$` in the new text a meaning of its own, in some evaluators.
        lambda _, s, m, r: call("join", call("split", s.code, m.code), r.code),
        _replaced,
    ),
    Entry("m.join(xs)", {"m": TEXT, "xs": TEXTS}, lambda _, m, xs: call("join", xs.code, m.code), _joined),
    Entry("s.find(m)", {"s": TEXT, "m": LITERAL}, _found, lambda *_: Int(-1, MAX_LENGTH)),
    Entry(
        "s.count(m)",
        {"s": TEXT, "m": LITERAL},
        lambda _, s, m: Binary("-", call("count", call("split", s.code, m.code)), Literal(1)),
        lambda *_: Int(0, MAX_LENGTH),
    ),
    Entry("s.isascii()", {"s": TEXT}, _is_ascii, lambda _: Bool()),
    # Outside ASCII the evaluators have tables of their own: `\u0130`, `\u00df` and a final sigma differ.
    Entry("s.upper()", {"s": TEXT}, _cased("uppercase"), lambda s: s, _is_ascii, Guard.ASCII_CASE),
    Entry("s.lower()", {"s": TEXT}, _cased("lowercase"), lambda s: s, _is_ascii, Guard.ASCII_CASE),
    Entry("s.ljust(w)", {"s": TEXT, "w": NATURAL}, _padding, _padded),
    Entry("s.rjust(w)", {"s": TEXT, "w": NATURAL}, _padding_left, _padded),
    Entry("len(s)", {"s": TEXT}, lambda _, s: call("length", s.code), lambda s: Int(0, s.max or MAX_LENGTH)),
)
