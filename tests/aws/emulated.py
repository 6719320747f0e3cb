"""Many programs as one app on one emulated account, so that its Lambda processes start once; each placement in turn.

batch([("...main...", 3), ...])  ->  the text of an app with the orchestrators main_0, main_1, ...
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast, final

from portable_faas_aws.client import AccountBackend
from portable_faas_aws.client.account import Account
from portable_faas_aws.compile import compiled
from portable_faas_aws.emulated import EmulatedAccount
from portable_faas_aws.emulator.account import ROLE

from portable_faas import App
from portable_faas.client import Client
from portable_faas.testing import running
from portable_faas.testing.running import scratch_folder
from portable_faas.testing.scratch import FOLDER
from tests.aws.agreement import PLACEMENTS, End, end
from tests.aws.drawing import Case
from tests.aws.programs import loaded

_OWN: Final = re.compile(r"\b(main|(?:count|loud|quiet)\d|key\d+)\b")


def batch(cases: list[Case]) -> str:
    """One program: every name that belongs to a case has its number."""
    return "\n\n\n".join(_OWN.sub(rf"\1_{number}", case.text) for number, case in enumerate(cases))


def ends_of(cases: list[Case]) -> list[dict[str, End]]:
    """How each program ends, by engine."""
    with loaded(batch(cases)) as app:
        found = {"local": asyncio.run(_locally(app, cases)), **_emulated(app, cases)}
    return [{name: ends[number] for name, ends in found.items()} for number in range(len(cases))]


async def _locally(app: App, cases: list[Case]) -> list[End]:
    async with running(app, on="local") as client:
        return [await end(client, app.orchestrators[f"main_{at}"], case.n) for at, case in enumerate(cases)]


def _emulated(app: App, cases: list[Case]) -> dict[str, list[End]]:
    found = {}
    with scratch_folder() as folder:
        account = EmulatedAccount(app, f"{sys.version_info.major}.{sys.version_info.minor}", False)
        try:
            for name, placement in PLACEMENTS.items():
                _forget_attempts(folder)
                machines = {
                    key: _created(account, key, made) for key, made in compiled(app, placement).machines.items()
                }
                found[name] = asyncio.run(_on(app, _Placed(account, machines), cases))
        finally:
            account.close()
    return found


def _forget_attempts(folder: str) -> None:
    assert os.environ[FOLDER] == folder
    for path in Path(folder).iterdir():
        path.unlink()


def _created(account: EmulatedAccount, name: str, machine: dict[str, Any]) -> str:
    """The ARN of a state machine that is created beside those that are there."""
    text = re.sub(r"\$\{function:([^}]*)\}", r"\1", json.dumps(machine)).replace("${table:instances}", account.table)
    client = account.client("stepfunctions")
    count = len(client.list_state_machines()["stateMachines"])
    made = client.create_state_machine(name=f"{name}-{count}", definition=text, roleArn=ROLE)
    return str(made["stateMachineArn"])


@final
class _Placed:
    """The same account with other state machines."""

    def __init__(self, account: EmulatedAccount, machines: Mapping[str, str]) -> None:
        self.account = account
        self.machines = machines

    def __getattr__(self, name: str) -> Any:
        return getattr(self.account, name)


async def _on(app: App, account: _Placed, cases: list[Case]) -> list[End]:
    client = Client(app, AccountBackend(app, lambda: cast(Account, account)))
    return [await end(client, app.orchestrators[f"main_{at}"], case.n) for at, case in enumerate(cases)]
