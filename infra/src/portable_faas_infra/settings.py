"""The settings of a deployment: what `pulumi config set portable-faas:NAME` may say, with meaning and default.

{"retention": "14"}   ->   Settings(retention=14, ...)
{"retentoin": "14"}   ->   InfraError: setting 'retentoin' does not exist; known are alwaysReady, cloud, ...
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple, cast, final

from portable_faas.manifest.shape import Maybe, Misfit, Shape, Text, Whole, Word
from portable_faas_infra.problem import refuse

NAMESPACE: Final = "portable-faas"
Plan = Literal["flex", "consumption"]
Durable = Literal["storage", "scheduler"]


@final
class Truth:
    """``true`` or ``false``, as Pulumi writes it."""

    def read(self, value: Any, path: str) -> bool:
        """The truth value."""
        if isinstance(value, bool):
            return value
        raise Misfit(path, f"is true or false, not {value!r}")

    def words(self) -> str:
        """For people."""
        return "true or false"

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}


@final
class Texts:
    """A JSON object of texts."""

    def read(self, value: Any, path: str) -> dict[str, str]:
        """The texts by name."""
        try:
            found = json.loads(value)
        except ValueError:
            found = None
        if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
            raise Misfit(path, f"is {self.words()}, not {value!r}")
        return found

    def words(self) -> str:
        """For people."""
        return 'a JSON object of texts, such as {"SHOP_URL": "https://..."}'

    def schema(self) -> dict[str, Any]:
        """A text, since Pulumi keeps it as one."""
        return {"type": "string"}


@final
class Setting(NamedTuple):
    """One setting: its shape, its default (None: see the meaning), and what it means."""

    shape: Shape
    default: str | int | bool | None
    meaning: str


STAGE: Final = Text("one to twelve lower-case letters and digits, a letter first", "[a-z][a-z0-9]{0,11}")
SETTINGS: Final[Mapping[str, Setting]] = {
    "cloud": Setting(
        Maybe(Word(("aws", "azure"))), None, "The cloud: aws or azure. Empty: what the app was built for."
    ),
    "stage": Setting(Maybe(STAGE), None, "The stage, such as dev; in names and tags. Empty: the stack's name."),
    "dist": Setting(Text(), "dist", "The folder that `pfaas build` wrote; relative to the Pulumi project."),
    "retention": Setting(Whole(1, 3653), 30, "Days that logs are kept."),
    "protect": Setting(Truth(), True, "Whether what holds data is protected from deletion."),
    "tracing": Setting(Truth(), True, "Whether calls are traced: AWS X-Ray."),
    "memory": Setting(
        Maybe(Whole(128, 10240)),
        None,
        "MiB of functions that do not say it themselves. 0: on AWS 256; on Azure 2048, for every instance.",
    ),
    "variables": Setting(
        Maybe(Texts()), None, "The app's own settings: a JSON object of variables and values. Empty: their defaults."
    ),
    "maxInstances": Setting(
        Whole(1, 1000), 100, "Azure: the most instances at a time, at least 40 on Flex Consumption."
    ),
    "alwaysReady": Setting(
        Whole(0, 20), 0, "Azure: instances that wait for orchestrations; they cost while they wait."
    ),
    "plan": Setting(
        Word(("flex", "consumption")), "flex", "Azure: the plan, Flex Consumption or the older Consumption."
    ),
    "durable": Setting(
        Word(("storage", "scheduler")),
        "storage",
        "Azure: what keeps orchestrations, Storage or Durable Task Scheduler.",
    ),
}


@final
class Settings(NamedTuple):
    """The settings, checked. ``retention`` is in days, ``memory`` in MiB; None is what the meaning says."""

    stage: str
    cloud: str | None = None
    dist: str = "dist"
    retention: int = 30
    protect: bool = True
    tracing: bool = True
    memory: int | None = None
    variables: Mapping[str, str] = {}
    max_instances: int = 100
    always_ready: int = 0
    plan: Plan = "flex"
    durable: Durable = "storage"


def settings(given: Mapping[str, str], stack: str) -> Settings:
    """The settings of the stack called ``stack``; ``InfraError`` for those that are wrong or do not exist."""
    meant = {name: text for name, text in given.items() if not _is_empty(name, text)}
    refuse(_problems(meant))
    read = {name: _read(name, meant) for name in SETTINGS}
    read["variables"] = json.loads(cast(str | None, read["variables"]) or "{}")
    stage = read.pop("stage") or stack
    refuse(_misfit("stage", STAGE, stage))
    read["max_instances"], read["always_ready"] = read.pop("maxInstances"), read.pop("alwaysReady")
    return Settings(stage=cast(str, stage), **cast(dict[str, Any], read))


def _is_empty(name: str, text: str) -> bool:
    """Whether it stands for none, where there may be none; a declared setting of Pulumi always has a value."""
    return name in SETTINGS and isinstance(SETTINGS[name].shape, Maybe) and text in ("", "0")


def _problems(given: Mapping[str, str]) -> Iterator[str]:
    for name, text in given.items():
        if name not in SETTINGS:
            yield f"setting {name!r} does not exist; known are {', '.join(sorted(SETTINGS))}"
        else:
            yield from _misfit(f"setting {name}", SETTINGS[name].shape, _value(SETTINGS[name].shape, text))


def _misfit(place: str, shape: Shape, value: object) -> Iterator[str]:
    try:
        shape.read(value, place)
    except Misfit as wrong:
        yield f"{wrong.path}: {wrong.problem}"


def _read(name: str, given: Mapping[str, str]) -> object:
    return _value(SETTINGS[name].shape, given[name]) if name in given else SETTINGS[name].default


def _value(shape: Shape, text: str) -> str | int | bool:
    """Configuration is text; a number or truth value is taken as one where the setting wants one."""
    inner = shape.shape if isinstance(shape, Maybe) else shape
    if isinstance(inner, Whole) and text.removeprefix("-").isdecimal():
        return int(text)
    if isinstance(inner, Truth) and text in ("true", "false"):
        return text == "true"
    return text
