"""The entries of a manifest that come from declarations: functions with triggers, what functions may touch, resources.

@app.on_message(orders) def pack(...)   ->   Function("pack", "message", triggers=({"kind": "message", ...},), ...)
"""

from collections.abc import Callable, Iterable

from portable_faas.manifest.data import Function, Part
from portable_faas.resources import Grant
from portable_faas.triggers.declaring import Triggers


def function_entries(app: Triggers, package: str, handler: Callable[[str], str]) -> tuple[Function, ...]:
    """The functions with triggers of ``app`` by name; ``handler`` says how the package is entered for one of a name."""
    return tuple(
        Function(
            name,
            function.trigger.kind,
            handler(name),
            package,
            triggers=(function.trigger.part(),),
            permissions=permissions(function.grants),
        )
        for name, function in sorted(app.functions.items())
    )


def permissions(grants: Iterable[Grant]) -> tuple[Part, ...]:
    """What a function may touch, in a fixed order."""
    return tuple(grant.part() for grant in sorted(grants))


def resource_entries(app: Triggers) -> tuple[Part, ...]:
    """The resources of ``app`` by kind and name; a secret's value is in none of them."""
    return tuple(resource.part() for _, resource in sorted(app.resources.items()))
