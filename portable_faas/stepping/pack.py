"""Packs what a stopped orchestrator holds as JSON text: its frames, their variables, and what these share.

    lines = [Line("tea")];  line = lines[0]     ->     "lines": [{"$": "made", ...}], "line": {"$": "ref", "at": 1}

Unlike a portable value, which crosses to other code, this is read back by the same release of the same program. So a
value keeps its exact class and its identity: a list reachable through two variables is one list again afterwards. What
has no JSON form of its own is written as ``copyreg`` and ``pickle`` reduce it (`object.__reduce_ex__`).
"""

import copyreg
import sys
from json import JSONEncoder
from operator import getitem
from types import BuiltinFunctionType, CoroutineType, FunctionType, ModuleType, NoneType, UnionType
from typing import Any, Final, final

from portable_faas.app import Orchestrator
from portable_faas.context import Context
from portable_faas.context.calls import ActivityCall, Gather
from portable_faas.context.waits import Select
from portable_faas.errors import NotPortable
from portable_faas.stepping.flows import Flows
from portable_faas.stepping.stack import Frame, Held, Stack
from portable_faas.stepping.walks import Walk, walk_of
from portable_faas.values.exception import GROUP, TEXT, attributes_of, class_of

TAG: Final = "$"
CHAIN: Final = ("__cause__", "__context__")  # the errors before an error
_TOO_DEEP: Final = "it is nested too deeply to be kept across an await"
_ENCODER: Final = JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_PLAIN: Final = (type(None), bool, float)
_LONG: Final = 8192  # bits; Python refuses to read or write decimals of more than 4300 digits
# What `__reduce_ex__` of the standard library names beside classes.
MAKERS: Final = (
    iter,
    getattr,
    getitem,  # `Optional[int]`, the type that a wait for an event expects
    *(getattr(copyreg, name) for name in ("__newobj__", "__newobj_ex__", "_reconstructor")),
)


def pack(stack: Stack) -> str:
    """The text of a stopped stack; ``NotPortable`` names the variable that cannot be kept."""
    packer = _Packer(stack.flows)
    frames = [packer.frame(frame) for frame in stack.frames]
    try:
        return _text({"frames": frames, "run": stack.run.kept()})
    except RecursionError:
        raise NotPortable(_deepest(frames), _TOO_DEEP) from None


def pack_value(flows: Flows, value: Any) -> str:
    """The text of one value, such as the result of a branch."""
    return _text(_Packer(flows).of(value))


def _text(packed: Any) -> str:
    return _ENCODER.encode(packed)


def _deepest(frames: list[list[Any]]) -> str:
    """The first variable that cannot be written for its depth alone."""
    for key, at, names in frames:
        for name, packed in names.items():
            try:
                _text({"frames": [[key, at, {name: packed}]]})
            except RecursionError:
                return str(name)
    raise AssertionError("none of the variables is nested too deeply")


@final
class _Packer:
    def __init__(self, flows: Flows) -> None:
        self.flows = flows
        self.places: dict[int, int] = {}
        self.making: set[int] = set()  # what cannot be referred to yet, since it is made from what is being packed
        self.alive: list[Any] = []  # an id stands for its object only as long as that lives

    def frame(self, frame: Frame) -> list[Any]:
        return [frame.step.key, frame.at, self.names(frame.live())]

    def names(self, names: dict[str, Any]) -> dict[str, Any]:
        packed = {}
        for name, value in names.items():
            try:
                packed[name] = self.of(value)
            except RecursionError:
                raise NotPortable(name, _TOO_DEEP) from None
            except TypeError as problem:
                raise NotPortable(name, f"it cannot be kept across an await: {problem}") from None
        return packed

    def of(self, value: Any) -> Any:
        cls = type(value)
        if cls in _PLAIN:
            return value
        if cls is int:
            return value if value.bit_length() < _LONG else {TAG: "int", "value": hex(value)}
        if cls is str:
            return _of_text(value)
        if cls is bytes:
            return {TAG: "bytes", "value": value.hex()}
        if cls is tuple:
            return {TAG: "tuple", "value": [self.of(item) for item in value]}
        if id(value) in self.places:
            return self.of_known(value)
        if cls is list or cls is dict:
            self.number(value)
            return [self.of(item) for item in value] if cls is list else self.of_dict(value)
        return self.of_other(value)

    def of_known(self, value: Any) -> Any:
        if id(value) in self.making:
            raise TypeError(f"a {type(value).__qualname__} that holds itself cannot be made again")
        return {TAG: "ref", "at": self.places[id(value)]}

    def number(self, value: Any) -> None:
        self.places[id(value)] = len(self.places)
        self.alive.append(value)

    def of_dict(self, value: dict[Any, Any]) -> Any:
        if TAG not in value and all(type(key) is str and key.isprintable() for key in value):
            return {key: self.of(item) for key, item in value.items()}
        return {TAG: "dict", "value": [[self.of(key), self.of(item)] for key, item in value.items()]}

    def of_other(self, value: Any) -> Any:
        """What has a form of its own, beside the values that JSON knows."""
        match value:
            case Context():
                return {TAG: "context"}
            case BaseException():
                return self.of_error(value)
            case CoroutineType():
                return self.of_held(Held(*self.flows.of_kept(value)))
            case Held():
                return self.of_held(value)
            case ActivityCall():
                return self.of_call(value)
            case Gather():
                return self.of_gather(value)
            case Select():
                return self.of_select(value)
            case _:
                return self.of_code(value)

    def of_code(self, value: Any) -> Any:
        """Modules, classes, unions of them and functions."""
        match value:
            case ModuleType():
                return {TAG: "module", "name": value.__name__}
            case type() if value is NoneType:  # it has no name that could be looked up
                return {TAG: "none"}
            case type():
                return self.of_global(value, value.__module__, value.__qualname__)
            case UnionType():
                return {TAG: "union", "of": [self.of(each) for each in value.__args__]}
            case FunctionType():
                return self.of_function(value)
            case BuiltinFunctionType() if getattr(value, "__self__", None) is None or isinstance(
                value.__self__, ModuleType
            ):
                return self.of_global(value, value.__module__, value.__qualname__)
            case _:
                return self.of_declared(value)

    def of_global(self, value: Any, module: str, qualname: str) -> Any:
        if _found(module, qualname) is not value:
            raise TypeError(f"{qualname} cannot be found in {module}; define it at module level")
        return {TAG: "global", "module": module, "name": qualname}

    def of_function(self, value: FunctionType) -> Any:
        if value in self.flows.places:
            return {TAG: "place", "at": self.flows.places[value]}
        if value.__code__ not in self.flows.codes:
            return self.of_global(value, value.__module__, value.__qualname__)
        self.number(value)
        key, path = self.flows.codes[value.__code__]
        cells = [self.of_cell(cell) for cell in value.__closure__ or ()]
        defaults = [self.of(value.__defaults__), self.of(value.__kwdefaults__)]
        return {TAG: "function", "flow": key, "path": list(path), "cells": cells, "defaults": defaults}

    def of_cell(self, cell: Any) -> list[Any]:
        try:
            return [self.of(cell.cell_contents)]
        except ValueError:  # the variable has no value yet
            return []

    def of_error(self, error: BaseException) -> Any:
        if not isinstance(error, Exception):
            raise TypeError(f"{type(error).__qualname__} ends a process")
        self.number(error)
        attributes = attributes_of(error)
        packed: dict[str, Any] = {TAG: "error", "class": self.of(class_of(error))}
        if isinstance(error, BaseExceptionGroup):
            self.making.add(id(error))
            packed["group"] = [self.of(attributes.pop(name)) for name in GROUP]
            self.making.remove(id(error))
        if "obj" in attributes and not self.can_keep(attributes["obj"]):
            del attributes["obj"]  # NameError and AttributeError keep what was asked, whatever that is
        packed["args"], packed["attributes"] = self.of(error.args), self.of(attributes)
        if TEXT in vars(error):
            packed["text"] = self.of(vars(error)[TEXT])
        for name in CHAIN:
            before = getattr(error, name)
            if isinstance(before, Exception):
                packed[name] = self.of(before)
        if error.__suppress_context__:
            packed["suppress"] = True
        return packed

    def can_keep(self, value: Any) -> bool:
        """Whether a value can be packed on its own; a coroutine only where it is needed, since that ends it."""
        if isinstance(value, CoroutineType):
            return False
        try:
            _Packer(self.flows).of(value)
        except (TypeError, NotPortable, RecursionError):
            return False
        return True

    def of_held(self, held: Held) -> Any:
        return {TAG: "held", "flow": held.step.key, "names": self.names(held.names)}

    def of_call(self, call: ActivityCall[Any]) -> Any:
        """An activity that was called but is not awaited yet."""
        module, name = call.fn.__module__, call.fn.__qualname__
        parts = [call.args, call.kwargs, call.retry, call.timeout]
        return {TAG: "call", "module": module, "name": name, "parts": [self.of(part) for part in parts]}

    def of_gather(self, gather: Gather[Any]) -> Any:
        gather.branches = tuple(gather.branches)
        options = [gather.limit, gather.return_exceptions]
        return {TAG: "gather", "branches": [self.of(each) for each in gather.branches], "options": options}

    def of_select(self, select: Select[Any]) -> Any:
        select.branches = tuple(select.branches)
        branches = [self.of(each) for each in select.branches]
        return {TAG: "select", "branches": branches, "options": [select.wanted, select.single]}

    def of_declared(self, value: Any) -> Any:
        """An activity, orchestrator or entity type that a module declares; anything else by its parts."""
        if _is_entity_type(value):
            return {TAG: "entity_type", "class": self.of(value.cls)}
        module, qualname = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
        if isinstance(module, str) and isinstance(qualname, str) and not isinstance(value, type):
            declared = _found(module, qualname)
            if declared is value:
                return {TAG: "global", "module": module, "name": qualname}
            if isinstance(value, Orchestrator) and isinstance(declared, Orchestrator):
                return {TAG: "named", "module": module, "name": qualname, "id": value.instance_id}
            if declared is not None and type(declared) is type(value) and hasattr(value, "using"):
                policy = [self.of(value.retry), self.of(value.timeout)]
                return {TAG: "using", "module": module, "name": qualname, "policy": policy}
        return self.of_parts(value)

    def of_walk(self, walk: Walk) -> Any:
        """An iterator over a dict."""
        return {TAG: "walk", "over": self.of(walk.of), "at": [walk.view, walk.backwards, walk.left]}

    def of_parts(self, value: Any) -> Any:
        walk = walk_of(value)
        if walk is not None:
            self.number(value)
            return self.of_walk(walk)
        reduced = value.__reduce_ex__(4)
        if isinstance(reduced, str):
            return self.of_global(value, type(value).__module__, reduced)
        self.number(value)
        self.alive.append(reduced)
        made_by, args, state, items, pairs = (*reduced, None, None, None)[:5]
        if not isinstance(made_by, type) and made_by not in MAKERS:
            raise TypeError(f"a {type(value).__qualname__} has no form that is kept")
        self.making.add(id(value))
        packed = {TAG: "made", "by": self.of(made_by), "args": [self.of(arg) for arg in args]}
        self.making.remove(id(value))
        if state is not None:
            packed["state"] = self.of(state)
        if items is not None:
            packed["items"] = [self.of(item) for item in items]
        if pairs is not None:
            packed["pairs"] = [[self.of(key), self.of(item)] for key, item in pairs]
        return packed


def _of_text(value: str) -> Any:
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:  # a surrogate has no strict UTF-8
        return {TAG: "text", "value": value.encode("utf-8", "surrogatepass").hex()}
    return value


def _found(module: str, qualname: str) -> Any:
    found: Any = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


def _is_entity_type(value: Any) -> bool:
    """Whether it is an entity type; their module is loaded only where a program has entities."""
    module = sys.modules.get("portable_faas.context.entity_type")
    return module is not None and isinstance(value, module.EntityType)
