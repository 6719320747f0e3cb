"""PF012: an orchestrator reads or writes something outside itself: files, network, environment, console, logging.

print("started")      ->      ctx.log.info("started")
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import OPERATION, Facts
from portable_faas.compiler.names import External
from portable_faas.compiler.words import words
from portable_faas.errors import Diagnostic

_BUILTIN: Final = {
    "print": "write `ctx.log.info(...)`",
    "open": "read or write the file in an activity",
    "input": "take the value as the orchestrator's input",
    "breakpoint": "remove it",
    "__import__": "import it at the top of the file",
    "importlib.import_module": "import it at the top of the file",
    "importlib.reload": "import it at the top of the file",
}
_PACKAGES: Final = words("""
    subprocess socket socketserver ssl select selectors requests httpx aiohttp urllib3 urllib.request
    http.client http.server ftplib smtplib imaplib poplib telnetlib xmlrpc boto3 botocore aiobotocore sqlite3
    dbm shelve psycopg psycopg2 pymysql asyncpg sqlalchemy redis pymongo azure google.cloud shutil tempfile glob
    fileinput getpass platform threading multiprocessing concurrent.futures signal webbrowser pathlib.Path.cwd
    pathlib.Path.home io.open traceback.print_exc traceback.print_stack pprint.pprint os sys
""")
# Of these packages: pure functions and constants.
_PURE: Final = words("""
    os.path.join os.path.basename os.path.dirname os.path.splitext os.path.split os.path.normpath os.path.isabs
    os.path.commonprefix os.path.commonpath os.fspath os.sep os.linesep os.path.sep os.PathLike os.path.normcase
    os.urandom os.getrandom sys.maxsize sys.float_info sys.intern sys.getsizeof sys.version_info glob.escape
    sys.exc_info sys.exception
""")
_FILE_METHODS: Final = frozenset(
    words("""
    read_text write_text read_bytes write_bytes open exists is_file is_dir is_symlink mkdir unlink rmdir iterdir
    glob rglob stat lstat touch rename replace resolve chmod walk samefile symlink_to hardlink_to expanduser
    absolute owner group
""")
)


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every input and output."""
    for node in facts.nodes:
        if isinstance(node, ast.Call):
            yield from _called(facts, node)
        elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            yield from _read(facts, node)


def _read(facts: Facts, node: ast.Name | ast.Attribute) -> Iterator[Diagnostic]:
    dotted = facts.dotted(node)
    parent = facts.parent(node)
    if isinstance(parent, ast.Call) and parent.func is node:
        return
    if dotted in ("os.environ", "os.environb"):
        remedy = "read it in an activity, or pass it in the input"
        yield facts.report(node, "PF012", f"`{facts.quote(node)}` reads the environment of the machine", remedy)
    elif dotted in ("sys.argv", "sys.stdin", "sys.stdout", "sys.stderr"):
        yield facts.report(node, "PF012", f"`{facts.quote(node)}` is outside the orchestrator", "use it in an activity")
    elif dotted in _BUILTIN and isinstance(facts.program.meaning(facts.function, node), External):
        yield facts.report(node, "PF012", f"`{facts.quote(node)}` does I/O in an orchestrator", _BUILTIN[dotted])


def _called(facts: Facts, node: ast.Call) -> Iterator[Diagnostic]:
    dotted = facts.dotted(node.func)
    if not dotted and isinstance(node.func, ast.Attribute):
        yield from _method(facts, node, node.func)
    elif dotted in _BUILTIN:
        yield _io(facts, node, _BUILTIN[dotted])
    elif dotted.startswith("logging.") and facts.role != OPERATION:
        yield _io(facts, node, "write `ctx.log.info(...)`, which stays silent on replay")
    elif dotted == "os.getenv" or dotted.startswith("os.environ."):
        remedy = "read it in an activity, or pass it in the input"
        if dotted == "os.getenv":
            yield facts.report(node, "PF012", f"`{facts.quote(node)}` reads the environment of the machine", remedy)
    elif _does_io(dotted):
        yield _io(facts, node, "move it into an activity")


def _method(facts: Facts, node: ast.Call, func: ast.Attribute) -> Iterator[Diagnostic]:
    """A method of an object that a library made: `log = logging.getLogger()` ... `log.info(...)`."""
    of = facts.kind(func.value).dotted
    if not of:
        return
    if of.startswith("logging.") and facts.role != OPERATION:
        yield _io(facts, node, "write `ctx.log.info(...)`, which stays silent on replay")
    elif (of.startswith(("pathlib.Path", "pathlib.PosixPath")) and func.attr in _FILE_METHODS) or _does_io(of):
        yield _io(facts, node, "move it into an activity")


def _does_io(dotted: str) -> bool:
    if dotted.startswith(_PURE) or _is_exception(dotted):
        return False
    return any(dotted == package or dotted.startswith(package + ".") for package in _PACKAGES)


def _is_exception(dotted: str) -> bool:
    last = dotted.rpartition(".")[2]
    return last.endswith(("Error", "Exception", "Timeout", "Warning", "Exit", "Expired")) or ".exceptions." in dotted


def _io(facts: Facts, node: ast.Call, remedy: str) -> Diagnostic:
    return facts.report(node, "PF012", f"`{facts.quote(node)}` does I/O in an orchestrator", remedy)
