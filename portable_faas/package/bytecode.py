"""Compiles modules to bytecode with the interpreter that the package will run on.

    shop/app.py   ->   shop/__pycache__/app.cpython-312.pyc

The hash in the file is not checked against the source (PEP 552), so it is valid whatever time the unpacked source has.
A child process with a fixed hash seed does it: the order of constants must not change from build to build.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from portable_faas.package.archive import digest
from portable_faas.package.kept import cache_folder, files_in, kept
from portable_faas.package.problem import PackageError
from portable_faas.package.uv import uv
from portable_faas.syntax import parse

KEY: Final = "key"  # the file beside kept bytecode that says what it was made from
VERSION: Final = "import sys; print('%d.%d' % sys.version_info[:2])"
COMPILE: Final = """
import importlib.util, json, py_compile, sys, warnings
warnings.simplefilter("ignore")
root, prefix, names = json.load(sys.stdin)
told = {}
for name in names:
    source, problem = root + "/" + name, None
    try:
        made = importlib.util.cache_from_source(source)
        py_compile.compile(source, made, prefix + "/" + name, True, -1, py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except py_compile.PyCompileError as wrong:
        problem = [getattr(wrong.exc_value, "lineno", None) or 1, getattr(wrong.exc_value, "msg", str(wrong.exc_value))]
        made = None
    told[name] = [made and made[len(root) + 1:].replace("\\\\", "/"), problem]
json.dump(told, sys.stdout)
"""


def interpreter(python: str) -> str | None:
    """An interpreter of this minor version, or None: this one, or one that the path, pyenv or uv knows."""
    if python == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    return next((found for found in _candidates(python) if _answer([found, "-c", VERSION]) == python), None)


def _candidates(python: str) -> Iterator[str]:
    for name in (f"python{python}", "python3"):
        if found := shutil.which(name):
            yield found
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(pyenv.glob(f"versions/{python}.*/bin/python3")))
    if found := uv():
        yield _answer([found, "python", "find", "--no-python-downloads", python])


def _answer(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def refuse_newer_syntax(files: Mapping[str, bytes], python: str) -> None:
    """``PackageError`` for what this interpreter can tell to be newer than ``python``, which is not here to ask."""
    minor = int(python.partition(".")[2])
    for name, content in sorted(files.items()):
        try:
            if name.endswith(".py"):
                parse(content, name, version=(3, min(minor, sys.version_info.minor)))
        except SyntaxError as wrong:
            raise PackageError(
                f"{name}:{wrong.lineno}: not Python {python}: {wrong.msg}; mend or exclude it"
            ) from wrong


def kept_bytecode(
    files: Mapping[str, bytes], found: str, prefix: str, strict: bool = False, slot: str = ""
) -> dict[str, bytes]:
    """The bytecode of ``files``, which is kept for the next build; in a ``slot`` only that of the last one.

    Distributions hold modules that do not compile now and then; those stay without, unless ``strict``.
    """
    if not files:
        return {}
    exact = sys.version if found == sys.executable else _answer([found, "-c", "import sys; print(sys.version)"])
    key = hashlib.sha256(f"{digest(files)} {exact.strip()} {prefix}".encode()).hexdigest()[:32]
    name = f"bytecode/{slot or key}"
    mark = {KEY: key.encode()} if slot else {}
    made: dict[str, bytes] = {}

    def fill(folder: Path) -> None:
        made.update(bytecode(files, found, prefix, strict))
        for path, content in {**made, **mark}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)

    try:
        read = files_in(kept(name, fill, renew=bool(slot) and not _holds(cache_folder() / name, key)))
        if all(read.pop(path, b"") == content for path, content in mark.items()):
            return read
    except PackageError:  # nothing can be kept, or a module does not compile, which is said now
        pass
    return made or bytecode(files, found, prefix, strict)  # or another build has renewed the slot


def _holds(folder: Path, key: str) -> bool:
    try:
        return (folder / KEY).read_text() == key
    except OSError:
        return False


def bytecode(files: Mapping[str, bytes], found: str, prefix: str, strict: bool = True) -> dict[str, bytes]:
    """The bytecode of every module among ``files``, by path; ``prefix`` is the folder they will be in.

    With ``strict`` a module that does not compile is a ``PackageError``.
    """
    modules = {name: content for name, content in files.items() if name.endswith(".py")}
    if not modules:
        return {}
    with tempfile.TemporaryDirectory(prefix="pfaas-") as folder:
        for name, content in modules.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        told = _compiled(found, [folder, prefix, sorted(modules)])
        for name, (_, problem) in told.items():
            if problem and strict:
                raise PackageError(
                    f"{name}:{problem[0]}: not {_answer([found, '-V'])}: {problem[1]}; mend or exclude it"
                )
        return {made: Path(folder, made).read_bytes() for made, _ in told.values() if made}


def _compiled(found: str, request: list[object]) -> dict[str, tuple[str | None, tuple[int, str] | None]]:
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "HOME") if name in os.environ}
    environment["PYTHONHASHSEED"] = "0"
    done = subprocess.run(
        [found, "-s", "-S", "-B", "-c", COMPILE],
        input=json.dumps(request),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PackageError(f"{found} cannot compile the program: {done.stderr.strip()[-500:]}", lacking=True)
    told: dict[str, tuple[str | None, tuple[int, str] | None]] = json.loads(done.stdout)
    return told
