"""An app on the emulated AWS: built as for a deployment, its machines pointed at the emulator's functions and table."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

from portable_faas.app import App
from portable_faas.configuration import Configuration
from portable_faas.manifest import Manifest
from portable_faas.provider import Target
from portable_faas.testing.scratch import FOLDER
from portable_faas_aws.build import build_app
from portable_faas_aws.emulator import Emulator, Function, Machine
from portable_faas_aws.runtime.attempt import CLOCK
from portable_faas_aws.runtime.chain import EVENTS


@final
class EmulatedAccount:
    """One app in an emulator of its own, which starts with it."""

    def __init__(self, app: App, python: str, real_time: bool, max_events: int = EVENTS) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="pfaas-")
        out = Path(self._folder.name)
        target = Target(Configuration(), python, out, emulated=True)
        manifest = build_app(app, target, lambda _told: None)
        self._emulator = Emulator(
            _functions(manifest, out, real_time), _machines(manifest, out), real_time=real_time, max_events=max_events
        )
        self._emulator.__enter__()
        self._real_time = real_time

    @property
    def machines(self) -> Mapping[str, str]:
        """The ARN of the state machine of every orchestrator."""
        return self._emulator.machines

    @property
    def table(self) -> str:
        """The table of the instances."""
        return self._emulator.table

    @property
    def bucket(self) -> str:
        """The bucket of what is too large for a state machine."""
        return self._emulator.bucket

    def client(self, service: str) -> Any:
        """A boto3 client of the emulated account."""
        return self._emulator.client(service)

    def now(self) -> int:
        """The time on the emulator's clock."""
        return self._emulator.clock.now()

    def wait(self, execution: str, timeout: float | None) -> bool:
        """Wait until an execution has ended, while the clock may move."""
        return self._emulator.ended(execution, timeout)

    def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        self._emulator.advance(seconds)

    def usage(self, execution: str) -> Mapping[str, int]:
        """What a bill would count."""
        return self._emulator.usage(execution)

    def logs(self, function: str) -> list[str]:
        """What the processes of a function wrote."""
        return self._emulator.logs(function)

    def close(self) -> None:
        """Stop the emulator and delete what was built."""
        self._emulator.close()
        self._folder.cleanup()


def _functions(manifest: Manifest, out: Path, real_time: bool) -> list[Function]:
    inherited = {name: os.environ[name] for name in (FOLDER,) if name in os.environ}
    if not real_time:
        inherited[CLOCK] = "virtual"
    return [
        Function(each.name, out / each.package, each.handler, each.timeout or 900, each.memory or 256, inherited)
        for each in manifest.functions
    ]


def _machines(manifest: Manifest, out: Path) -> list[Machine]:
    names = {f"${{function:{each.name}}}": each.name for each in manifest.functions}
    made = []
    for machine in manifest.machines:
        text = (out / machine.definition).read_text(encoding="utf-8")
        for placeholder, name in {**names, "${table}": Emulator.table}.items():
            text = text.replace(placeholder, name)
        made.append(Machine(machine.name, json.loads(text)))
    return made
