"""Resources: what functions use besides each other, declared once and typed; each is also its own client.

orders = app.queue("orders", Order)          await orders.send(order)
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from portable_faas.resources.bucket import Bucket as Bucket
    from portable_faas.resources.bucket import ObjectInfo as ObjectInfo
    from portable_faas.resources.grant import Grant as Grant
    from portable_faas.resources.queue import DeadLetter as DeadLetter
    from portable_faas.resources.queue import Queue as Queue
    from portable_faas.resources.resource import Resource as Resource
    from portable_faas.resources.secret import Secret as Secret
    from portable_faas.resources.setting import Setting as Setting
    from portable_faas.resources.topic import Topic as Topic

# An app loads what it declares.
_PLACES: Final = {
    "Bucket": "bucket",
    "ObjectInfo": "bucket",
    "Grant": "grant",
    "DeadLetter": "queue",
    "Queue": "queue",
    "Resource": "resource",
    "Secret": "secret",
    "Setting": "setting",
    "Topic": "topic",
}
__all__ = ["Bucket", "DeadLetter", "Grant", "ObjectInfo", "Queue", "Resource", "Secret", "Setting", "Topic"]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
