"""Packs a program with all that it needs to run, by the recipe of an adapter.

shop/app.py  +  run-time modules of ours  +  generated files  +  requirements  +  bytecode   ->   Packed
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, final

from portable_faas.app import App
from portable_faas.manifest import UNVERSIONED
from portable_faas.package.absent import refuse_absent
from portable_faas.package.bytecode import interpreter, kept_bytecode, refuse_newer_syntax
from portable_faas.package.contents import UNNAMED, Limit, merged, refuse_too_large, sizes_of, unpacked
from portable_faas.package.installed import Installed, Wanted, counted, installed
from portable_faas.package.output import refuse_taken
from portable_faas.package.platform import Platform, refuse_foreign_code
from portable_faas.package.problem import PackageError
from portable_faas.package.project import Project, project_of
from portable_faas.package.requirements import Requirement, project_version, requirements_of, uv_settings
from portable_faas.package.shipped import shipped
from portable_faas.package.sources import Rules, collect
from portable_faas.provider import Progress, Target


@final
class Recipe(NamedTuple):
    """What an adapter's packages hold, and where they run.

    ``pythons`` are the versions it offers, ``entries`` the modules its run time is entered by, ``generated`` the files
    made for a program. ``site`` is where third-party modules and ours lie in the package, ``home`` where the
    platform unpacks it. ``requirements`` are the adapter's own, ``provided`` the modules that are there without us.
    """

    cloud: str
    pythons: Sequence[str]
    platform: Platform
    entries: Sequence[str]
    generated: Callable[[Project], Mapping[str, bytes]]
    home: str
    site: str = ""
    limit: Limit = UNNAMED
    requirements: Sequence[Requirement] = ()
    provided: Sequence[str] = ()


@final
class Packed(NamedTuple):
    """The files of a package by path, the third-party distributions among them, and the program's own version."""

    files: dict[str, bytes]
    distributions: tuple[str, ...]
    version: str = UNVERSIONED


@final
class _Parts(NamedTuple):
    """What a package is put together from, each by the path that imports find it under."""

    project: Project
    program: Mapping[str, bytes]
    generated: Mapping[str, bytes]
    run_time: Mapping[str, bytes]
    third: Installed

    def written(self) -> dict[str, bytes]:
        return {**self.generated, **self.program}


def pack(app: App, target: Target, recipe: Recipe, progress: Progress) -> Packed:
    """The package of ``app``; ``PackageError`` says what stands in its way."""
    _refuse_python(target, recipe)
    refuse_taken(target.out)
    parts = _parts(app, target, recipe, progress)
    if not target.emulated:
        refuse_foreign_code({**parts.program, **parts.third.files}, recipe.platform, target.python)
        others = [*parts.third.files, *parts.run_time, *parts.generated]
        refuse_absent(parts.program, others, parts.project.modules, recipe.provided)
    files = _put_together(parts, target, recipe, progress)
    version = project_version(parts.project.root) if parts.project.whole else None
    return Packed(files, parts.third.distributions, version or UNVERSIONED)


def _parts(app: App, target: Target, recipe: Recipe, progress: Progress) -> _Parts:
    configured = target.configuration
    project = project_of(app, configured)
    rules = Rules(configured.include, configured.exclude, target.out.resolve(), recipe.limit)
    program = collect(project, rules)
    progress(f"{counted(len(program), 'file')} of {project.code}{'' if project.whole else _alone(project)}")
    generated = recipe.generated(project)
    run_time = shipped(recipe.entries, {**program, **generated})
    progress(counted(len(run_time), "run-time module"))
    return _Parts(project, program, generated, run_time, _installed(project, target, recipe, progress))


def _put_together(parts: _Parts, target: Target, recipe: Recipe, progress: Progress) -> dict[str, bytes]:
    # A program of our own is part of our package, and Python looks for a package in one folder.
    ours = _below("" if parts.project.ours else recipe.site, parts.run_time)
    others = _below(recipe.site, parts.third.files)
    owners = {"the program": parts.program, "the generated files": parts.generated}
    files = merged({**owners, "portable_faas": ours, "the requirements": others})
    refuse_too_large(sizes_of(files), recipe.limit)
    if target.emulated:
        return files
    found = interpreter(target.python)
    if found is None:
        refuse_newer_syntax(parts.written(), target.python)
        progress(f"no Python {target.python} is here: the package has no bytecode, so functions start slower")
        return files
    own = kept_bytecode(parts.written(), found, recipe.home, strict=True, slot=_slot(parts.project))
    kept = {**kept_bytecode(ours, found, recipe.home, strict=True), **kept_bytecode(others, found, recipe.home)}
    compiled = merged({"the package": files, "bytecode": {**own, **kept}})
    if unpacked(compiled) > recipe.limit.bytes:
        progress("with bytecode the package would be too large: it has none, so functions start slower")
        return files
    return compiled


def _slot(project: Project) -> str:
    """Where the bytecode of the last build of a program is kept."""
    return hashlib.sha256(f"{project.root} {project.module}".encode()).hexdigest()[:32]


def _refuse_python(target: Target, recipe: Recipe) -> None:
    if target.python not in recipe.pythons:
        offered = " or ".join(", ".join(recipe.pythons).rsplit(", ", 1))
        raise PackageError(
            f"{recipe.cloud} runs Python {offered}, not {target.python}; "
            "set python under [tool.portable-faas], or pass --python"
        )


def _installed(project: Project, target: Target, recipe: Recipe, progress: Progress) -> Installed:
    if target.emulated:
        return Installed({}, ())
    own = [] if project.installed or project.ours else requirements_of(project.root)
    found = [*recipe.requirements, *own]
    wanted = Wanted(found, recipe.platform, target.python, project.root, uv_settings(project.root))
    return installed(wanted, target.upgrade, progress)


def _alone(project: Project) -> str:
    return f": only {project.top} and the modules that it imports, for it is in no project with [tool.portable-faas]"


def _below(site: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{site}{path}": content for path, content in files.items()}
