"""Shapes of JSON: each checks and reads a value of its kind, and says the same as JSON Schema.

Whole(1, 900).read(0, "timeout")   ->  Misfit("timeout", "is a whole number from 1 to 900, not 0")
Whole(1, 900).schema()             ->  {"type": "integer", "minimum": 1, "maximum": 900}
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, final


@final
class Misfit(Exception):
    """A value of another shape; ``path`` says where it stands."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class Shape(Protocol):
    """What values may stand at a place."""

    def read(self, value: Any, path: str) -> Any:
        """The value as our data; ``Misfit`` if it is of another shape."""
        ...

    def words(self) -> str:
        """What may stand there, for people."""
        ...

    def schema(self) -> dict[str, Any]:
        """The same as JSON Schema."""
        ...


@final
class Text(NamedTuple):
    """A text that matches ``pattern`` as a whole; ``what`` says so in words."""

    what: str = "text"
    pattern: str = ".*"

    def read(self, value: Any, path: str) -> str:
        """The text."""
        if not isinstance(value, str) or re.fullmatch(self.pattern, value, re.DOTALL) is None:
            raise Misfit(path, f"is {self.what}, not {shown(value)}")
        return value

    def words(self) -> str:
        """For people."""
        return self.what

    def schema(self) -> dict[str, Any]:
        """A string, with its pattern where it has one."""
        return {"type": "string"} if self.pattern == ".*" else {"type": "string", "pattern": f"^(?:{self.pattern})$"}


@final
class Word(NamedTuple):
    """One of a few words."""

    choice: tuple[str, ...]

    def read(self, value: Any, path: str) -> str:
        """The word."""
        if not isinstance(value, str) or value not in self.choice:
            raise Misfit(path, f"is one of {', '.join(self.choice)}, not {shown(value)}")
        return value

    def words(self) -> str:
        """For people."""
        return "one of " + ", ".join(f"`{word}`" for word in self.choice)

    def schema(self) -> dict[str, Any]:
        """An enumeration."""
        return {"enum": list(self.choice)}


@final
class Whole(NamedTuple):
    """A whole number within bounds."""

    low: int
    high: int

    def read(self, value: Any, path: str) -> int:
        """The number."""
        if type(value) is not int or not self.low <= value <= self.high:
            raise Misfit(path, f"is a whole number from {self.low} to {self.high}, not {shown(value)}")
        return value

    def words(self) -> str:
        """For people."""
        return f"a whole number from {self.low} to {self.high}"

    def schema(self) -> dict[str, Any]:
        """An integer with bounds."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@final
class Maybe(NamedTuple):
    """What ``shape`` allows, or null."""

    shape: Shape

    def read(self, value: Any, path: str) -> Any:
        """The value or None."""
        return None if value is None else self.shape.read(value, path)

    def words(self) -> str:
        """For people."""
        return f"{self.shape.words()}, or null"

    def schema(self) -> dict[str, Any]:
        """Either of two."""
        return {"anyOf": [self.shape.schema(), {"type": "null"}]}


@final
class ListOf(NamedTuple):
    """A list whose items have one shape."""

    item: Shape

    def read(self, value: Any, path: str) -> tuple[Any, ...]:
        """The items."""
        if not isinstance(value, list):
            raise Misfit(path, f"is a list, not {shown(value)}")
        return tuple(self.item.read(item, f"{path}[{index}]") for index, item in enumerate(value))

    def words(self) -> str:
        """For people."""
        return f"a list: {self.item.words()}"

    def schema(self) -> dict[str, Any]:
        """An array."""
        return {"type": "array", "items": self.item.schema()}


@final
class TableOf(NamedTuple):
    """An object with any names and values of one shape."""

    value: Shape

    def read(self, value: Any, path: str) -> dict[str, Any]:
        """The values by name."""
        if not isinstance(value, dict):
            raise Misfit(path, f"is an object, not {shown(value)}")
        return {name: self.value.read(item, f"{path}[{name!r}]") for name, item in value.items()}

    def words(self) -> str:
        """For people."""
        return f"an object: {self.value.words()}"

    def schema(self) -> dict[str, Any]:
        """An object without fixed names."""
        return {"type": "object", "additionalProperties": self.value.schema()}


@final
class Tagged:
    """An object with a text ``kind``; what else it holds is left to who reads it."""

    def read(self, value: Any, path: str) -> Mapping[str, Any]:
        """The object."""
        if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
            raise Misfit(path, f"is an object with a text 'kind', not {shown(value)}")
        return value

    def words(self) -> str:
        """For people."""
        return "an object with a `kind`"

    def schema(self) -> dict[str, Any]:
        """An object of which only ``kind`` is fixed."""
        return {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}


@final
class Field(NamedTuple):
    """One name of a record: the shape of its value and what it means."""

    shape: Shape
    meaning: str


@final
class Record(NamedTuple):
    """An object with exactly these names, made into our data by ``make``."""

    make: type[Any]
    fields: Mapping[str, Field]

    def read(self, value: Any, path: str) -> Any:
        """The data."""
        if not isinstance(value, dict):
            raise Misfit(path, f"is an object, not {shown(value)}")
        for name in value:
            if name not in self.fields:
                raise Misfit(_inside(path, name), f"is unknown; known here are {', '.join(self.fields)}")
        for name in self.fields:
            if name not in value:
                raise Misfit(_inside(path, name), "is missing")
        return self.make(**{name: at.shape.read(value[name], _inside(path, name)) for name, at in self.fields.items()})

    def words(self) -> str:
        """For people."""
        return f"a [{self.make.__name__}](#{self.make.__name__.lower()})"

    def schema(self) -> dict[str, Any]:
        """An object of which every name is fixed and required."""
        described = {name: {"description": at.meaning, **at.shape.schema()} for name, at in self.fields.items()}
        return {
            "type": "object",
            "required": list(self.fields),
            "additionalProperties": False,
            "properties": described,
        }


def _inside(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def shown(value: Any) -> str:
    """A JSON value in at most 60 characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"
