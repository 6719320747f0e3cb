"""Loads jsonata-python without its side effect: its import sets the recursion limit of the whole process."""

import importlib
import sys
from typing import Any, Final


def _loaded(name: str) -> Any:
    limit = sys.getrecursionlimit()
    try:
        return importlib.import_module(name)
    finally:
        sys.setrecursionlimit(limit)


DEPTH: Final = 10_000  # the limit that the library sets, and that an emulator has while it is open
Jsonata: Final = _loaded("jsonata.jsonata").Jsonata
Utils: Final = _loaded("jsonata.utils").Utils
