"""Entity keys as the platform takes them: any text of ours becomes letters, digits and a few signs.

    "order-7"  ->  "order-7"        "ö/€"  ->  "~" and the SHA-256 of it

Keys are part of instance ids, which hold none of / \\ # ? and have a limited length (Microsoft Learn, "Manage instances
in Durable Functions").
"""

from typing import Final

PLAIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
LONGEST: Final = 64


def platform_key(key: str) -> str:
    """The platform's key for ``key``; different for different keys."""
    if 0 < len(key) <= LONGEST and PLAIN.issuperset(key):
        return key
    from hashlib import sha256

    return f"~{sha256(key.encode()).hexdigest()}"
