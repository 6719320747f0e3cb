"""What an emulated AWS account holds: functions, state machines, tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Function:
    """A Lambda function: ``code`` is a folder or a zip file, ``timeout`` is in seconds, ``memory`` in MiB.

    One that was created through Lambda's API acts as its ``role`` and logs into its ``log_group``; a version of it is
    called ``name:version``.
    """

    name: str
    code: Path
    handler: str
    timeout: int = 60
    memory: int = 256
    environment: Mapping[str, str] = field(default_factory=dict)
    role: str | None = None
    log_group: str | None = None
    is_traced: bool = False


@dataclass(frozen=True)
class Machine:
    """A Standard state machine; its ``definition`` is in the Amazon States Language with JSONata."""

    name: str
    definition: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """A DynamoDB table; ``key`` is its partition key, a string."""

    name: str
    key: str = "id"
