"""What an emulated deployment can do with one type of resource, and where it finds the types of a cloud."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, NamedTuple, final

from portable_faas.errors import NotSupported
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource


@final
class Made(NamedTuple):
    """What a creation gives: the provider's id and the outputs, which include the inputs."""

    id: str
    outputs: Properties


class Kind(ABC):
    """One type. ``inputs`` hold assets as they are; ``Resource.inputs`` hold their hashes.

    ``properties`` are the inputs it knows; any other is refused, so nothing is left out in silence. None: it keeps
    whatever it is given. A change of one in ``fixed`` needs a new resource. ``named`` is the one with the physical
    name, which the engine makes up where the program leaves it out.
    """

    token: ClassVar[str]
    properties: ClassVar[frozenset[str] | None]
    fixed: ClassVar[frozenset[str]] = frozenset()
    named: ClassVar[str | None] = None

    def new_name(self, name: str) -> str:
        """A physical name, as Pulumi's providers make it: the logical one and a random end."""
        return f"{name}-{uuid.uuid4().hex[:7]}"

    @abstractmethod
    def create(self, inputs: Properties) -> Made:
        """Make one, wholly or not at all."""

    @abstractmethod
    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change it in place; its new outputs."""

    @abstractmethod
    def delete(self, made: Resource) -> None:
        """Delete it; one that is gone already is no error."""


class Backend(ABC):
    """The types of one cloud, bound to an emulated account."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self._kinds: Final = {kind.token: kind for kind in kinds}

    def kind(self, token: str) -> Kind:
        """The type called ``token``; ``NotSupported`` if there is none."""
        if token not in self._kinds:
            known = ", ".join(self.tokens())
            raise NotSupported(f"the emulated deploy does not know the resource type {token}; known are {known}")
        return self._kinds[token]

    def tokens(self) -> list[str]:
        """Every known type."""
        return sorted(self._kinds)

    @abstractmethod
    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Properties:
        """The answer of a provider's function, such as ``aws:index/getRegion:getRegion``; else ``NotSupported``."""
