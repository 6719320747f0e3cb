"""Resources: what functions use besides each other, declared once and typed; each is also its own client.

orders = app.queue("orders", Order)          await orders.send(order)
"""

from portable_faas.resources.bucket import Bucket, ObjectInfo
from portable_faas.resources.grant import Grant
from portable_faas.resources.queue import DeadLetter, Queue
from portable_faas.resources.resource import Resource
from portable_faas.resources.secret import Secret
from portable_faas.resources.setting import Setting
from portable_faas.resources.topic import Topic

__all__ = ["Bucket", "DeadLetter", "Grant", "ObjectInfo", "Queue", "Resource", "Secret", "Setting", "Topic"]
