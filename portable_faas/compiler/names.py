"""What a name stands for: an activity, a helper of the program, a class, something imported, a module's value.

The text is read first, so `from time import time as t` makes `t` mean `time.time`. A `World` may know more than
the text: the checker of a live app looks at the objects themselves, the checker of a text alone knows nothing more.
"""

import ast
import builtins
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from types import FunctionType
from typing import Any, Final, Protocol, final

from portable_faas.compiler.scope import Scope, arguments, scope_of
from portable_faas.compiler.source import Def, Module
from portable_faas.syntax import parse

MISSING: Final = object()


@final
@dataclass(eq=False)
class Function:
    """A function of the program, or a module or class body seen as one; ``owner`` encloses it.

    A closure that a decorator made is one for each function that was decorated; ``place`` says where it is found.
    """

    module: Module
    node: Def | ast.Module
    owner: "Function | None" = None
    live: FunctionType | None = None
    namespace: dict[str, Any] | None = field(default=None, repr=False)
    place: str = ""
    label: str = ""

    @cached_property
    def scope(self) -> Scope:
        """What the body binds."""
        return scope_of(self.node)

    @property
    def name(self) -> str:
        """The name of the ``def``; of a closure, the one that it was found by."""
        return self.label or ("<module>" if isinstance(self.node, ast.Module) else self.node.name)

    @property
    def is_async(self) -> bool:
        """Whether it is an ``async def``."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    @cached_property
    def parameters(self) -> tuple[ast.arg, ...]:
        """Every parameter, in order."""
        return () if isinstance(self.node, ast.Module) else tuple(arguments(self.node.args))


@final
@dataclass(frozen=True)
class Activity:
    """A declared activity; ``function`` is None where its source is not at hand."""

    name: str
    function: Function | None = None


@final
@dataclass(frozen=True)
class Orchestrator:
    """A declared orchestrator; ``function`` is None where its source is not at hand."""

    name: str
    function: Function | None = None


@final
@dataclass(frozen=True)
class Helper:
    """A plain function of the program, ``def`` or ``async def``."""

    function: Function


@final
@dataclass(frozen=True)
class Klass:
    """A class of the program; ``entity`` says that an app declares it as an entity type.

    shape: dataclass, frozen, enum, tuple, typed_dict, model, exception, plain, unknown
    """

    name: str
    shape: str
    node: ast.ClassDef | None = None
    context: Function | None = None
    entity: bool = False

    @property
    def is_local(self) -> bool:
        """Whether a function makes it anew each time it runs."""
        return self.context is not None and not isinstance(self.context.node, ast.Module)


@final
@dataclass(frozen=True)
class External:
    """Something of another package by its dotted name; ``known`` when it is surely not the program's own."""

    dotted: str
    known: bool = False


@final
@dataclass(frozen=True)
class Value:
    """A variable of a module or of an enclosing function; ``binder`` assigns it, ``live`` is its type in a live app."""

    context: Function
    binder: ast.AST | None
    live: type | None = None


@final
@dataclass(frozen=True)
class AppObject:
    """An ``App``."""


@final
@dataclass(frozen=True)
class Local:
    """A variable, parameter or the like of ``function``."""

    function: Function


@final
@dataclass(frozen=True)
class Unknown:
    """Nothing is known."""


Meaning = Activity | Orchestrator | Helper | Klass | External | Value | AppObject | Local | Unknown
UNKNOWN: Final = Unknown()


class World(Protocol):
    """What is known beyond the text."""

    def refine(self, program: "Program", function: Function, name: str, text: Meaning) -> Meaning:
        """The meaning of a module-level or captured ``name``, given what the text says."""

    def member(self, program: "Program", of: External, name: str) -> Meaning:
        """The meaning of ``of.name``."""

    def annotation_problem(self, function: Function, parameter: str) -> str | None:
        """Why the type of a parameter, or of ``return``, cannot cross, with what to write; None if it can."""


@final
class TextOnly:
    """Knows nothing but the text."""

    def refine(self, program: "Program", function: Function, name: str, text: Meaning) -> Meaning:
        """What the text says."""
        return text

    def member(self, program: "Program", of: External, name: str) -> Meaning:
        """The dotted name."""
        return External(f"{of.dotted}.{name}", of.known)

    def annotation_problem(self, function: Function, parameter: str) -> str | None:
        """Nothing: a text is not evaluated."""
        return None


@final
class Program:
    """Resolves names across the files of one program, and gives each function exactly one ``Function``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._functions: dict[tuple[int, int], Function] = {}
        self._closures: dict[int, Function] = {}
        self._factories: dict[int, Function] = {}
        self._tops: dict[int, Function] = {}
        self._resolved: dict[tuple[int, str], Meaning] = {}
        self.annotated: dict[tuple[int, int], tuple[ast.expr, Any]] = {}
        self.effects: dict[Function, Any] = {}
        self.keeping: dict[Function, frozenset[tuple[str, str]]] = {}
        self.copying: dict[Function, bool] = {}
        self.holding: dict[tuple[Function, str], int] = {}
        self.asked: list[tuple[Function, str]] = []
        self.making: dict[Function, bool] = {}

    def top(self, module: Module, namespace: dict[str, Any] | None = None) -> Function:
        """The body of ``module``."""
        if id(module) not in self._tops:
            self._tops[id(module)] = Function(module, module.tree, None, None, namespace)
        found = self._tops[id(module)]
        found.namespace = found.namespace or namespace
        return found

    def function(self, owner: Function, node: Def) -> Function:
        """The function that ``node`` defines inside ``owner``."""
        key = id(owner), id(node)
        if key not in self._functions:
            self._functions[key] = Function(owner.module, node, owner)
        return self._functions[key]

    def closure(self, function: Function, live: FunctionType, place: str) -> Function:
        """One of the closures that the text of ``function`` makes; ``place`` is where it was found first."""
        if id(live) not in self._closures:
            label = place.rpartition(":")[2].rpartition(".")[2]
            made = Function(function.module, function.node, function.owner, live, place=place, label=label)
            self._closures[id(live)] = made
        return self._closures[id(live)]

    def locate(self, owner: Function, node: Def) -> Function:
        """The function that ``node`` defines somewhere below ``owner``."""
        for nested in [*owner.scope.nested, *_class_functions(owner)]:
            if nested is node:
                return self.function(owner, node)
            if nested.lineno <= node.lineno <= (nested.end_lineno or 0):
                return self.locate(self.function(owner, nested), node)
        return self.function(owner, node)

    def functions(self, owner: Function) -> Iterator[Function]:
        """Every function defined below ``owner``, at any depth, also the methods of classes."""
        for node in owner.scope.nested:
            found = self.function(owner, node)
            yield found
            yield from self.functions(found)
        for binders in owner.scope.bindings.values():
            for klass in binders:
                if isinstance(klass, ast.ClassDef):
                    yield from self._methods(owner, klass)

    def _methods(self, owner: Function, klass: ast.ClassDef) -> Iterator[Function]:
        for node in klass.body:
            if isinstance(node, Def):
                found = self.function(owner, node)
                yield found
                yield from self.functions(found)

    def method(self, klass: Klass, name: str) -> Function | None:
        """The method ``name`` of a class of the program, also an inherited one."""
        if klass.node is None or klass.context is None:
            return None
        for node in klass.node.body:
            if isinstance(node, Def) and node.name == name:
                return self.function(klass.context, node)
        for base in klass.node.bases:
            above = self.meaning(klass.context, base)
            if isinstance(above, Klass) and above != klass:
                return self.method(above, name)
        return None

    def factories(self, klass: Klass) -> Function | None:
        """What the fields of a dataclass call for their defaults, as the body of a function."""
        if klass.node is None or klass.context is None:
            return None
        if id(klass.node) not in self._factories:
            self._factories[id(klass.node)] = Function(klass.context.module, _factories(klass.node), klass.context)
        return self._factories[id(klass.node)]

    def resolve(self, function: Function, name: str) -> Meaning:
        """What ``name`` stands for inside ``function``."""
        key = (id(function), name)
        if key not in self._resolved:
            self._resolved[key] = UNKNOWN  # a definition in terms of itself means nothing
            self._resolved[key] = self._resolve(function, name)
        return self._resolved[key]

    def _resolve(self, function: Function, name: str) -> Meaning:
        place: Function | None = function
        if name in function.scope.globals:
            place = _top_of(function)
        while place is not None and name not in place.scope.bindings:
            place = place.owner
        if place is None:
            text: Meaning = External(f"builtins.{name}", True) if hasattr(builtins, name) else UNKNOWN
            return self.world.refine(self, function, name, text)
        text = self.bound(place, name)
        if place is function and isinstance(text, Value):
            return Local(place)
        return text if place is function else self.world.refine(self, function, name, text)

    def bound(self, place: Function, name: str) -> Meaning:
        """What ``name``, which ``place`` binds, stands for by the text."""
        if name not in place.scope.bindings:
            return UNKNOWN
        binders = place.scope.bindings[name]
        binder = binders[-1]
        kinds = {type(each) for each in binders}
        if len(kinds) > 1 and not kinds <= {ast.Import, ast.ImportFrom}:
            return Value(place, None)
        match binder:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return self._declared(place, binder)
            case ast.ClassDef():
                return Klass(binder.name, self._shape(place, binder), binder, place, self.is_entity(place, binder))
            case ast.Import() | ast.ImportFrom():
                return External(*_imported(binder, name, place.module))
            case ast.Assign(value=value) if len(binders) == 1:
                return self._assigned(place, binder, value)
            case _:
                return Value(place, binder if len(binders) == 1 else None)

    def _assigned(self, place: Function, binder: ast.AST, value: ast.expr) -> Meaning:
        if isinstance(place.node, ast.Module) and isinstance(value, (ast.Name, ast.Attribute)):
            same = self.meaning(place, value)
            return Value(place, binder) if isinstance(same, (Unknown, Local)) else same
        if isinstance(value, ast.Call):
            called = self.meaning(place, value.func)
            if isinstance(called, External) and called.dotted in ("portable_faas.App", "portable_faas.app.App"):
                return AppObject()
        return Value(place, binder)

    def _declared(self, place: Function, node: Def) -> Meaning:
        found = self.function(place, node)
        for decorator in node.decorator_list:
            what = self.declares(place, decorator)
            if what == "activity":
                return Activity(node.name, found)
            if what == "orchestrator":
                return Orchestrator(node.name, found)
        known = all(self._keeps_function(place, each) for each in node.decorator_list)
        return Helper(found) if known else UNKNOWN

    def _keeps_function(self, place: Function, decorator: ast.expr) -> bool:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        meaning = self.meaning(place, called)
        return isinstance(meaning, External) and meaning.dotted in (
            "functools.cache",
            "functools.lru_cache",
            "typing.no_type_check",
            "builtins.staticmethod",
        )

    def is_entity(self, place: Function, node: ast.ClassDef) -> bool:
        """Whether an app declares the class as an entity type."""
        return any(self.declares(place, decorator) == "entity" for decorator in node.decorator_list)

    def declares(self, place: Function, decorator: ast.expr) -> str:
        """``"activity"``, ``"orchestrator"`` or ``"entity"`` for a decorator of an app, else the empty text."""
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not isinstance(called, ast.Attribute) or called.attr not in ("activity", "orchestrator", "entity"):
            return ""
        app = self.meaning(place, called.value)
        imported = isinstance(app, External) and not app.known
        return called.attr if isinstance(app, AppObject) or imported else ""

    def _shape(self, place: Function, node: ast.ClassDef) -> str:
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if self.declares(place, decorator) == "entity":
                return "dataclass"
            if self.dotted(place, called) != "dataclasses.dataclass":
                return "unknown"
            return "frozen" if _is_frozen(decorator) else "dataclass"
        bases = [self._base_shape(place, base) for base in node.bases]
        return next((shape for shape in bases if shape != "plain"), "plain")

    def _base_shape(self, place: Function, base: ast.expr) -> str:
        if isinstance(base, ast.Subscript):
            base = base.value
        match self.meaning(place, base):
            case Klass(shape=shape):
                return shape
            case External(dotted=dotted):
                return _external_shape(dotted)
            case _:
                return "unknown"

    def meaning(self, function: Function, node: ast.expr) -> Meaning:
        """What a name, dotted name or `getattr` of one stands for; Unknown for any other expression."""
        if isinstance(node, ast.Name):
            return UNKNOWN if node in function.scope.inner else self.resolve(function, node.id)
        if isinstance(node, ast.Attribute):
            of = self.meaning(function, node.value)
            if isinstance(of, External):
                return self.world.member(self, of, node.attr)
        if isinstance(node, ast.Call):
            return self._got(function, node)
        return UNKNOWN

    def _got(self, function: Function, node: ast.Call) -> Meaning:
        """What `getattr(time, "time")` stands for."""
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[of, ast.Constant(value=str(name)), *_]):
                module = self.meaning(function, of)
                if isinstance(module, External) and self.dotted(function, node.func) == "getattr":
                    return self.world.member(self, module, name)
        return UNKNOWN

    def decorated(self, function: Function, node: ast.expr) -> tuple[str, ...] | None:
        """The dotted decorators of a function of the same text that ``node`` names."""
        place: Function | None = function
        while place is not None and isinstance(node, ast.Name):
            for binder in place.scope.bindings.get(node.id, ()):
                if isinstance(binder, Def):
                    return tuple(self.dotted(place, each) for each in binder.decorator_list)
            place = place.owner
        return None

    def dotted(self, function: Function, node: ast.expr) -> str:
        """The dotted name of something imported or built in, else the empty text."""
        found = self.meaning(function, node)
        return found.dotted.removeprefix("builtins.") if isinstance(found, External) else ""


def _factories(klass: ast.ClassDef) -> ast.FunctionDef:
    calls = [
        keyword.value
        for node in klass.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Call)
        for keyword in node.value.keywords
        if keyword.arg == "default_factory"
    ]
    made = parse(f"def {klass.name}(): pass").body[0]
    assert isinstance(made, ast.FunctionDef)
    made.body.extend(ast.copy_location(ast.Expr(call), call) for call in calls)
    return ast.copy_location(made, klass)


def _class_functions(owner: Function) -> list[Def]:
    return [
        node
        for binders in owner.scope.bindings.values()
        for klass in binders
        if isinstance(klass, ast.ClassDef)
        for node in klass.body
        if isinstance(node, Def)
    ]


def _top_of(function: Function) -> Function:
    while function.owner is not None:
        function = function.owner
    return function


def _imported(node: ast.Import | ast.ImportFrom, name: str, module: Module) -> tuple[str, bool]:
    for alias in node.names:
        if (alias.asname or alias.name.partition(".")[0]) != name:
            continue
        if isinstance(node, ast.Import):
            dotted = alias.name if alias.asname else name
        else:
            dotted = "." * node.level + f"{node.module or ''}.{alias.name}".lstrip(".")
        return dotted, dotted.partition(".")[0] in sys.stdlib_module_names
    return name, False


def _is_frozen(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and any(
        keyword.arg == "frozen" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
        for keyword in decorator.keywords
    )


_SHAPES: Final = {
    "typing.NamedTuple": "tuple",
    "typing.TypedDict": "typed_dict",
    "typing_extensions.TypedDict": "typed_dict",
    "pydantic.BaseModel": "model",
    "builtins.object": "plain",
    "typing.Generic": "plain",
}
_ENUMS: Final = ("enum.Enum", "enum.StrEnum", "enum.IntEnum", "enum.Flag", "enum.IntFlag")


def _external_shape(dotted: str) -> str:
    if dotted in _SHAPES:
        return _SHAPES[dotted]
    if dotted in _ENUMS:
        return "enum"
    last = dotted.rpartition(".")[2]
    if is_exception_name(dotted):
        return "exception"
    return "exception" if last.endswith(("Error", "Exception")) else "unknown"


def is_exception_name(dotted: str) -> bool:
    """Whether ``builtins.X`` is an exception class."""
    found = getattr(builtins, dotted.removeprefix("builtins."), None)
    return dotted.startswith("builtins.") and isinstance(found, type) and issubclass(found, BaseException)
