"""Rules that no schema holds: what would be refused later, or would be accepted and is not safe.

lint(recording)   ->   (Finding("iam-wildcard", "orders-dev-charge", "allows s3:* ..."), ...)
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, final

from portable_faas_infra.checks.lints_aws import AWS
from portable_faas_infra.checks.lints_azure import AZURE
from portable_faas_infra.checks.lints_events import EVENTS
from portable_faas_infra.checks.lints_text import TEXT
from portable_faas_infra.checks.recorded import Recorded, Recording

Rule = Callable[[Recorded, Recording], Iterator[str]]


@final
class Finding(NamedTuple):
    """A rule that a resource breaks."""

    rule: str
    resource: str
    problem: str


RULES: Final[dict[str, Rule]] = {**TEXT, **AWS, **AZURE, **EVENTS}


def lint(recording: Recording) -> tuple[Finding, ...]:
    """Everything that any rule finds."""
    return tuple(
        Finding(name, resource.name, problem)
        for name, rule in RULES.items()
        for resource in recording.resources
        for problem in rule(resource, recording)
    )
