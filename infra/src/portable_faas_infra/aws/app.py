"""A built app on AWS: its resources, then the functions that may touch them, then what calls these functions."""

from collections.abc import Mapping
from typing import final

import pulumi

from portable_faas.manifest import Function as DeclaredFunction
from portable_faas.manifest import Machine as DeclaredMachine
from portable_faas.manifest import Part
from portable_faas_infra.aws.code import Code
from portable_faas_infra.aws.function import Function
from portable_faas_infra.aws.grants import granted
from portable_faas_infra.aws.kinds import KINDS, SETTING, Resource, reference
from portable_faas_infra.aws.limits import problems
from portable_faas_infra.aws.machine import Machine
from portable_faas_infra.aws.place import PREFIX, prefix
from portable_faas_infra.aws.triggers import Triggers, missed
from portable_faas_infra.deployment import Deployment
from portable_faas_infra.filled import filled
from portable_faas_infra.problem import refuse
from portable_faas_infra.variables import variables


@final
class AwsApp(pulumi.ComponentResource):
    """All of one app in one stage. ``InfraError`` if it cannot be deployed; then nothing is created.

    ``machines`` and ``functions`` are ARNs by name, ``resources`` the names of tables, buckets, queues and the like by
    ``kind:name``; ``url`` is the address of the app, where it answers requests.
    """

    def __init__(self, name: str, deployment: Deployment, opts: pulumi.ResourceOptions | None = None) -> None:
        refuse(problems(deployment))
        super().__init__("portable-faas:aws:App", name, None, opts)
        self._deployment = deployment
        self._inside = pulumi.ResourceOptions(parent=self)
        parts = [part for part in deployment.manifest.resources if part["kind"] != SETTING]
        self._made = {reference(part): self._resource(part) for part in parts}
        found = [made.references for made in self._made.values()]
        self.resources = {name: known for references in found for name, known in references.items()}
        self._code = Code(deployment, self._inside)
        self._missed = {
            one.name: missed(one, deployment, self._inside) for one in deployment.manifest.functions if one.triggers
        }
        self._functions = {one.name: self._function(one) for one in deployment.manifest.functions}
        made = {one.name: self._machine(one) for one in deployment.manifest.machines}
        known = {**self.resources, PREFIX: prefix(deployment)}
        triggers = Triggers(deployment, self._functions, self._made, self._missed, known, self._inside)
        self.machines = {name: machine.arn for name, machine in made.items()}
        self.functions = {name: function.version for name, function in self._functions.items()}
        self.outputs: dict[str, object] = {
            "machines": self.machines,
            "functions": self.functions,
            "resources": self.resources,
            **({} if triggers.url is None else {"url": triggers.url}),
        }
        self.register_outputs(self.outputs)

    def _resource(self, part: Part) -> Resource:
        return KINDS[part["kind"]](part, self._deployment, self._inside)

    def _function(self, declared: DeclaredFunction) -> Function:
        known = {**self.resources, PREFIX: prefix(self._deployment)}
        texts = {**self._deployment.manifest.settings, **declared.environment}
        environment = {name: filled(text, known) for name, text in texts.items()}
        own = variables(self._deployment)
        statements = granted(declared.permissions, self._made, {})
        lost = self._missed.get(declared.name)
        return Function(declared, self._deployment, self._code, statements, {**own, **environment}, self._inside, lost)

    def _machine(self, declared: DeclaredMachine) -> Machine:
        statements = granted(declared.permissions, self._made, self._functions)
        return Machine(declared, self._deployment, statements, self._values(), self._inside)

    def _values(self) -> Mapping[str, pulumi.Input[str]]:
        """What machines refer to: versions of functions, names of resources."""
        versions = {f"function:{name}": function.version for name, function in self._functions.items()}
        return {**versions, **self.resources}
