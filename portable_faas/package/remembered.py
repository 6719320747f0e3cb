"""Remembers what the imports of our own modules are, by the hash of their text, so that no build reads them anew.

    with remembered("aws") as reading:
        reached(["portable_faas_aws.runtime.entry"], find, reading)

It is one file in the user's cache, which may be deleted at any time; where none can be written, the modules are parsed.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, final

from portable_faas.package.kept import cache_folder
from portable_faas.package.reach import Import, Reading, Source, imports, on_demand

VERSION: Final = 1  # of what is remembered of a module
MOST: Final = 2000  # modules; those of former versions go when there are more

Pairs = list[list[str | None]]


@contextlib.contextmanager
def remembered(name: str) -> Iterator[Reading]:
    """A reading that asks the file ``name`` first; what was new is written there at the end."""
    file = cache_folder() / "imports" / f"{name}.json"
    memory = _Memory(_read(file))
    yield Reading(memory.imports, memory.on_demand)
    if memory.new:
        _write(file, memory.kept())


def _read(file: Path) -> dict[str, Pairs]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):  # not there, or not ours
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, table: dict[str, Pairs]) -> None:
    """At once, so that no build reads half of it; without it the next build only takes longer."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=file.parent)
        with open(handle, "w", encoding="utf-8") as stream:
            json.dump(table, stream)
        os.replace(scratch, file)


@final
class _Memory:
    """``table``: what was found before, ``used`` and ``new`` what this build asked for."""

    def __init__(self, table: dict[str, Pairs]) -> None:
        self.table = table
        self.used: dict[str, Pairs] = {}
        self.new = False

    def kept(self) -> dict[str, Pairs]:
        return self.used if len(self.table) > MOST else {**self.table, **self.used}

    def imports(self, source: Source, module: str) -> tuple[Import, ...]:
        found = self._asked(source, module)
        if found is None:
            found = self._found(source, module, [[one.module, one.name] for one in imports(source, module)])
        return tuple(Import(of or "", name) for of, name in found)

    def on_demand(self, source: Source) -> tuple[tuple[str, str], ...]:
        found = self._asked(source, "")
        if found is None:
            found = self._found(source, "", [[name, of] for name, of in on_demand(source)])
        return tuple((name or "", of or "") for name, of in found)

    def _asked(self, source: Source, module: str) -> Pairs | None:
        key = _key(source, module)
        found = self.table.get(key)
        if found is not None:
            self.used[key] = found
        return found

    def _found(self, source: Source, module: str, found: Pairs) -> Pairs:
        self.used[_key(source, module)] = found
        self.new = True
        return found


def _key(source: Source, module: str) -> str:
    asked = f"{VERSION} {module} {source.is_package} ".encode()
    return hashlib.sha256(asked + source.text).hexdigest()[:32]
