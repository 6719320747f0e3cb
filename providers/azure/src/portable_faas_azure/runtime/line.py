"""Finds the driver for the line of the Durable SDK that is installed: ``df1`` for 1.x, ``df2`` for 2.x (experimental).

A driver module has, besides its driver, six functions: ``prepare()`` before anything is registered,
``adapted(run)``, which makes the function that its SDK wants of a run over a driver, ``entity(type)``, the same of an
entity, ``add_requests(functions)`` for what orchestrators ask of their host, ``add_retention(functions, seconds)`` for
what forgets finished instances, and ``replay(function, context)``.
"""

from importlib import import_module
from importlib.metadata import version
from typing import Any, Final

MAJOR: Final = int(version("azure-functions-durable").partition(".")[0])
LINE: Final[Any] = import_module(f"portable_faas_azure.runtime.df{MAJOR}")
