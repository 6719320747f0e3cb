"""``inside``: what an engine puts around the code of functions and activities, so that their resources find it.

with inside(services, start):
    await orders.send(order)            goes to ``services``
    await fulfil.start(order)           goes to ``start``
"""

from portable_faas.resources.acting import Start, running_on

__all__ = ["Start", "inside"]

inside = running_on
