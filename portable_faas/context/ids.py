"""Instance ids: what a caller may choose, and those that an orchestrator's own starts get."""

from typing import Final

ID_LENGTH: Final = 64
ID_CHARACTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def new_id() -> str:
    """A fresh instance id: 32 hexadecimal digits."""
    from uuid import uuid4

    return uuid4().hex


def check_id(instance_id: object) -> str:
    """``instance_id`` if every platform takes it; ``TypeError`` or ``ValueError`` otherwise."""
    if not isinstance(instance_id, str):
        raise TypeError(f"an instance id is text, not {instance_id!r}")
    if not 1 <= len(instance_id) <= ID_LENGTH or not ID_CHARACTERS.issuperset(instance_id):
        raise ValueError(f"an instance id is 1 to {ID_LENGTH} of the characters A-Z a-z 0-9 _ -, not {instance_id!r}")
    return instance_id
