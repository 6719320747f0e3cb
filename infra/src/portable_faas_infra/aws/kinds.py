"""The kinds of resources that an app on AWS may have: a new kind is one component, and one line here."""

from collections.abc import Mapping
from typing import Final, Protocol

import pulumi

from portable_faas.manifest import Part
from portable_faas_infra.aws.bucket import Bucket
from portable_faas_infra.aws.policy import Statement
from portable_faas_infra.aws.queue import Queue
from portable_faas_infra.aws.secret import Secret
from portable_faas_infra.aws.table import Table
from portable_faas_infra.aws.topic import Topic
from portable_faas_infra.deployment import Deployment


class Resource(Protocol):
    """A resource of the manifest, made.

    ``name`` is what the app calls it by; ``references`` are this and other names, by what settings refer to them by.
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    @property
    def references(self) -> Mapping[str, pulumi.Output[str]]:
        """The names."""
        ...

    def statements(self, permission: Part) -> list[Statement]:
        """The rights that a permission of the manifest gives on it."""
        ...


class Kind(Protocol):
    """Makes resources of one kind, and knows the verbs that permissions on them have."""

    @property
    def may(self) -> tuple[str, ...]:
        """The verbs."""
        ...

    def __call__(self, part: Part, deployment: Deployment, opts: pulumi.ResourceOptions) -> Resource:
        """Make one."""
        ...


KINDS: Final[Mapping[str, Kind]] = {"bucket": Bucket, "queue": Queue, "secret": Secret, "table": Table, "topic": Topic}
SETTING: Final = "setting"  # nothing is made of it but a variable of every function
FUNCTION: Final = "function"  # not a resource of the manifest, but machines have permissions on them
CALL: Final = ("invoke",)
MACHINE: Final = "machine"  # nor is this one
RUN: Final = ("start", "wait", "describe", "stop", "succeed", "fail")


def reference(part: Part) -> str:
    """What settings and definitions refer to a resource by: ``bucket:values``."""
    return f"{part['kind']}:{part['name']}"
