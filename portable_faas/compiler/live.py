"""What a live app knows beyond its text: the objects behind names, in every module of the program.

from shop.pricing import total      # a plain function of shop/pricing.py
total(order)                        # its source is read and checked too
"""

import dataclasses
import sys
import sysconfig
import typing
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from types import BuiltinFunctionType, BuiltinMethodType, FunctionType, ModuleType
from typing import Any, Final, final

from portable_faas.app import Activity as LiveActivity
from portable_faas.app import App
from portable_faas.app import Orchestrator as LiveOrchestrator
from portable_faas.compiler.names import (
    MISSING,
    Activity,
    AppObject,
    External,
    Function,
    Helper,
    Klass,
    Meaning,
    Orchestrator,
    Program,
    Value,
)
from portable_faas.compiler.source import Def, Module, at_line, load, shown
from portable_faas.context.entity_type import ATTRIBUTE
from portable_faas.errors import Diagnostic
from portable_faas.triggers.function import Function as TriggeredFunction
from portable_faas.values import portable

_COROUTINE: Final = 0x80  # inspect.CO_COROUTINE, without the import

# Code below these folders is a library, not part of the user's program.
_FOLDERS: Final = [
    *(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")),
    str(Path(__file__).parent.parent),
]
_LIBRARIES: Final = tuple(f"{Path(folder)}/" for folder in _FOLDERS)


@final
class Live:
    """The world of one app."""

    def __init__(self, app: App) -> None:
        self.app = app
        declared = [each.fn for each in app.orchestrators.values()]
        declared += [each.written for each in app.activities.values()]
        declared += [*(each.fn for each in app.functions.values()), *self._operations()]
        self._files = {fn.__code__.co_filename for fn in declared}
        self._modules: dict[str, ModuleType] = {}
        self._annotated: dict[Callable[..., Any], dict[str, Any] | Exception] = {}

    def roots(self, program: Program) -> tuple[list[tuple[Function, str]], list[Diagnostic]]:
        """The declared functions with their roles, and a problem for each whose source is not found."""
        found: list[tuple[Function, str]] = []
        problems: list[Diagnostic] = []
        for role, declared in (("orchestrator", self.app.orchestrators), ("activity", self.app.activities)):
            for each in declared.values():
                fn = each.written if isinstance(each, LiveActivity) else each.fn
                function = self.function_of(program, fn, self._declared_at(each) if fn.__closure__ else "")
                if isinstance(function, Function):
                    function.label = each.name if function.place else ""
                    found.append((function, role))
                elif role == "orchestrator" or function.problem.startswith("this file"):
                    problems.append(function)
        problems += [_mixed(each) for each in self.app.activities.values() if _is_mixed(each)]
        operations = [self.function_of(program, fn) for fn in self._operations()]
        return [*found, *((each, "operation") for each in operations if isinstance(each, Function))], problems

    def _operations(self) -> list[FunctionType]:
        """The methods that the classes of the entities define themselves."""
        classes = [declared.cls for declared in self.app.entities.values()]
        methods = [each for cls in classes for each in vars(cls).values() if isinstance(each, FunctionType)]
        return [each for each in methods if not each.__code__.co_filename.startswith("<")]  # `dataclass` makes some

    def function_of(self, program: Program, live: Any, place: str = "") -> Function | Diagnostic:
        """The function of the program behind a live one, or why its source is not at hand; ``place`` is where it is."""
        file, line = live.__code__.co_filename, live.__code__.co_firstlineno
        module = load(file)
        if isinstance(module, Diagnostic):
            return module
        node = at_line(module, live.__code__.co_name, line)
        if node is None:
            problem = f"the source of `{live.__name__}` is not found at this line"
            return Diagnostic(shown(file), line, 1, "PF001", problem, "define it with `def` in a file, without `exec`")
        found = program.locate(program.top(module, live.__globals__), node)
        if live.__closure__ and found.owner is not None and isinstance(found.owner.node, Def) and place:
            return program.closure(found, live, place)
        found.live = live
        return found

    def _declared_at(self, declared: Any) -> str:
        """The module and name of an activity or orchestrator, whatever its function says of itself."""
        for module in list(sys.modules.values()):
            if self.is_program(getattr(module, "__file__", None)):
                for name, held in vars(module).items():
                    if held is declared:
                        return f"{module.__name__}:{name}"
        return ""

    def is_program(self, file: str | None) -> bool:
        """Whether a file belongs to the user's program."""
        return file is not None and (file in self._files or not file.startswith((*_LIBRARIES, "<")))

    def annotation_problem(self, function: Function, parameter: str) -> str | None:
        """Why the annotation of a parameter (or ``return``) is not portable; None if it is or is not known."""
        if function.live is None:
            return None
        hints = self._hints(function.live)
        if isinstance(hints, Exception):
            written = function.live.__annotations__.get(parameter)
            return f"it cannot be evaluated: {hints}; write a type that exists" if isinstance(written, str) else None
        return portable(hints[parameter]) if parameter in hints else None

    def _hints(self, live: Callable[..., Any]) -> dict[str, Any] | Exception:
        """The annotations of a function, or what their evaluation raised."""
        if live not in self._annotated:
            try:
                self._annotated[live] = typing.get_type_hints(live, include_extras=True)
            except Exception as error:  # the user's own annotation, evaluated: anything may come out
                self._annotated[live] = error
        return self._annotated[live]

    def refine(self, program: Program, function: Function, name: str, text: Meaning) -> Meaning:
        """The meaning of the object behind a name."""
        found = _object(function, name)
        return text if found is MISSING else self._meaning(program, function, found, text, _place(function, name))

    def member(self, program: Program, of: External, name: str) -> Meaning:
        """The meaning of an attribute of a module or class."""
        text = External(f"{of.dotted}.{name}", of.known)
        module = self._modules.get(of.dotted)
        found = MISSING if module is None or of.known else getattr(module, name, MISSING)
        if found is MISSING or module is None:
            return text
        source = load(str(module.__file__)) if self.is_program(getattr(module, "__file__", None)) else None
        if not isinstance(source, Module):
            return External(text.dotted, True)
        place = f"{module.__name__}:{name}"
        return self._meaning(program, program.top(source, vars(module)), found, text, place)

    def _meaning(self, program: Program, function: Function, found: Any, text: Meaning, place: str) -> Meaning:
        if isinstance(found, App):
            return AppObject()
        if isinstance(found, LiveActivity):
            source = self.function_of(program, found.written)
            return Activity(found.name, source if isinstance(source, Function) else None)
        if isinstance(found, LiveOrchestrator):
            source = self.function_of(program, found.fn)
            return Orchestrator(found.name, source if isinstance(source, Function) else None)
        if isinstance(found, TriggeredFunction):
            return Value(function, None, type(found))
        if isinstance(found, ModuleType):
            # `os.path` is the module posixpath on one machine and ntpath on another; the text says what was meant
            return text if isinstance(text, External) and text.known else self._module(found)
        if isinstance(found, FunctionType):
            return self._function(program, found, text, place)
        if isinstance(found, type):
            return self._class(program, found, text)
        return self._value(program, function, found, text)

    def _value(self, program: Program, function: Function, found: Any, text: Meaning) -> Meaning:
        """A variable of this module, or of the module that the text imports it from."""
        if isinstance(text, External) and not text.known:
            module = sys.modules.get(text.dotted.rpartition(".")[0])
            file = getattr(module, "__file__", None)
            source = load(str(file)) if self.is_program(file) else None
            if isinstance(source, Module) and module is not None:
                text = program.bound(program.top(source, vars(module)), text.dotted.rpartition(".")[2])
        return _of_type(function, found, text)

    def _module(self, found: ModuleType) -> Meaning:
        self._modules[found.__name__] = found
        return External(found.__name__, not self.is_program(getattr(found, "__file__", None) or "<builtin>"))

    def _function(self, program: Program, found: FunctionType, text: Meaning, place: str) -> Meaning:
        if not self.is_program(found.__code__.co_filename):
            return _library(found, text)
        source = self.function_of(program, found, place)
        return Helper(source) if isinstance(source, Function) else text

    def _class(self, program: Program, found: type, text: Meaning) -> Meaning:
        module = sys.modules.get(found.__module__)
        file = getattr(module, "__file__", None)
        if not self.is_program(file):
            return _library(found, text)
        if isinstance(text, Klass):
            shape = text.shape if text.shape != "unknown" else _shape(found)
            return dataclasses.replace(text, shape=shape, entity=ATTRIBUTE in vars(found))
        source = load(str(file))
        if isinstance(source, Module) and "." not in found.__qualname__:
            top = program.top(source, vars(module))
            defined = program.bound(top, found.__name__)
            if isinstance(defined, Klass):
                return dataclasses.replace(defined, shape=_shape(found), entity=ATTRIBUTE in vars(found))
        return Klass(found.__name__, _shape(found), entity=ATTRIBUTE in vars(found))


def _is_mixed(activity: LiveActivity[..., Any]) -> bool:
    """Whether a plain function is around a coroutine function: what it gives would have to be awaited."""
    return bool(activity.written.__code__.co_flags & ~activity.fn.__code__.co_flags & _COROUTINE)


def _mixed(activity: LiveActivity[..., Any]) -> Diagnostic:
    code = activity.written.__code__
    problem = f"the activity `{activity.name}` is an `async def` below a decorator that calls it without awaiting it"
    remedy = "make the function that the decorator gives an `async def` that awaits it"
    return Diagnostic(shown(code.co_filename), code.co_firstlineno, 1, "PF002", problem, remedy)


def _object(function: Function, name: str) -> Any:
    place: Function | None = function
    while place is not None:
        if place.live is not None and name in place.live.__code__.co_freevars:
            cell = (place.live.__closure__ or ())[place.live.__code__.co_freevars.index(name)]
            try:
                return cell.cell_contents
            except ValueError:  # the variable has no value yet
                return MISSING
        if place.owner is None:
            return (place.namespace or {}).get(name, MISSING)
        if place is not function and name in place.scope.bindings:
            return MISSING  # a variable of a function that is not running
        place = place.owner
    return MISSING


def _place(function: Function, name: str) -> str:
    """Where the object behind a name is found: in a module, or in what a decorated function of one captures."""
    if function.place and function.live is not None and name in function.live.__code__.co_freevars:
        return f"{function.place}.{name}"
    top = function
    while top.owner is not None:
        top = top.owner
    module = (top.namespace or {}).get("__name__", "")
    return f"{module}:{name}" if module and name in (top.namespace or {}) else ""


def _library(found: Any, text: Meaning) -> Meaning:
    if isinstance(text, External) and text.known:
        return text
    module = found.__module__ or type(getattr(found, "__self__", None)).__module__
    return External(f"{module}.{found.__qualname__}", True)


def _of_type(function: Function, found: Any, text: Meaning) -> Meaning:
    if isinstance(text, Value):
        return Value(text.context, text.binder, type(found))
    if isinstance(text, External) and not text.known:
        if isinstance(found, (BuiltinFunctionType, BuiltinMethodType)):
            owner = getattr(found, "__self__", None)
            module = owner.__module__ if isinstance(owner, type) else found.__module__
            return External(f"{module}.{found.__qualname__}", True)
        place = function
        while place.owner is not None:
            place = place.owner
        return Value(place, None, type(found))
    return text


def _shape(found: type) -> str:
    if issubclass(found, Enum):
        return "enum"
    if issubclass(found, BaseException):
        return "exception"
    if dataclasses.is_dataclass(found):
        return "frozen" if found.__dataclass_params__.frozen else "dataclass"  # type: ignore[attr-defined]
    if typing.is_typeddict(found):
        return "typed_dict"
    if issubclass(found, tuple) and hasattr(found, "_fields"):
        return "tuple"
    if hasattr(found, "model_fields"):
        return "model"
    own = all(base is object or base.__module__ == found.__module__ for base in found.__mro__)
    return "plain" if own and type(found) is type and not hasattr(found, "__attrs_attrs__") else "unknown"
