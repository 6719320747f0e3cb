"""Picks what of our own modules ships in a package: those that the run-time entry modules and the program load."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from portable_faas.package.problem import PackageError
from portable_faas.package.project import OURS
from portable_faas.package.reach import Import, Source, imports, loads, reached
from portable_faas.package.remembered import remembered


def shipped(entries: Iterable[str], program: Mapping[str, bytes]) -> dict[str, bytes]:
    """Our modules by path, for the ``entries`` of an adapter's run time and what the user's files import of ours."""
    starts = list(entries)
    roots = {top: _folder(top) for top in {OURS, *(entry.partition(".")[0] for entry in starts)}}

    @cache
    def find(module: str) -> Source | None:
        root = roots.get(module.partition(".")[0])
        return None if root is None else _source(root, module)

    for entry in starts:
        if find(entry) is None:
            raise PackageError(f"the run-time module {entry} is not installed; install its adapter again", lacking=True)
    with remembered("-".join(sorted(roots))) as reading:
        for one in _imports(program):
            if one.module.partition(".")[0] in roots:
                starts += loads(one, find, reading)
        return {name: source.text for name, source in reached(starts, find, reading).items()}


def _imports(program: Mapping[str, bytes]) -> Iterable[Import]:
    for name, text in program.items():
        if name.endswith(".py"):
            stem = name.removesuffix(".py")
            module = stem.removesuffix("/__init__").replace("/", ".")
            yield from imports(Source(name, text, stem.endswith("__init__")), module)


def _folder(top: str) -> Path:
    """Where one of our top packages is; finding it loads nothing."""
    spec = find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        raise PackageError(f"the package {top} is not installed; install its adapter again", lacking=True)
    return Path(next(iter(spec.submodule_search_locations)))


def _source(root: Path, module: str) -> Source | None:
    inner = module.split(".")[1:]
    path = root.joinpath(*inner)
    for file, is_package in ((path / "__init__.py", True), (path.with_suffix(".py"), False)):
        if file.is_file():
            name = file.relative_to(root.parent).as_posix()
            return Source(name, file.read_bytes(), is_package)
    return None
