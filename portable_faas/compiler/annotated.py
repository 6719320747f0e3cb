"""What annotations promise: the kinds of parameters, results and fields.

def load(key: str) -> list[Row]      `key` is a str, the result a list of Row
"""

import ast
from typing import Any, Final

from portable_faas.compiler import kinds
from portable_faas.compiler.builtin import ANNOTATIONS, NOT_PORTABLE
from portable_faas.compiler.kinds import NONE, SCALAR, UNKNOWN, Kind, a_dict, an_entity, an_iterator, join
from portable_faas.compiler.names import External, Function, Klass, Program, Value, is_exception_name
from portable_faas.compiler.source import own_nodes
from portable_faas.syntax import parse

CONTEXTS: Final = ("portable_faas.Context", "portable_faas.context.Context")
ENTITY: Final = "portable_faas.context.entities.EntityRef"


def instance(klass: Klass) -> Kind:
    """An object of ``klass``."""
    if klass.shape in ("exception", "enum"):
        return Kind(klass.shape, klass=klass)
    if klass.shape == "typed_dict":
        return a_dict(kinds.STR)
    return Kind("record", klass=klass)


def called(program: Program, function: Function) -> Kind:
    """What calling a function of the program gives, before any await."""
    if is_generator(function):
        return an_iterator(UNKNOWN, function.name)
    result = returned(program, function)
    return Kind("call", (result,)) if function.is_async else result


def is_generator(function: Function) -> bool:
    """Whether the body yields."""
    return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own_nodes(function.node))


def returned(program: Program, function: Function | None) -> Kind:
    """What the return annotation says."""
    node = function.node if function else None
    if function is None or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return UNKNOWN
    return annotation(program, function.owner or program.top(function.module), node.returns)


def field(program: Program, klass: Klass, name: str) -> Kind:
    """What the class body says of the attribute ``name``."""
    if klass.node is None or klass.context is None:
        return UNKNOWN
    for node in klass.node.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            return annotation(program, klass.context, node.annotation)
    for base in klass.node.bases:
        above = program.meaning(klass.context, base)
        if isinstance(above, Klass) and above != klass:
            return field(program, above, name)
    return UNKNOWN


def is_context(program: Program, function: Function, node: ast.arg) -> bool:
    """Whether a parameter is the context: by annotation, else by its name ``ctx``."""
    if node.annotation is None:
        return node.arg == "ctx"
    written = _unquoted(node.annotation)
    return written is not None and program.dotted(function.owner or function, written) in CONTEXTS


def annotation(program: Program, context: Function, node: ast.expr | None) -> Kind:
    """The kind that an annotation promises; an alias in terms of itself promises nothing where it recurs."""
    if node is None:
        return UNKNOWN
    key = (id(context), id(node))
    if key not in program.annotated:
        program.annotated[key] = (node, UNKNOWN)
        program.annotated[key] = (node, _annotation(program, context, node))
    kind: Kind = program.annotated[key][1]
    return kind


def _annotation(program: Program, context: Function, node: ast.expr) -> Kind:
    written = _unquoted(node)
    match written:
        case None:
            return UNKNOWN
        case ast.Constant(value=None):
            return NONE
        case ast.BinOp(left=left, right=right, op=ast.BitOr()):
            return join([annotation(program, context, left), annotation(program, context, right)])
        case ast.Subscript(value=generic, slice=inside):
            return _generic(program, context, generic, inside.elts if isinstance(inside, ast.Tuple) else [inside])
        case _:
            return _plain(program, context, written)


def _unquoted(node: ast.expr | None) -> ast.expr | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return node


def _plain(program: Program, context: Function, node: ast.expr) -> Kind:
    match program.meaning(context, node):
        case Klass() as klass:
            return instance(klass)
        case External(dotted=dotted):
            plain = dotted.removeprefix("builtins.")
            if is_exception_name(dotted):
                return Kind("exception")
            if dotted in CONTEXTS:
                return Kind("context")
            if dotted == ENTITY:
                return an_entity(UNKNOWN)
            return ANNOTATIONS.get(plain) or (Kind("foreign", dotted=plain) if plain in NOT_PORTABLE else UNKNOWN)
        case Value(binder=ast.Assign(value=alias), context=place):
            return annotation(program, place, alias) if alias is not node else UNKNOWN
        case _:
            return UNKNOWN


def _generic(program: Program, context: Function, generic: ast.expr, inside: list[ast.expr]) -> Kind:
    dotted = program.dotted(context, generic)
    if dotted in ("typing.Optional", "typing.Union", "typing.Annotated", "typing.Final", "typing.ClassVar"):
        wanted = inside[:1] if dotted == "typing.Annotated" else inside
        return join(annotation(program, context, each) for each in wanted)
    if dotted == "typing.Literal":
        return SCALAR
    base = _plain(program, context, generic)
    if base.tag == "entity":
        return an_entity(annotation(program, context, inside[0]))
    if base.tag in ("function", "class", "foreign", "record", "unknown"):
        return base
    parts = [annotation(program, context, each) for each in inside]
    if base.tag == "many" and not (len(inside) == 2 and _is_ellipsis(inside[1])):
        return Kind("tuple", tuple(parts))
    width = 2 if base.tag == "dict" else 1
    return Kind(base.tag, tuple(parts[:width]) if len(parts) >= width else (), dotted=base.dotted)


def _is_ellipsis(node: Any) -> bool:
    return isinstance(node, ast.Constant) and node.value is Ellipsis
