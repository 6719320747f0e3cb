"""An app on the emulated AWS: built as for a deployment, its machines pointed at the emulator's functions and table."""

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, final

from portable_faas.app import App
from portable_faas.configuration import Configuration
from portable_faas.manifest import Manifest, fill, fill_strings
from portable_faas.provider import Target
from portable_faas.provisioner import Provisioned, get_provisioner
from portable_faas.testing.scratch import FOLDER
from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer
from portable_faas_aws.build import build_app
from portable_faas_aws.emulated_triggers import emulated, secrets, variables
from portable_faas_aws.emulator import Emulator, Function, Machine
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.runtime.chain import EVENTS
from portable_faas_aws.runtime.moment import CLOCK

LOG: Final = logging.getLogger("portable_faas.deploy")


@final
class EmulatedAccount:
    """One app in an emulator of its own, which starts with it.

    ``deployed``: what the app needs is created in the empty account by the infrastructure program, and functions and
    state machines may do what their roles allow. Secrets have the values that the environment of the test gives them.
    """

    def __init__(
        self, app: App, python: str, real_time: bool, deployed: bool = False, max_events: int = EVENTS
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="pfaas-")
        out = Path(self._folder.name)
        target = Target(Configuration(), python, out, emulated=True)
        manifest = build_app(app, target, lambda _told: None)
        self._deployment: Provisioned | None = None
        self._url: str | None = None
        if deployed:
            environment = _environment(real_time)
            self.emulator = Emulator(
                (), (), real_time=real_time, empty=True, environment=environment, max_events=max_events
            )
        else:
            held = emulated(app, manifest)
            inherited = {**_environment(real_time), **variables(app, manifest, held.names)}
            self.resources: Mapping[str, str] = held.names
            self.emulator = Emulator(
                _functions(manifest, out, inherited, held.names),
                _machines(manifest, out),
                triggers=held.triggers,
                real_time=real_time,
                max_events=max_events,
            )
        try:
            self.emulator.__enter__()
        except BaseException:
            self._folder.cleanup()
            raise
        self.machines: Mapping[str, str] = self.emulator.machines
        self.table, self.bucket = self.emulator.table, self.emulator.bucket
        if deployed:
            self._deploy(app, out)

    def _deploy(self, app: App, out: Path) -> None:
        place = {"endpoint": self.emulator.endpoint, "region": REGION, "account": ACCOUNT}
        try:
            self._deployment = get_provisioner().deploy(out, place, LOG.info)
        except BaseException:
            self.close()
            raise
        made = self._deployment.outputs
        self.machines, resources = made["machines"], made["resources"]
        self.resources, self._url = resources, made.get("url")
        self.table, self.bucket = resources["table:instances"], resources["bucket:values"]
        for name, value in secrets(app).items():  # their owner writes them, not the program
            self.client("secretsmanager").put_secret_value(SecretId=resources[f"secret:{name}"], SecretString=value)

    @property
    def deployment(self) -> Provisioned:
        """What the program created; RuntimeError where no program was asked."""
        if self._deployment is None:
            raise RuntimeError("this account was not deployed to")
        return self._deployment

    def client(self, service: str) -> Any:
        """A boto3 client of the emulated account."""
        return self.emulator.client(service)

    def now(self) -> int:
        """The time on the emulator's clock."""
        return self.emulator.clock.now()

    def answer(self, request: Request) -> Answer:
        """What the app answers to a request, through the HTTP API."""
        return self.emulator.front.answer(request, self._url)

    def wait(self, execution: str, timeout: float | None) -> bool:
        """Wait until an execution has ended, while the clock may move."""
        return self.emulator.ended(execution, timeout)

    def rest(self, seconds: float) -> None:
        """Let virtual time pass if nothing else happens meanwhile."""
        self.emulator.clock.wait(lambda: False, seconds)

    def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.emulator.advance(seconds)

    def usage(self, execution: str) -> Mapping[str, int]:
        """What a bill would count."""
        return self.emulator.usage(execution)

    def logs(self, function: str) -> list[str]:
        """What the processes of a function wrote."""
        return self.emulator.logs(function)

    def close(self) -> None:
        """Stop the emulator and delete what was built."""
        self.emulator.close()
        self._folder.cleanup()


def _environment(real_time: bool) -> dict[str, str]:
    """What only tests have."""
    inherited = {name: os.environ[name] for name in (FOLDER,) if name in os.environ}
    return inherited if real_time else {**inherited, CLOCK: "virtual"}


def _functions(manifest: Manifest, out: Path, inherited: Mapping[str, str], names: Mapping[str, str]) -> list[Function]:
    return [
        Function(
            each.name,
            out / each.package,
            each.handler,
            each.timeout or 900,
            each.memory or 256,
            {**inherited, **{name: fill(text, names) for name, text in each.environment.items()}},
        )
        for each in manifest.functions
    ]


def _machines(manifest: Manifest, out: Path) -> list[Machine]:
    names = {f"function:{each.name}": each.name for each in manifest.functions}
    values = {**names, "table:instances": Emulator.table}
    made = []
    for machine in manifest.machines:
        text = (out / machine.definition).read_text(encoding="utf-8")
        made.append(Machine(machine.name, json.loads(fill_strings(text, values))))
    return made
