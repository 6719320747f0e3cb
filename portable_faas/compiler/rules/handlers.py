"""PF034: `except*`, a bare `except` or `except BaseException`, which also take what the engine stops a program with.

except:      ->      except Exception:
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.errors import Diagnostic


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every handler that takes too much."""
    if facts.role == SYNC:
        return
    for node in facts.nodes:
        if isinstance(node, ast.TryStar):
            problem = "`except*` has no meaning on every target"
            yield facts.report(node.handlers[0], "PF034", problem, "write `except` and look at one error")
        elif isinstance(node, ast.ExceptHandler) and not isinstance(facts.parent(node), ast.TryStar):
            yield from _handler(facts, node)
        elif isinstance(node, ast.Call) and facts.dotted(node.func) == "contextlib.suppress":
            yield from _suppressed(facts, node)


def _suppressed(facts: Facts, node: ast.Call) -> Iterator[Diagnostic]:
    for each in node.args:
        if facts.dotted(each) == "BaseException":
            problem = "`suppress(BaseException)` also takes what stops the program"
            yield facts.report(each, "PF034", problem, "write `suppress(Exception)`")


def _handler(facts: Facts, node: ast.ExceptHandler) -> Iterator[Diagnostic]:
    if node.type is None:
        problem = "a bare `except` also takes what stops the program"
        yield facts.report(node, "PF034", problem, "write `except Exception`")
        return
    for each in node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]:
        if facts.dotted(each) == "BaseException":
            problem = "`except BaseException` also takes what stops the program"
            yield facts.report(each, "PF034", problem, "write `except Exception`")
