"""PF002 and PF003: how a class is declared as an entity.

@app.entity                             @app.entity
class Counter:                          class Counter:
    value: int                   ->         value: int = 0
"""

import ast
from collections.abc import Iterator

from portable_faas.compiler.annotated import annotation
from portable_faas.compiler.names import Function, Program
from portable_faas.compiler.portability import flaw
from portable_faas.errors import Diagnostic


def find(program: Program, place: Function, node: ast.ClassDef) -> Iterator[Diagnostic]:
    """What is wrong with the body of an entity class that ``place`` defines; a live app has refused it before."""
    report = place.module.diagnostic
    for each in node.body:
        match each:
            case ast.AsyncFunctionDef(name=name) if not name.startswith("_"):
                problem = f"the operation `{name}` of the entity `{node.name}` is an `async def`"
                yield report(each, "PF002", problem, "write a plain `def`, and do I/O in an activity")
            case ast.FunctionDef(name="__init__"):
                problem = f"the entity `{node.name}` has an `__init__` of its own"
                yield report(each, "PF002", problem, "write its state as annotated attributes with defaults")
            case ast.AnnAssign(target=ast.Name(id=name), annotation=written, value=value):
                if isinstance(written, ast.Subscript) and program.dotted(place, written.value) == "typing.ClassVar":
                    continue
                found = flaw(annotation(program, place, written))
                if value is None:
                    problem = f"the attribute `{name}` of the entity `{node.name}` has no default"
                    yield report(each, "PF002", problem, "write what a fresh key begins with")
                elif found:
                    problem = f"`{place.module.quote(written)}` cannot cross: {found[0]} has no portable form"
                    yield report(written, "PF003", problem, found[1])
