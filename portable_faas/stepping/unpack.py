"""Reads back what ``pack`` wrote: the same frames, the same classes, the same sharing."""

import json
import sys
from types import CellType, FunctionType, NoneType
from typing import Any, final

from portable_faas.context import Context
from portable_faas.context.calls import ActivityCall, Gather
from portable_faas.context.waits import Select
from portable_faas.stepping.flows import Flows, at
from portable_faas.stepping.pack import CHAIN, MAKERS, TAG
from portable_faas.stepping.run import StepRun
from portable_faas.stepping.stack import Frame, Held, Stack
from portable_faas.stepping.walks import Walk, resumed
from portable_faas.values.exception import TEXT, blank, filled, texted


def unpack(flows: Flows, run: StepRun, text: str) -> Stack:
    """The stack of a text, with ``run`` behind its context."""
    packed = json.loads(text)
    run.restore(packed["run"])
    unpacker = _Unpacker(flows, Context(run))
    frames = [Frame(flows[key], at, unpacker.names(names)) for key, at, names in packed["frames"]]
    return Stack(flows, run, frames)


def unpack_value(flows: Flows, run: StepRun, text: str) -> Any:
    """The value of a text."""
    return _Unpacker(flows, Context(run)).of(json.loads(text))


@final
class _Unpacker:
    def __init__(self, flows: Flows, context: Context) -> None:
        self.flows = flows
        self.context = context
        self.numbered: list[Any] = []

    def names(self, names: dict[str, Any]) -> dict[str, Any]:
        return {name: self.of(value) for name, value in names.items()}

    def of(self, packed: Any) -> Any:
        """The value; one frame of the interpreter per level, so that whatever could be packed fits."""
        if type(packed) is list:
            made: list[Any] = []
            self.numbered.append(made)
            for item in packed:
                made.append(self.of(item))
            return made
        if type(packed) is not dict:
            return packed
        if TAG in packed:
            if packed[TAG] == "tuple":
                parts = []
                for item in packed["value"]:
                    parts.append(self.of(item))
                return tuple(parts)
            return getattr(self, f"of_{packed[TAG]}")(packed)
        plain: dict[str, Any] = {}
        self.numbered.append(plain)
        for key, item in packed.items():
            plain[key] = self.of(item)
        return plain

    def place(self) -> int:
        self.numbered.append(None)
        return len(self.numbered) - 1

    def of_ref(self, packed: Any) -> Any:
        return self.numbered[packed["at"]]

    def of_text(self, packed: Any) -> str:
        return bytes.fromhex(packed["value"]).decode("utf-8", "surrogatepass")

    def of_int(self, packed: Any) -> int:
        return int(packed["value"], 16)

    def of_bytes(self, packed: Any) -> bytes:
        return bytes.fromhex(packed["value"])

    def of_dict(self, packed: Any) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        self.numbered.append(made)
        for key, item in packed["value"]:
            made[self.of(key)] = self.of(item)
        return made

    def of_context(self, _packed: Any) -> Context:
        return self.context

    def of_module(self, packed: Any) -> Any:
        __import__(packed["name"])
        return sys.modules[packed["name"]]

    def of_global(self, packed: Any) -> Any:
        if packed["module"] not in sys.modules:
            __import__(packed["module"])
        found: Any = sys.modules[packed["module"]]
        for part in packed["name"].split("."):
            found = getattr(found, part)
        return found

    def of_place(self, packed: Any) -> Any:
        return at(packed["at"])

    def of_none(self, _packed: Any) -> type:
        return NoneType

    def of_union(self, packed: Any) -> Any:
        first, *rest = (self.of(each) for each in packed["of"])
        for each in rest:
            first |= each
        return first

    def of_function(self, packed: Any) -> FunctionType:
        place = self.place()
        code, namespace = self.flows.nested(packed["flow"], tuple(packed["path"]))
        cells = [CellType() for _ in packed["cells"]]
        made = self.numbered[place] = FunctionType(code, namespace, code.co_name, None, tuple(cells) or None)
        for cell, held in zip(cells, packed["cells"], strict=True):
            if held:
                cell.cell_contents = self.of(held[0])
        made.__defaults__, made.__kwdefaults__ = (self.of(each) for each in packed["defaults"])
        return made

    def of_error(self, packed: Any) -> Exception:
        place = self.place()
        cls = self.of(packed["class"])
        group = tuple([self.of(each) for each in packed.get("group", ())])
        error = self.numbered[place] = blank(texted(cls) if "text" in packed else cls, group)
        args = self.of(packed["args"])
        filled(error, args, self.of(packed["attributes"]))
        if "text" in packed:
            vars(error)[TEXT] = self.of(packed["text"])
        for name in CHAIN:
            if name in packed:
                setattr(error, name, self.of(packed[name]))
        error.__suppress_context__ = "suppress" in packed
        return error

    def of_held(self, packed: Any) -> Held:
        return Held(self.flows[packed["flow"]], self.names(packed["names"]))

    def of_call(self, packed: Any) -> ActivityCall[Any]:
        activity = self.of_global(packed)
        args, kwargs, retry, timeout = (self.of(part) for part in packed["parts"])
        return ActivityCall(activity.name, activity.fn, activity.signature, retry, timeout, args, kwargs)

    def of_gather(self, packed: Any) -> Gather[Any]:
        branches = tuple(self.of(each) for each in packed["branches"])
        return Gather(branches, len(branches), *packed["options"])

    def of_select(self, packed: Any) -> Select[Any]:
        branches = tuple(self.of(each) for each in packed["branches"])
        return Select(branches, len(branches), *packed["options"])

    def of_named(self, packed: Any) -> Any:
        return self.of_global(packed).using(instance_id=packed["id"])

    def of_entity_type(self, packed: Any) -> Any:
        from portable_faas.context.entity_type import type_of

        return type_of(self.of(packed["class"]))

    def of_using(self, packed: Any) -> Any:
        retry, timeout = (self.of(each) for each in packed["policy"])
        return self.of_global(packed).using(retry=retry, timeout=timeout)

    def of_walk(self, packed: Any) -> Any:
        place = self.place()
        made = self.numbered[place] = resumed(Walk(self.of(packed["over"]), *packed["at"]))
        return made

    def of_made(self, packed: Any) -> Any:
        place = self.place()
        maker = self.of(packed["by"])
        if not isinstance(maker, type) and maker not in MAKERS:
            raise TypeError(f"{maker!r} makes no value that an orchestrator keeps")
        made = self.numbered[place] = maker(*(self.of(arg) for arg in packed["args"]))
        if "state" in packed:
            _restore(made, self.of(packed["state"]))
        for item in packed.get("items", ()):
            made.append(self.of(item))
        for key, item in packed.get("pairs", ()):
            made[self.of(key)] = self.of(item)
        return made


def _restore(made: Any, state: Any) -> None:
    """As ``pickle`` does: by ``__setstate__``, else into ``__dict__`` and the slots."""
    if hasattr(made, "__setstate__"):
        made.__setstate__(state)
        return
    attributes, slots = state if isinstance(state, tuple) else (state, None)
    if attributes:
        vars(made).update(attributes)
    for name, value in (slots or {}).items():
        object.__setattr__(made, name, value)
