"""Finds where a user's program lives: the folder it is imported from, and the name of its app.

App in /home/ada/shop/src/shop/app.py   ->   root /home/ada/shop, code /home/ada/shop/src, shop.app:app
"""

import sys
from pathlib import Path
from typing import Final, NamedTuple, final

from portable_faas.app import App
from portable_faas.configuration import Configuration
from portable_faas.package.problem import PackageError

OURS: Final = "portable_faas"
INSTALLED: Final = frozenset({"site-packages", "dist-packages"})


@final
class Project(NamedTuple):
    """A program on disk.

    ``root`` is what patterns and messages are relative to, ``code`` the folder that the imports start from. The app is
    the ``variable`` of ``module``; the ``others`` declare something of it, too. Of a ``whole`` project everything below
    ``code`` belongs to the program; else the top packages of these modules do, and ``root`` is where its requirements
    would be listed.
    """

    root: Path
    code: Path
    module: str
    variable: str
    whole: bool
    others: tuple[str, ...] = ()

    @property
    def top(self) -> str:
        """The package or module that the app is in."""
        return self.module.partition(".")[0]

    @property
    def modules(self) -> tuple[str, ...]:
        """What has to be imported for the whole app, its own module first."""
        return (self.module, *self.others)

    @property
    def tops(self) -> frozenset[str]:
        """The packages and modules that these are in."""
        return frozenset(module.partition(".")[0] for module in self.modules)

    def importing(self, name: str) -> str:
        """The lines that import the app, with all that declares something of it, and call it ``name``."""
        others = "".join(f"import {module} as {name}_declares\n" for module in self.others)
        return f"from {self.module} import {self.variable} as {name}\n{others}"

    @property
    def installed(self) -> bool:
        """Whether the program is installed among other distributions."""
        return self.code.name in INSTALLED

    @property
    def ours(self) -> bool:
        """Whether it is a program of our own, of the conformance suite."""
        return self.top == OURS


def project_of(app: App, configuration: Configuration) -> Project:
    """Where ``app`` lives; ``PackageError`` for one that no module holds."""
    module = sys.modules.get(app.module)
    file = getattr(module, "__file__", None)
    if file is None or app.module == "__main__":
        raise PackageError(f"app {app.name!r} is made in {app.module}, which cannot be imported; put it into a module")
    variables = [name for name, value in vars(module).items() if value is app]
    if not variables:
        raise PackageError(f"app {app.name!r} is no variable of {app.module}; write app = App(...) in the module")
    path = Path(file).resolve()
    depth = app.module.count(".") + (path.stem == "__init__")
    code = path.parents[depth]
    root = configuration.folder.resolve()
    whole = configuration.path is not None and code.is_relative_to(root)
    nearest = code.parent if code.name == "src" else code
    others = tuple(module for module in app.modules if module != app.module)
    _refuse_elsewhere(app, others, code)
    return Project(root if whole else nearest, code, app.module, variables[0], whole, others)


def _refuse_elsewhere(app: App, modules: tuple[str, ...], code: Path) -> None:
    for module in modules:
        if module == "__main__":
            told = f"functions of app {app.name!r} are declared in the script that runs"
            raise PackageError(f"{told}, which cannot be imported; put them into a module")
        file = getattr(sys.modules.get(module), "__file__", None)
        if file is None or not Path(file).resolve().is_relative_to(code):
            told = f"{module} declares functions of app {app.name!r}"
            raise PackageError(f"{told}, but is not below {code} as the app is; put it there")
