"""Packs a program with all that it needs to run, by the recipe of an adapter.

shop/app.py  +  run-time modules of ours  +  generated files  +  requirements  +  bytecode   ->   Packed
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, final

from portable_faas.app import App
from portable_faas.package.bytecode import bytecode, interpreter, kept_bytecode
from portable_faas.package.contents import Limit, merged, refuse_too_large
from portable_faas.package.installed import Installed, Wanted, counted, installed
from portable_faas.package.output import refuse_taken
from portable_faas.package.platform import Platform, refuse_foreign_code
from portable_faas.package.problem import PackageError
from portable_faas.package.project import Project, project_of
from portable_faas.package.requirements import Requirement, requirements_of, uv_settings
from portable_faas.package.shipped import shipped
from portable_faas.package.sources import Rules, collect
from portable_faas.provider import Progress, Target


@final
class Recipe(NamedTuple):
    """What an adapter's packages hold, and where they run.

    ``pythons`` are the versions it offers, ``entries`` the modules its run time is entered by, ``generated`` the files
    made for a program. ``site`` is where third-party modules and ours lie in the package, ``home`` where the
    platform unpacks it. ``requirements`` are the adapter's own.
    """

    cloud: str
    pythons: Sequence[str]
    platform: Platform
    entries: Sequence[str]
    generated: Callable[[Project], Mapping[str, bytes]]
    home: str
    site: str = ""
    limit: Limit | None = None
    requirements: Sequence[Requirement] = ()


@final
class Packed(NamedTuple):
    """The files of a package by path, and the third-party distributions among them."""

    files: dict[str, bytes]
    distributions: tuple[str, ...]
    project: Project


def pack(app: App, target: Target, recipe: Recipe, progress: Progress) -> Packed:
    """The package of ``app``; ``PackageError`` says what stands in its way."""
    _refuse_python(target, recipe)
    refuse_taken(target.out)
    project = project_of(app, target.configuration)
    configured = target.configuration
    program = collect(project, Rules(configured.include, configured.exclude, target.out.resolve()))
    progress(f"{counted(len(program), 'file')} of {project.code}{'' if project.whole else _alone(project)}")
    made = dict(recipe.generated(project))
    ours = _below(recipe.site, shipped(recipe.entries, {**program, **made}))
    progress(counted(len(ours), "run-time module"))
    third = _installed(project, target, recipe, progress)
    others = _below(recipe.site, third.files)
    refuse_foreign_code({**program, **others}, recipe.platform, target.python)
    parts = {"the program": program, "the generated files": made, "portable_faas": ours, "the requirements": others}
    files = merged(parts)
    found = _interpreter(target.python, progress)
    if found is not None:
        own = bytecode({**program, **made, **ours}, found, recipe.home)
        files = merged({"the package": files, "its bytecode": {**own, **kept_bytecode(others, found, recipe.home)}})
    if recipe.limit is not None:
        refuse_too_large(files, recipe.limit)
    return Packed(files, third.distributions, project)


def _refuse_python(target: Target, recipe: Recipe) -> None:
    if target.python not in recipe.pythons:
        *others, last = recipe.pythons
        raise PackageError(
            f"{recipe.cloud} runs Python {', '.join(others)} or {last}, not {target.python}; "
            "set python under [tool.portable-faas], or pass --python"
        )


def _installed(project: Project, target: Target, recipe: Recipe, progress: Progress) -> Installed:
    found = [*recipe.requirements, *requirements_of(project.root)] if project.whole else [*recipe.requirements]
    wanted = Wanted(found, recipe.platform, target.python, project.root, uv_settings(project.root))
    return installed(wanted, target.upgrade, progress)


def _alone(project: Project) -> str:
    return f": no configuration there, so only {project.top} and what it imports; it has no requirements"


def _below(site: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{site}{path}": content for path, content in files.items()}


def _interpreter(python: str, progress: Progress) -> str | None:
    found = interpreter(python)
    if found is None:
        progress(f"no Python {python} is here: the package has no bytecode, so functions start slower")
    return found
