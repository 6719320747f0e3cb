"""Opens a client of the engine that a command talks to; ``where`` has the options.

reach(app, "azure", "outputs.json")   ->   connect(app, on="azure", outputs="outputs.json")
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portable_faas.app import App
from portable_faas.cli import loading
from portable_faas.cli.refusal import Refusal
from portable_faas.client import Client
from portable_faas.errors import NotInstalled, PortableFaasError, ProviderNotFound
from portable_faas.local.store import StoreInUse
from portable_faas.provider import get_provider


def reach(app: App, on: str | None, at: str | None, **local: Any) -> Client:
    """A client of the engine ``on``; ``local`` are the options of the embedded one besides the file."""
    engine = on or loading.settings().cloud
    options: dict[str, Any] = {} if at is None else {"outputs": at}
    if engine == "local":
        options = {"path": at or loading.default_store(app), **local}
        if not Path(options["path"]).exists():
            raise Refusal(f"there is no store {options['path']}; run something first, or name one with --store")
    return Client(app, get_provider(engine).connect(app, **options))


@contextmanager
def refused() -> Iterator[None]:
    """What an engine says of a wrong request, or of one that it cannot do, ends the command."""
    try:
        yield
    except (NotInstalled, ProviderNotFound):
        raise  # the machine lacks something
    except StoreInUse as taken:
        raise Refusal(str(taken), 3) from taken
    except (PortableFaasError, ValueError, RuntimeError, PermissionError) as wrong:
        raise Refusal(str(wrong)) from wrong
