"""Packages: the same bytes every time, bytecode that is used, and what a platform would not take."""

import marshal
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import CodeType

import pytest

from portable_faas.configuration import Configuration
from portable_faas.package import Limit, PackageError, Packed, Requirement, archive, pack
from portable_faas.package.bytecode import interpreter, refuse_newer_syntax
from portable_faas.package.platform import LINUX, refuse_foreign_code
from portable_faas.provider import Target
from tests.unit.package.conftest import APP, HERE, Loaded, Written, recipe, target

Pack = Callable[..., Packed]
AGAIN = """
import hashlib, sys, os
os.umask(int(sys.argv[2], 8))
sys.path[:0] = [sys.argv[1], sys.argv[3]]
from importlib import import_module
from pathlib import Path
from types import CodeType
from portable_faas.package import archive, pack
from tests.unit.package.conftest import recipe, target
from shop.app import app
root = Path(sys.argv[1])
print(hashlib.sha256(archive(pack(app, target(root), recipe(), [].append).files)).hexdigest())
"""
ELF = b"\x7fELF\x02\x01" + bytes(12) + b"\x3e\x00"  # x86_64
SETS = "x = {'b', 'a', 'c'}\ny = z in {'north', 'south', 'east', 'west'} if (z := 'up') else frozenset({1, 2})\n"


def built_by_another_process(root: Path, folder: Path, seed: str, umask: str) -> str:
    here = str(Path(__file__).parents[3])
    environment = {**os.environ, "PYTHONHASHSEED": seed, "XDG_CACHE_HOME": str(folder / "cache")}
    command = [sys.executable, "-c", AGAIN, str(root), umask, here]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_building_twice_gives_the_same_bytes(written: Written, tmp_path: Path) -> None:
    """From another folder, by a process with another hash seed and umask, and from a copy of the program."""
    more: dict[str, str | bytes] = {"shop/sets.py": SETS, "shop/rates.csv": "1"}
    hashes = set()
    for name, seed, umask in (("one", "0", "022"), ("two", "12345", "077"), ("two/deeper", "1", "000")):
        folder = tmp_path / name
        folder.mkdir()
        hashes.add(built_by_another_process(written(more, f"{name}/project"), folder, seed, umask))
    assert len(hashes) == 1


def test_bytecode_is_used_whatever_the_time_of_the_source(written: Written, packed: Pack, tmp_path: Path) -> None:
    files = packed(written()).files
    for name, content in files.items():
        path = tmp_path / "there" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (1, 1))
    (tmp_path / "there" / "shop" / "prices.py").write_text("def price(amount): return 'from the source'\n")
    command = [sys.executable, "-B", "-c", "from shop.prices import price; print(price(2))"]
    done = subprocess.run(command, cwd=tmp_path / "there", capture_output=True, text=True, check=True)
    assert done.stdout == "4\n"


def test_tracebacks_name_the_place_in_the_cloud(written: Written, packed: Pack) -> None:
    name = f"shop/__pycache__/prices.cpython-{HERE.replace('.', '')}.pyc"
    code: CodeType = marshal.loads(packed(written()).files[name][16:])
    assert code.co_filename == "/srv/app/shop/prices.py"


def test_every_module_has_bytecode(written: Written, packed: Pack) -> None:
    files = packed(written()).files
    tag = f"cpython-{HERE.replace('.', '')}"
    for name in [name for name in files if name.endswith(".py")]:
        folder, _, stem = name.removesuffix(".py").rpartition("/")
        assert f"{folder}/__pycache__/{stem}.{tag}.pyc" in files


def test_without_the_interpreter_there_is_a_notice_and_no_bytecode(
    written: Written, packed: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portable_faas.package.packing.interpreter", lambda _python: None)
    told: list[str] = []
    found = packed(written(), told=told)
    assert told[-1] == f"no Python {HERE} is here: the package has no bytecode, so functions start slower"
    assert not any(name.endswith(".pyc") for name in found.files)


def test_an_interpreter_is_what_it_says_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert interpreter(HERE) == sys.executable
    liar = tmp_path / "python3.99"
    liar.write_text("#!/bin/sh\necho 3.11\n")
    liar.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert interpreter("3.99") is None
    liar.write_text("#!/bin/sh\necho 3.99\n")
    assert interpreter("3.99") == str(liar)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.pyd", b"MZ\x90", "native code of Windows"),
        ("a.dylib", b"\xca\xfe\xba\xbe", "native code of macOS"),
        ("a.so", b"\x7fELF\x02\x01" + bytes(12) + b"\xb7\x00", "native code of Linux aarch64"),
        ("a.so", b"\x7fELF\x02\x01", "native code of Linux on another processor"),
        ("a.so", b"text", "native code of an unknown kind"),
        (
            "a.cpython-311-x86_64-linux-gnu.so",
            b"\x7fELF\x02\x01" + bytes(12) + b"\x3e\x00",
            r"native code of Python 3\.11",
        ),
        (
            "a.cpython-312-x86_64-linux-musl.so",
            b"\x7fELF\x02\x01" + bytes(12) + b"\x3e\x00",
            "native code of x86_64-linux-musl",
        ),
    ],
)
def test_native_code_of_another_machine_is_refused(name: str, content: bytes, told: str) -> None:
    with pytest.raises(PackageError, match=rf"^shop/{name} is {told}.*; put its distribution among"):
        refuse_foreign_code({f"shop/{name}": content}, LINUX, "3.12")


@pytest.mark.parametrize("name", ["a.so", "a.abi3.so", "liba.so.1.2", "a.cpython-312-x86_64-linux-gnu.so"])
def test_native_code_of_the_platform_is_taken(name: str) -> None:
    refuse_foreign_code({name: ELF, "b.so.txt": b"x"}, LINUX, "3.12")


def test_a_package_over_the_limit_names_its_largest_parts(written: Written, loaded: Loaded) -> None:
    root = written({"model/weights.bin": bytes(3 * 1024 * 1024), "shop/small.bin": bytes(1024 * 1024)})
    limited = recipe()._replace(limit=Limit(2 * 1024 * 1024, "Nowhere"))
    told = r"^the package unpacks to 4\.\d MB, more than the 2\.0 MB that Nowhere takes; .* model 3\.0 MB, shop 1\.0 MB"
    with pytest.raises(PackageError, match=told):
        pack(loaded(root), target(root), limited, print)


def test_progress_says_what_is_packed(written: Written, packed: Pack) -> None:
    told: list[str] = []
    root = written()
    packed(root, told=told)
    assert told[0] == f"3 files of {root}"
    assert told[1].endswith("run-time modules")


def test_archives_of_it_are_equal(written: Written, packed: Pack) -> None:
    root = written({"shop/app.py": APP})
    assert archive(packed(root).files) == archive(packed(root).files)


def test_an_import_that_the_package_cannot_satisfy_is_refused(written: Written, packed: Pack) -> None:
    """The tests have pydantic installed, the package does not."""
    root = written(
        {"shop/prices.py": "import json\nfrom pydantic import BaseModel\n\n\ndef price(n: int) -> int: ...\n"}
    )
    with pytest.raises(PackageError, match=r"^shop/prices\.py:2: pydantic is not in the package; add its distribution"):
        packed(root)


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import absent_one\nexcept ImportError:\n    pass\n",
        "import sys\nif sys.platform == 'win32':\n    import absent_one\n",
        "def later():\n    import absent_one\n",
        "from . import prices\nfrom shop.prices import price as other\nimport shop.prices\n",
    ],
)
def test_an_import_that_need_not_happen_is_not_refused(written: Written, packed: Pack, text: str) -> None:
    assert "shop/app.py" in packed(written({"shop/app.py": text + APP, "scripts/plot.py": "import absent_two\n"})).files


def test_a_module_of_the_platform_is_not_refused(written: Written, loaded: Loaded) -> None:
    root = written({"shop/prices.py": "import pydantic\n\n\ndef price(n: int) -> int: ...\n"})
    assert pack(loaded(root), target(root), recipe()._replace(provided=["pydantic"]), print).files


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_bytecode_is_for_the_python_of_the_target(written: Written, packed: Pack, python: str) -> None:
    """With the interpreters of this machine; where one is missing the package has no bytecode and says so."""
    told: list[str] = []
    tags = {name.split(".")[-2] for name in packed(written(), python=python, told=told).files if name.endswith(".pyc")}
    assert tags == ({f"cpython-{python.replace('.', '')}"} if interpreter(python) else set())
    assert (interpreter(python) is None) == ("has no bytecode" in told[-1])


def test_syntax_newer_than_the_target_is_refused_without_its_interpreter(
    written: Written, packed: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("portable_faas.package.packing.interpreter", lambda _python: None)
    with monkeypatch.context() as patched:
        patched.setattr("portable_faas.package.packing.refuse_newer_syntax", lambda files, _python: asked.extend(files))
        packed(written())
    assert "shop/prices.py" in asked
    refuse_newer_syntax({"a.py": b"match = 1\n"}, "3.11")
    with pytest.raises(PackageError, match=r"^a\.py:2: not Python 3\.9: Pattern matching is only"):
        refuse_newer_syntax({"a.py": b"match 1:\n    case 1: pass\n"}, "3.9")


def test_bytecode_that_would_pass_the_limit_is_left_out(written: Written, loaded: Loaded) -> None:
    root = written()
    told: list[str] = []
    whole = pack(loaded(root), target(root), recipe(), print).files
    source = sum(len(content) for name, content in whole.items() if not name.endswith(".pyc"))
    tight = recipe()._replace(limit=Limit(source, "Nowhere"))
    files = pack(loaded(root), target(root), tight, told.append).files
    assert "with bytecode the package would be too large" in told[-1]
    assert files == {name: content for name, content in whole.items() if not name.endswith(".pyc")}


def test_a_huge_file_is_refused_before_it_is_read(written: Written, packed: Pack) -> None:
    root = written()
    with (root / "shop" / "huge.bin").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(PackageError, match=r"unpacks to 1048576\.0 MB, more than the 1024\.0 MB that a build takes"):
        packed(root)


def test_for_an_emulator_a_package_holds_only_the_program_and_our_run_time(written: Written, loaded: Loaded) -> None:
    root = written({"shop/prices.py": "import pydantic\n\n\ndef price(n: int) -> int: ...\n"})
    asked = recipe()._replace(requirements=[Requirement("nothing-of-this-name", "here")])
    found = pack(loaded(root), target(root)._replace(emulated=True), asked, print)
    assert found.distributions == ()
    assert not any(name.endswith(".pyc") for name in found.files)
    assert {name.partition("/")[0] for name in found.files} == {"shop", "portable_faas"}


def test_a_program_of_the_conformance_suite_is_packed_alone(tmp_path: Path) -> None:
    scenario = import_module("portable_faas.testing.conformance.scenarios.flow_try_else")
    aim = Target(Configuration(), HERE, tmp_path, emulated=True)
    names = set(pack(scenario.app, aim, recipe(), print).files)
    assert {name for name in names if "/scenarios/" in name} == {
        "portable_faas/testing/conformance/scenarios/__init__.py",
        "portable_faas/testing/conformance/scenarios/flow_try_else.py",
    }
    assert "portable_faas/replay/execution.py" in names
    assert not any(name.startswith("portable_faas/cli/") for name in names)
