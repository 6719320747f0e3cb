"""The generated functions of an app by the key of their flow, bound to the modules they come from.

flows = Flows([generated_module]);  flows["shop.app:fulfil"].function(frame)
"""

from collections.abc import Callable, Iterable, Mapping
from types import CodeType, CoroutineType, FunctionType
from typing import Any, Final, NamedTuple, final
from weakref import WeakKeyDictionary

_MARK: Final = "_pf_flow_"  # as the compiler writes it


@final
class Step(NamedTuple):
    """One flow as it runs: the function that can be entered at any block, and what is live where it may stop.

    ``held`` are the variables that the flow of a decorated function captures; they are there wherever it runs.
    """

    key: str
    short: str
    function: Callable[[Any], bool]
    namespace: dict[str, Any]
    live: Mapping[int, tuple[str, ...]]
    held: Mapping[str, Any]


@final
class Flows:
    """Every flow of an app. ``codes`` finds the nested functions of the flows by their code."""

    def __init__(self, generated: Iterable[Mapping[str, Any]]) -> None:
        self._steps: dict[str, Step] = {}
        self._marked: dict[tuple[str, str], str] = {}
        self._code: dict[str, CodeType] = {}
        self._closures: dict[str, list[Step]] = {}
        self.places: dict[Any, str] = {}  # of the decorated functions
        self.codes: dict[CodeType, tuple[str, tuple[int, ...]]] = {}
        self._kept: WeakKeyDictionary[CoroutineType[Any, Any, Any], tuple[Step, dict[str, Any]]] = WeakKeyDictionary()
        for namespace in generated:
            self._add(namespace["FLOWS"])

    def _add(self, flows: Mapping[str, tuple[Any, ...]]) -> None:
        for number, (key, (function, short, live)) in enumerate(flows.items()):
            plain, _, place = key.partition("@")
            module, _, qualname = plain.partition(":")
            namespace = _namespace(module)
            code = _renamed(function.__code__, function.__name__, qualname)
            bound = FunctionType(code, namespace, function.__name__)
            closure = at(place) if place else None
            made = self._steps[key] = Step(key, short, bound, namespace, live, _cells(closure) if closure else {})
            if place:
                self._closures.setdefault(plain, []).append(made)
                self.places[closure] = place
            self._marked[module, f"{_MARK}{number}"] = key
            self._code[key] = code
            self._collect(code, key, ())

    def _collect(self, code: CodeType, key: str, path: tuple[int, ...]) -> None:
        for index, const in enumerate(code.co_consts):
            if isinstance(const, CodeType):
                self.codes[const] = (key, (*path, index))
                self._collect(const, key, (*path, index))

    def __getitem__(self, key: str) -> Step:
        return self._steps[key]

    def of_kept(self, coroutine: "CoroutineType[Any, Any, Any]") -> tuple[Step, dict[str, Any]]:
        """The same of one that goes on being kept, and is awaited, or kept again, in this process perhaps."""
        found = self._kept.get(coroutine)
        if found is None:
            found = self._kept[coroutine] = self.of_coroutine(coroutine)
        return found

    def of_coroutine(self, coroutine: "CoroutineType[Any, Any, Any]") -> tuple[Step, dict[str, Any]]:
        """The flow of a coroutine that has not begun, and its variables; the coroutine is closed."""
        if coroutine in self._kept:
            return self._kept.pop(coroutine)
        frame, code = coroutine.cr_frame, coroutine.cr_code
        if frame is None:
            raise RuntimeError(f"the helper {code.co_qualname} was awaited twice; call it again for a second run")
        module = frame.f_globals.get("__name__", "")
        mark = next((name for name in code.co_varnames if name.startswith(_MARK)), None)
        key = self._marked[module, mark] if mark else f"{module}:{code.co_qualname}"
        names = dict(frame.f_locals)
        coroutine.close()
        step = self._steps.get(key) or self._closure(key, names)
        return step, {name: value for name, value in names.items() if name not in step.held}

    def _closure(self, key: str, names: dict[str, Any]) -> Step:
        """The flow of the closure that captures just this, among those of one function."""
        for step in self._closures[key]:
            if all(names.get(name) is value for name, value in step.held.items()):
                return step
        raise KeyError(key)

    def helper(self, key: str) -> Any:
        """The user's own async helper, which stands at the top of its module."""
        return self._steps[key].namespace[key.partition(":")[2]]

    def nested(self, key: str, path: tuple[int, ...]) -> tuple[CodeType, dict[str, Any]]:
        """The code of a nested function of a flow, and the globals it runs with."""
        step = self._steps[key]
        code = self._code[key]
        for index in path:
            code = code.co_consts[index]
        return code, step.namespace


def at(place: str) -> Any:
    """The function at ``shop.app:charged.f``: what ``charged`` of the module captures as ``f``."""
    module, _, path = place.partition(":")
    name, *variables = path.split(".")
    found = _namespace(module)[name]
    found = getattr(found, "fn", found)
    for variable in variables:
        found = _cells(found)[variable]
    return found


def _cells(function: Any) -> dict[str, Any]:
    names = function.__code__.co_freevars
    return {name: cell.cell_contents for name, cell in zip(names, function.__closure__ or (), strict=True)}


def _renamed(code: CodeType, before: str, after: str) -> CodeType:
    """``code`` whose nested functions and classes have the qualified names that they have in the user's text."""
    if not any(isinstance(const, CodeType) for const in code.co_consts):
        return code
    return code.replace(co_consts=tuple(_renamed_const(const, before, after) for const in code.co_consts))


def _renamed_const(const: Any, before: str, after: str) -> Any:
    if not isinstance(const, CodeType):
        return const
    name = after + const.co_qualname.removeprefix(before)
    # The body of a class holds its qualified name as a constant.
    consts = tuple(name if each == const.co_qualname else each for each in const.co_consts)
    return _renamed(const.replace(co_qualname=name, co_consts=consts), before, after)


def _namespace(module: str) -> dict[str, Any]:
    import sys

    if module not in sys.modules:
        __import__(module)
    return vars(sys.modules[module])
