"""Write functions and orchestrators once, in ordinary typed Python; run them here, on Azure and on AWS."""

from typing import TYPE_CHECKING

from portable_faas.app import App
from portable_faas.context import Context
from portable_faas.values.retry import Retry

if TYPE_CHECKING:
    from portable_faas.client import connect as connect
    from portable_faas.triggers.http.response import Accepted as Accepted

__all__ = ["Accepted", "App", "Context", "Retry", "connect"]


def __getattr__(name: str) -> object:
    # A function package declares and runs; it does not drive. So the client is loaded when it is asked for.
    if name == "connect":
        from portable_faas.client import connect

        return connect
    if name == "Accepted":
        from portable_faas.triggers.http.response import Accepted

        return Accepted
    if name == "testing":
        from importlib import import_module

        return import_module("portable_faas.testing")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
