"""Light type inference: the kind of an expression, from annotations, literals, constructors and activities.

rows = await load(key)      # @app.activity def load(key: str) -> list[Row]
ids = {row.id for row in rows}          the kind of `ids` is a set of str, if Row says `id: str`
"""

import ast
from typing import Final, final

from portable_faas.compiler import kinds
from portable_faas.compiler.annotated import annotation, called, field, instance, is_context, returned
from portable_faas.compiler.builtin import of_builtin, of_library, of_method
from portable_faas.compiler.flow import DEFINE, Flow, Op
from portable_faas.compiler.kinds import NONE, SCALAR, UNKNOWN, Kind, a_dict, a_list, an_iterator, join
from portable_faas.compiler.names import (
    Activity,
    AppObject,
    External,
    Function,
    Helper,
    Klass,
    Orchestrator,
    Program,
    Value,
    is_exception_name,
)
from portable_faas.compiler.operations import of_context, of_entity, of_orchestrator

_ROUNDS: Final = 8  # a kind grows by one part at a time, and deeper ones are of no use
_CONSTANTS: Final = {bool: kinds.BOOL, int: kinds.INT, float: kinds.FLOAT, str: kinds.STR, bytes: kinds.BYTES}
_LIVE: Final = {list: a_list(), dict: a_dict(), set: Kind("set", (UNKNOWN,)), **_CONSTANTS}


@final
class Types:
    """The kinds in one function; without a flow, of a module's own variables."""

    def __init__(self, program: Program, function: Function, flow: Flow | None) -> None:
        self.program = program
        self.function = function
        self.flow = flow
        self._kinds: dict[int, Kind] = {}
        self._defined: dict[int, Kind] = {}
        self._met_unsolved = False
        if flow is not None:
            self._solve(flow)

    def _solve(self, flow: Flow) -> None:
        """Find the kind of every definition; in a loop they depend on each other, so this goes round until all hold."""
        ops = [flow.ops[index] for index in flow.definitions if flow.ops[index].kind == DEFINE]
        for _ in range(_ROUNDS):
            self._kinds.clear()
            self._met_unsolved = changed = False
            for op in ops:
                found = self._define(op)
                changed = changed or self._defined.get(id(op)) != found
                self._defined[id(op)] = found
            if not changed or not self._met_unsolved:
                return
        self._kinds.clear()
        self._defined = {id(op): UNKNOWN for op in ops}

    def of(self, node: ast.expr | None) -> Kind:
        """The kind of an expression."""
        if node is None:
            return NONE
        key = id(node)
        if key not in self._kinds:
            method = getattr(self, "of_" + type(node).__name__, None)
            self._kinds[key] = method(node) if method else UNKNOWN
        return self._kinds[key]

    # names

    def of_Name(self, node: ast.Name) -> Kind:
        """Of a name: from the definitions that reach it (all, where no way leads to it), else from what it means."""
        index = self.flow.of_node.get(id(node)) if self.flow else None
        if self.flow is not None and index is not None and self.flow.ops[index].name:
            found = [self.defined(op) for op in self.flow.read_by(node) or self.flow.given(node.id)]
            self._met_unsolved = self._met_unsolved or None in found
            return join([kind for kind in found if kind is not None] or [NONE]) if found else UNKNOWN
        if node in self.function.scope.inner:
            return UNKNOWN
        return self.meant(node)

    def meant(self, node: ast.expr) -> Kind:
        """Of a name or dotted name that is not a local variable."""
        match self.program.meaning(self.function, node):
            case Activity(function=function):
                return Kind("activity", (returned(self.program, function),))
            case Orchestrator(function=function):
                return Kind("orchestrator", (returned(self.program, function),))
            case Helper(function=function):
                return Kind("local", function=function)
            case Klass() as klass:
                return Kind("class", klass=klass)
            case AppObject():
                return Kind("app")
            case Value() as value:
                return of_value(self.program, value)
            case External(dotted=dotted) if is_exception_name(dotted):
                return Kind("class", dotted=dotted)
            case _:
                return UNKNOWN

    def defined(self, op: Op) -> Kind | None:
        """The kind that a definition gives its name; None for a deletion, or while it is not known yet."""
        return self._defined.get(id(op))

    def _define(self, op: Op) -> Kind:
        match op.how:
            case "parameter":
                return self.parameter(op.node)
            case "assign" | "moved":
                return self.of(op.value)
            case "item" | "for" | "for item":
                return self._taken(op)
            case "annotated" if isinstance(op.node, ast.AnnAssign):
                declared = annotation(self.program, self.function, op.node.annotation)
                return declared if declared != UNKNOWN else self.of(op.value)
            case "rest" | "except":
                return a_list() if op.how == "rest" else Kind("exception")
            case "class":
                found = self.program.bound(self.function, op.name)
                return Kind("class", klass=found if isinstance(found, Klass) else None)
            case "augment" if isinstance(op.node, ast.AugAssign):
                return _arithmetic(op.node.op, self.of(op.node.target), self.of(op.value))
            case "def" if isinstance(op.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return self._nested(op.node)
            case "with":
                return self.of(op.value) if self.of(op.value).tag == "file" else UNKNOWN
            case _:
                return UNKNOWN

    def _taken(self, op: Op) -> Kind:
        """Of a name that gets one element."""
        if op.how == "item":
            return _part(self.of(op.value), op.index)
        element = self.of(op.value).element
        return _part(element, op.index) if op.how == "for item" else element

    def _nested(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Kind:
        return Kind("local", function=self.program.function(self.function, node))

    def parameter(self, node: ast.AST) -> Kind:
        """Of a parameter: by its annotation; the first of an orchestrator, or ``ctx``, is the context."""
        if not isinstance(node, ast.arg):
            return UNKNOWN
        if is_context(self.program, self.function, node):
            return Kind("context")
        arguments = getattr(self.function.node, "args", None)
        if arguments is not None and node is arguments.vararg:
            return Kind("many", (annotation(self.program, self.function, node.annotation),))
        if arguments is not None and node is arguments.kwarg:
            return a_dict(kinds.STR, annotation(self.program, self.function, node.annotation))
        return annotation(self.program, self.function, node.annotation)

    # expressions

    def of_Constant(self, node: ast.Constant) -> Kind:
        """Of a literal."""
        if isinstance(node.value, complex):
            return Kind("foreign", dotted="complex")
        return NONE if node.value is None else _CONSTANTS.get(type(node.value), UNKNOWN)

    def of_JoinedStr(self, _node: ast.JoinedStr) -> Kind:
        """Of an f-string."""
        return kinds.STR

    def of_List(self, node: ast.List) -> Kind:
        """Of a list display."""
        return Kind("list", self._elements(node.elts))

    def of_Set(self, node: ast.Set) -> Kind:
        """Of a set display."""
        return Kind("set", self._elements(node.elts))

    def _elements(self, elts: list[ast.expr]) -> tuple[Kind, ...]:
        found = [self.of(each.value).element if isinstance(each, ast.Starred) else self.of(each) for each in elts]
        return (join(found),) if found else ()

    def of_Tuple(self, node: ast.Tuple) -> Kind:
        """Of a tuple display."""
        if any(isinstance(each, ast.Starred) for each in node.elts):
            return Kind("many", self._elements(node.elts))
        return Kind("tuple", tuple(self.of(each) for each in node.elts))

    def of_Dict(self, node: ast.Dict) -> Kind:
        """Of a dict display."""
        if not node.keys:
            return Kind("dict")
        if None in node.keys:
            return a_dict()
        return a_dict(join(self.of(key) for key in node.keys), join(self.of(value) for value in node.values))

    def of_ListComp(self, node: ast.ListComp) -> Kind:
        """Of a list comprehension."""
        return a_list(self.of(node.elt))

    def of_SetComp(self, node: ast.SetComp) -> Kind:
        """Of a set comprehension."""
        return Kind("set", (self.of(node.elt),))

    def of_DictComp(self, node: ast.DictComp) -> Kind:
        """Of a dict comprehension."""
        return a_dict(self.of(node.key), self.of(node.value))

    def of_GeneratorExp(self, node: ast.GeneratorExp) -> Kind:
        """Of a generator expression."""
        return an_iterator(self.of(node.elt), "generator expression")

    def of_Lambda(self, _node: ast.Lambda) -> Kind:
        """Of a lambda."""
        return Kind("local")

    def of_NamedExpr(self, node: ast.NamedExpr) -> Kind:
        """Of a walrus."""
        return self.of(node.value)

    def of_IfExp(self, node: ast.IfExp) -> Kind:
        """Of a conditional expression."""
        return join([self.of(node.body), self.of(node.orelse)])

    def of_BoolOp(self, node: ast.BoolOp) -> Kind:
        """Of `and` and `or`."""
        return join(self.of(value) for value in node.values)

    def of_Compare(self, _node: ast.Compare) -> Kind:
        """Of a comparison."""
        return kinds.BOOL

    def of_UnaryOp(self, node: ast.UnaryOp) -> Kind:
        """Of `not`, `-`, `+` and `~`."""
        return kinds.BOOL if isinstance(node.op, ast.Not) else self.of(node.operand)

    def of_BinOp(self, node: ast.BinOp) -> Kind:
        """Of arithmetic, and of `+`, `|`, `&`, `-` on containers."""
        return _arithmetic(node.op, self.of(node.left), self.of(node.right))

    def of_Await(self, node: ast.Await) -> Kind:
        """Of what an await gives."""
        kind = self.of(node.value)
        return kind.parts[0] if kind.tag == "call" and kind.parts else UNKNOWN

    def of_Subscript(self, node: ast.Subscript) -> Kind:
        """Of an item or slice."""
        kind = self.of(node.value)
        if isinstance(node.slice, ast.Slice):
            return kind if kind.tag in ("list", "str", "many") else UNKNOWN
        if kind.tag == "dict":
            return kind.parts[1] if len(kind.parts) == 2 else UNKNOWN
        if kind.tag == "tuple" and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
            return _part(kind, node.slice.value)
        return kind.element if kind.tag in ("list", "many", "tuple", "str") else UNKNOWN

    def of_Attribute(self, node: ast.Attribute) -> Kind:
        """Of a field of a record, a member of an enum, a part of the context."""
        kind = self.of(node.value)
        if kind.tag == "context":
            return {"log": Kind("log"), "instance_id": kinds.STR, "version": kinds.STR}.get(node.attr, UNKNOWN)
        if kind.tag == "entity":
            return kinds.STR if node.attr == "key" else UNKNOWN
        if kind.tag == "class" and kind.klass is not None and kind.klass.shape == "enum":
            return Kind("enum", klass=kind.klass)
        if kind.tag == "record" and kind.klass is not None:
            return field(self.program, kind.klass, node.attr)
        if kind.tag == "class":
            return UNKNOWN
        return self.meant(node)

    def of_Call(self, node: ast.Call) -> Kind:
        """Of a call: by what is called."""
        kind = self.of(node.func)
        if kind.tag in ("activity", "orchestrator"):
            return Kind("call", kind.parts)
        if kind.tag == "local" and kind.function is not None:
            return called(self.program, kind.function)
        if kind.tag == "class":
            return self._instance(kind)
        meaning = self.program.meaning(self.function, node.func)
        if isinstance(meaning, External) and meaning.dotted == "builtins.getattr":
            return self.meant(node)
        if isinstance(meaning, External):
            return self._library(meaning.dotted, node)
        if isinstance(node.func, ast.Attribute):
            return self._method(node.func, node)
        return UNKNOWN

    def _instance(self, kind: Kind) -> Kind:
        if kind.klass is None:
            return Kind("exception") if kind.dotted else UNKNOWN
        return instance(kind.klass)

    def _library(self, dotted: str, node: ast.Call) -> Kind:
        args = [self.of(arg.value if isinstance(arg, ast.Starred) else arg) for arg in node.args]
        if dotted.startswith("builtins."):
            return of_builtin(dotted.removeprefix("builtins."), args)
        return of_library(dotted, args, [keyword.arg or "" for keyword in node.keywords])

    def _method(self, func: ast.Attribute, node: ast.Call) -> Kind:
        receiver = self.of(func.value)
        if receiver.tag == "context":
            return of_context(self, func.attr, node)
        if receiver.tag == "activity":
            return receiver if func.attr == "using" else UNKNOWN
        if receiver.tag == "orchestrator":
            return of_orchestrator(receiver, func.attr)
        if receiver.tag in ("entity", "unknown"):
            return of_entity(self, receiver, func.attr, node)
        if receiver.tag == "record" and receiver.klass is not None:
            method = self.program.method(receiver.klass, func.attr)
            return called(self.program, method) if method else UNKNOWN
        if receiver.tag == "foreign":
            return Kind("foreign", dotted=f"{receiver.dotted}.{func.attr}")
        return of_method(receiver, func.attr, [self.of(arg) for arg in node.args])


def _part(kind: Kind, index: int | None) -> Kind:
    if kind.tag == "tuple" and index is not None and -len(kind.parts) <= index < len(kind.parts):
        return kind.parts[index]
    return kind.element if kind.tag != "tuple" else UNKNOWN


def _arithmetic(operator: ast.operator, left: Kind, right: Kind) -> Kind:
    if left.tag == "str" and isinstance(operator, (ast.Add, ast.Mod, ast.Mult)):
        return kinds.STR
    if left.tag in ("list", "many") and right.tag == left.tag:
        return join([left, right])
    if left.tag == "list" and isinstance(operator, ast.Mult):
        return left
    if left.tag == "set" and isinstance(operator, (ast.BitOr, ast.BitAnd, ast.Sub, ast.BitXor)):
        return left
    if left.tag == "view" and isinstance(operator, (ast.BitOr, ast.BitAnd, ast.Sub, ast.BitXor)):
        return Kind("set", (left.element,))
    if left.tag == "dict" and isinstance(operator, ast.BitOr):
        return join([left, right])
    numbers = ("bool", "int", "float", "scalar")
    if left.tag == right.tag == "int":
        return SCALAR if isinstance(operator, (ast.Div, ast.Pow)) else kinds.INT
    return SCALAR if left.tag in numbers and right.tag in numbers else UNKNOWN


def of_value(program: Program, value: Value) -> Kind:
    """Of a variable of a module or an enclosing function: by its live type, else by its one assignment."""
    if value.live is not None:
        return _live_kind(value.live)
    match value.binder:
        case ast.AnnAssign(annotation=written, value=given):
            declared = annotation(program, value.context, written)
            return declared if declared != UNKNOWN else Types(program, value.context, None).of(given)
        case ast.Assign(value=given, targets=[ast.Name()]):
            return Types(program, value.context, None).of(given)
        case ast.arg() as parameter if is_context(program, value.context, parameter):
            return Kind("context")  # a nested helper that uses the context of the function around it
        case _:
            return UNKNOWN


def _live_kind(found: type) -> Kind:
    if found in _LIVE:
        return _LIVE[found]
    return Kind("foreign", dotted=f"{found.__module__}.{found.__qualname__}".removeprefix("builtins."))
