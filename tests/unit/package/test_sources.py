"""Which files of a program are packed."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from portable_faas.configuration import Configuration, configuration
from portable_faas.package import PackageError, Packed, pack, project_of
from tests.unit.package.conftest import APP, Loaded, Written, recipe, target

Pack = Callable[..., Packed]
DEVELOPMENT: dict[str, str | bytes] = {
    ".git/config": "",
    ".venv/lib/x.py": "",
    ".env": "SECRET=1",
    "env/pyvenv.cfg": "",
    "env/lib/x.py": "",
    "dist/old.whl": "",
    "tests/test_app.py": "",
    "shop/test_app.py": "",
    "shop/app_test.py": "",
    "shop/conftest.py": "",
    "shop/__pycache__/app.cpython-311.pyc": "",
    "shop.egg-info/PKG-INFO": "",
    "node_modules/x/index.js": "",
    "local.settings.json": "{}",
    "requirements-dev.txt": "",
    "README.md": "",
    "uv.lock": "",
}


def own(packed: Packed) -> set[str]:
    """What is packed of the program."""
    return {name for name in packed.files if not name.startswith("portable_faas/") and "__pycache__" not in name}


CODE = {"shop/__init__.py", "shop/app.py", "shop/prices.py"}


def test_development_is_left_out_and_data_is_packed(written: Written, packed: Pack) -> None:
    root = written({**DEVELOPMENT, "shop/rates.csv": "1", "shop/tests/data.json": "{}", "shop/dist/x.txt": ""})
    assert own(packed(root)) == {*CODE, "shop/rates.csv", "shop/tests/data.json", "shop/dist/x.txt"}


def test_the_output_folder_is_left_out_wherever_it_is(written: Written, packed: Pack, loaded: Loaded) -> None:
    from portable_faas.package import pack

    root = written({"made/other.whl": ""})
    found = pack(loaded(root), target(root)._replace(out=root / "made"), recipe(), print)
    assert own(found) == CODE


def test_include_and_exclude(written: Written, packed: Pack) -> None:
    told = 'app = "shop.app:app"\ninclude = ["tests/data", ".env"]\nexclude = ["*.csv", "shop/big"]\n'
    more = {
        "portable.toml": told,
        "tests/data/a.json": "{}",
        ".env": "X=1",
        "shop/rates.csv": "",
        "shop/big/x/y.bin": "",
    }
    assert own(packed(written(more))) == {*CODE, "tests/data/a.json", ".env"}


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [("nothing/*", "there is no such file in"), ("../x", "a pattern is relative to"), ("/etc/hosts", "relative to")],
)
def test_a_wrong_include_is_named(written: Written, packed: Pack, pattern: str, problem: str) -> None:
    with pytest.raises(PackageError, match=f"include '{pattern}': .*{problem}".replace("*'", r"\*'")):
        packed(written({"portable.toml": f'include = ["{pattern}"]\n'}))


def test_the_folder_that_imports_start_from_is_packed_without_its_name(written: Written, packed: Pack) -> None:
    files = {f"src/{name}": content for name, content in {"shop/__init__.py": "", "shop/app.py": APP}.items()}
    root = written(
        {**files, "src/shop/prices.py": "price = int\n", "data/x.csv": "", "portable.toml": 'include = ["data"]'}
    )
    assert own(packed(root, code=root / "src")) == {*CODE, "data/x.csv"}


def test_without_a_configuration_it_is_the_package_and_what_it_imports(written: Written, packed: Pack) -> None:
    app = APP.replace("from shop.prices", "import beside\nfrom shop.prices")
    beside = "import json\nfrom deeper import thing\n"
    more = {
        "pyproject.toml": "",
        "shop/app.py": app,
        "beside.py": beside,
        "deeper/__init__.py": "",
        "deeper/thing.py": "",
    }
    told: list[str] = []
    found = packed(written({**more, "other.py": "", "shop/rates.csv": ""}), told=told)
    assert own(found) == {*CODE, "shop/rates.csv", "beside.py", "deeper/__init__.py", "deeper/thing.py"}
    assert "only shop and the modules that it imports, for it is in no project with" in told[0]


def test_an_unreadable_file_is_named(written: Written, packed: Pack) -> None:
    root = written()
    (root / "shop" / "gone.txt").symlink_to("/nowhere/at/all")
    with pytest.raises(PackageError, match=r"cannot read shop/gone\.txt: No such file or directory; exclude it"):
        packed(root)


def test_what_is_no_file_is_not_waited_for(written: Written, packed: Pack) -> None:
    root = written()
    os.mkfifo(root / "shop" / "pipe")
    assert own(packed(root)) == CODE


def test_a_linked_folder_is_followed_once(written: Written, packed: Pack, tmp_path: Path) -> None:
    root = written()
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "tables.json").write_text("{}")
    (root / "shop" / "shared").symlink_to(tmp_path / "shared")
    (root / "shop" / "again").symlink_to(root)
    with pytest.raises(PackageError, match=r"shop/again is a link to a folder that holds it"):
        packed(root)
    (root / "shop" / "again").unlink()
    assert own(packed(root)) == {*CODE, "shop/shared/tables.json"}


def test_a_module_that_is_not_python_is_named(written: Written, packed: Pack) -> None:
    with pytest.raises(PackageError, match=r"shop/old\.py:2: not Python: "):
        packed(written({"shop/old.py": "x = 1\nprint 'x'\n"}))


def test_an_app_must_be_a_variable_of_a_module(written: Written, packed: Pack) -> None:
    maker = "from portable_faas import App\n\ndef made() -> App:\n    return App('shop')\n"
    with pytest.raises(PackageError, match=r"app 'shop' is no variable of shop\.maker; write app = App"):
        packed(written({"shop/maker.py": maker, "shop/app.py": "from shop.maker import made\napp = made()\n"}))


def test_two_files_for_one_path_are_refused(written: Written, loaded: Loaded) -> None:
    from portable_faas.package import pack

    root = written({"entry.py": "mine = 1"})
    with pytest.raises(PackageError, match=r"^entry\.py is in the program and in the generated files; rename"):
        pack(loaded(root), target(root), recipe({"entry.py": b"theirs = 1"}), print)


def test_a_python_that_the_platform_lacks(written: Written, packed: Pack) -> None:
    with pytest.raises(PackageError, match=r"nowhere runs Python 3\.11, 3\.12 or 3\.13, not 3\.9; set python under"):
        packed(written(), python="3.9")


def test_a_name_that_is_not_utf8_is_refused(written: Written, packed: Pack) -> None:
    root = written()
    os.close(os.open(os.fsencode(root / "shop") + b"/caf\xe9.txt", os.O_CREAT))
    with pytest.raises(PackageError, match=r"the name of the file is not UTF-8; rename it or exclude it"):
        packed(root)


def test_an_unreadable_folder_is_named(written: Written, packed: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may be allowed to read everything."""

    def walk(
        top: Path, followlinks: bool, onerror: Callable[[OSError], None]
    ) -> list[tuple[str, list[str], list[str]]]:
        onerror(PermissionError(13, "Permission denied", str(top)))
        return []

    root = written()
    monkeypatch.setattr("os.walk", walk)
    with pytest.raises(PackageError, match=rf"^cannot read {root}: Permission denied; exclude it"):
        packed(root)


def test_an_installed_program_is_packed_without_its_neighbours(written: Written, packed: Pack) -> None:
    app = APP.replace("from shop.prices", "import neighbour\nfrom shop.prices")
    more: dict[str, str | bytes] = {
        "pyproject.toml": "",
        "shop/app.py": app,
        "neighbour.py": "",
        "other/__init__.py": "",
    }
    root = written(more, "lib/site-packages")
    with pytest.raises(PackageError, match=r"^shop/app\.py:4: neighbour is not in the package"):
        packed(root)


def test_the_module_of_the_app_must_be_packed(written: Written, packed: Pack) -> None:
    with pytest.raises(PackageError, match=r"^shop\.app, the module of the app, is not among the files of the program"):
        packed(written({"portable.toml": 'exclude = ["shop/app.py"]\n'}))


@pytest.mark.parametrize("statement", ["from shop.prices import price", "from .prices import price"])
def test_a_module_that_is_excluded_and_imported_is_named(written: Written, packed: Pack, statement: str) -> None:
    app = APP.replace("from shop.prices import price", statement)
    with pytest.raises(PackageError, match=r"^shop/app\.py:4: shop\.prices is not in the package"):
        packed(written({"portable.toml": 'exclude = ["prices.py"]\n', "shop/app.py": app}))


ORDERS = """
from shop.app import app


@app.activity
def refund(amount: int) -> int:
    return amount
"""


def test_what_declares_something_of_the_app_is_packed_and_imported(written: Written, loaded: Loaded) -> None:
    root = written(
        {"shop/orders.py": ORDERS, "billing/__init__.py": ORDERS.replace("refund", "bill"), "portable.toml": ""}
    )
    (root / "pyproject.toml").unlink()
    app = loaded(root)
    import_module("shop.orders")
    import_module("billing")
    project = project_of(app, configuration(root)._replace(path=None))
    assert own(pack(app, target(root)._replace(configuration=Configuration()), recipe(), print)) == {
        *CODE,
        "shop/orders.py",
        "billing/__init__.py",
    }
    assert project.importing("app").splitlines() == [
        "from shop.app import app as app",
        "import shop.orders as app_declares",
        "import billing as app_declares",
    ]


def test_a_declaration_in_the_script_that_runs_is_refused(written: Written, loaded: Loaded) -> None:
    root = written()
    app = loaded(root)
    exec(compile(ORDERS, "script.py", "exec"), {"__name__": "__main__"})
    with pytest.raises(PackageError, match="declared in the script that runs, which cannot be imported; put them into"):
        project_of(app, configuration(root))


def test_a_declaration_far_from_the_app_is_refused(written: Written, loaded: Loaded, tmp_path: Path) -> None:
    root = written()
    app = loaded(root)
    (tmp_path / "far_away.py").write_text(ORDERS)
    sys.path.insert(0, str(tmp_path))
    try:
        import_module("far_away")
    finally:
        sys.path.remove(str(tmp_path))
        sys.modules.pop("far_away", None)
    with pytest.raises(PackageError, match="far_away declares functions of app 'shop', but is not below"):
        project_of(app, configuration(root))
