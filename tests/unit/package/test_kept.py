"""What a build keeps for the next one: bytecode and the imports of our modules, and that neither changes a byte."""

import json
import sys
from pathlib import Path

import pytest

from portable_faas.package import bytecode as compiling
from portable_faas.package import remembered as remembering
from portable_faas.package.bytecode import bytecode, kept_bytecode
from portable_faas.package.problem import PackageError
from portable_faas.package.reach import Import, Source
from portable_faas.package.remembered import remembered
from portable_faas.package.shipped import shipped

FILES = {"shop/a.py": b"A = {1, 2}\n", "shop/b.py": b"from shop import a\n", "shop/c.txt": b"c"}


@pytest.mark.parametrize("slot", ["", "mine"])
def test_bytecode_is_made_once(slot: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = bytecode(FILES, sys.executable, "/srv")
    assert kept_bytecode(FILES, sys.executable, "/srv", slot=slot) == expected
    monkeypatch.setattr(compiling, "bytecode", None)
    assert kept_bytecode(FILES, sys.executable, "/srv", slot=slot) == expected


def test_a_slot_holds_the_last_build_only(cache: Path) -> None:
    other = {**FILES, "shop/a.py": b"A = {3}\n"}
    for files in (FILES, other, FILES):
        assert kept_bytecode(files, sys.executable, "/srv", slot="mine") == bytecode(files, sys.executable, "/srv")
    assert [path.name for path in (cache / "bytecode").iterdir()] == ["mine"]


def test_without_a_cache_bytecode_is_made_each_time(cache: Path) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    cache.write_text("no folder")
    assert kept_bytecode(FILES, sys.executable, "/srv") == bytecode(FILES, sys.executable, "/srv")


def test_a_module_that_does_not_compile_is_refused_every_time() -> None:
    for _ in range(2):
        with pytest.raises(PackageError, match=r"a\.py:1: not Python"):
            kept_bytecode({"a.py": b"def"}, sys.executable, "/srv", strict=True, slot="mine")


def test_imports_are_found_once_and_anew_when_the_text_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Source("shop/a.py", b"from shop import b\nimport json\n", False)
    expected = (Import("shop", "b"), Import("json"))
    with remembered("ours") as reading:
        assert reading.imports(one, "shop.a") == expected
    monkeypatch.setattr(remembering, "imports", lambda *_: (Import("read again"),))
    with remembered("ours") as reading:
        assert reading.imports(one, "shop.a") == expected
        assert reading.imports(one._replace(text=b"import sys"), "shop.a") == (Import("read again"),)
        assert reading.imports(one, "other.a") == (Import("read again"),)  # relative imports mean something else there


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}'])
def test_a_broken_file_is_written_anew(text: str, cache: Path) -> None:
    expected = shipped(["portable_faas.values"], {})
    file = cache / "imports" / "portable_faas.json"
    file.write_text(text)
    assert shipped(["portable_faas.values"], {}) == expected
    assert len(json.loads(file.read_text())) > 10
    assert shipped(["portable_faas.values"], {}) == expected


def test_old_entries_go_when_there_are_many(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MOST", 1)
    for text in (b"import a", b"import b", b"import c"):
        with remembered("ours") as reading:
            reading.imports(Source("a.py", text, False), "a")
    assert len(json.loads((cache / "imports" / "ours.json").read_text())) == 1
