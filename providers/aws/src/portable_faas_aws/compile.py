"""Compiles an app for AWS: a state machine for every orchestrator, and the generated functions that its Lambdas run.

Compiled(machines={"fulfil": {...}}, generated={"pfaas_steps/shop_app.py": b"..."})
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, final

from portable_faas.app import App
from portable_faas.compiler.flows import program
from portable_faas.compiler.steps import module_text
from portable_faas.ir import EventShape, Program
from portable_faas.manifest import Part
from portable_faas.stepping import Flows
from portable_faas_aws.lowering.children import kinds_of
from portable_faas_aws.lowering.machine import machine
from portable_faas_aws.lowering.needs import needs
from portable_faas_aws.lowering.placement import DEFAULT, Placement
from portable_faas_aws.runtime.outside import Code

STEPS: Final = "pfaas_steps"


@final
class Compiled(NamedTuple):
    """``machines`` by orchestrator; ``generated`` are modules by their path in the package.

    ``needs`` are the permissions that functions need for what their programs await; ``listening`` are the orchestrators
    that wait for events.
    """

    machines: dict[str, dict[str, Any]]
    generated: dict[str, bytes]
    needs: dict[str, tuple[Part, ...]]
    listening: tuple[str, ...] = ()


def compiled(app: App, placement: Placement = DEFAULT) -> Compiled:
    """Compile ``app``, which ``check`` accepts."""
    made = program(app)
    machines = {name: machine(made, name, placement) for name, _ in made.orchestrators}
    listening = tuple(name for name in machines if EventShape in kinds_of(made, name))
    return Compiled(machines, _generated(made), needs(made, machines), listening)


def loaded(app: App) -> Code:
    """The app with its generated functions, for use in this process."""
    return Code(app, Flows(_executed(program(app))))


def _executed(made: Program) -> Iterator[dict[str, Any]]:
    for module in dict.fromkeys(flow.module for flow in made.flows):
        namespace: dict[str, Any] = {}
        exec(compile(module_text(made, module), f"<steps of {module}>", "exec"), namespace)
        yield namespace


def _generated(made: Program) -> dict[str, bytes]:
    modules = dict.fromkeys(flow.module for flow in made.flows)
    names = {module: module.replace(".", "_") for module in modules}
    files = {f"{STEPS}/{names[module]}.py": module_text(made, module).encode() for module in modules}
    listed = tuple(f"{STEPS}.{name}" for name in names.values())
    text = f'"""The generated functions of the program, by module."""\n\nMODULES = {listed!r}\n'
    return {f"{STEPS}/__init__.py": text.encode(), **files}
