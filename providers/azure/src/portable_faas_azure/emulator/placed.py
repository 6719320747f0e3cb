"""Where an app runs: the folder that its host loads, its settings, and what stands around it.

built      the build itself, with what a deployment would have made for it, made for this run
deployed   what the infrastructure program published, with the settings that it gave and what it created
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple, final
from uuid import uuid4

from portable_faas.app import App
from portable_faas.manifest import read
from portable_faas.provisioner import get_provisioner
from portable_faas.resources import Secret, Setting
from portable_faas_azure.declared import has_triggers
from portable_faas_azure.emulator import deployed as reading
from portable_faas_azure.emulator import subscribed, vaults
from portable_faas_azure.emulator.intended import Intended
from portable_faas_azure.emulator.provided import Provided
from portable_faas_azure.emulator.rights import NotRunnable
from portable_faas_azure.runtime.names import CONNECTION, PREFIX, Names
from portable_faas_azure.runtime.storage import Storage

LOG: Final = logging.getLogger("portable_faas.deploy")


@final
class Placed(NamedTuple):
    """``environment`` is what a process of the app starts with: this one's, and the app settings.

    ``provided`` is None for an app that is orchestrations only; ``prefix`` begins the names of what others have.
    """

    folder: Path
    environment: Mapping[str, str]
    prefix: str = ""
    provided: Provided | None = None


@asynccontextmanager
async def built(app: App, folder: Path, connection: str) -> AsyncIterator[Placed]:
    """A build in ``folder``, as it is; what it has of its own has names of this run."""
    if not has_triggers(app):
        yield Placed(folder, os.environ)
        return
    prefix = f"t{uuid4().hex[:10]}"
    names = Names(prefix)
    intended = Intended.read(read(folder.parent / "manifest.json"), names)
    storage = Storage({CONNECTION: connection}, names)
    try:
        await intended.make(storage)
        yield Placed(folder, {**os.environ, PREFIX: prefix}, prefix, intended.provided)
    finally:
        await intended.drop(storage)
        await storage.close()


@asynccontextmanager
async def deployed(app: App, folder: Path, connection: str) -> AsyncIterator[Placed]:
    """The same build deployed, until this ends. Raises ``DeployFailed`` and ``NotRunnable``."""
    place = reading.place(connection)
    made = await asyncio.to_thread(get_provisioner().deploy, folder.parent, place, LOG.info)
    try:
        site = reading.site(made.resources)
        published = folder.parent / "published"
        await asyncio.to_thread(reading.fetch, site, connection, published)
        settings = vaults.followed(site, made.resources, _written(app, made.outputs))
        environment = {**_elsewhere(app), **settings}
        if not has_triggers(app):
            yield Placed(published, environment)
            return
        if site.own is None:
            raise NotRunnable(f"no setting of the function app names the storage account of {CONNECTION}")
        around = subscribed.provided(made.resources, site)
        yield Placed(published, {**environment, PREFIX: site.own}, site.own, around)
    finally:
        await asyncio.to_thread(made.destroy)


def _written(app: App, outputs: Mapping[str, object]) -> dict[tuple[str, str], str]:
    """What the owner of the secrets writes into the vault that the stack names: the variables of this process."""
    vault = outputs.get("vault")
    values = {name: os.environ.get(Secret(name).variable) for kind, name in app.resources if kind == Secret.kind}
    return {(str(vault), name): value for name, value in values.items() if vault is not None and value is not None}


def _elsewhere(app: App) -> dict[str, str]:
    """This process's environment without what has to come from the function app: what the app declares, and our own."""
    own = {one.variable for one in app.resources.values() if isinstance(one, Secret | Setting)}
    ours = ("PORTABLE_FAAS_", CONNECTION)
    return {name: value for name, value in os.environ.items() if name not in own and not name.startswith(ours)}
