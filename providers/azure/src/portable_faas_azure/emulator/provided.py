"""What stands around a function app besides its storage: topics, and who is subscribed to what, with which filter.

It is read from a manifest (``intended``) or from what was deployed (``subscribed``); a host takes it as JSON.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, final

CHANGES: Final = ""  # the source whose events are changes of the account's blobs; topics have names


@final
class Filter(NamedTuple):
    """What a subscription asks for; None and an empty text ask for nothing.

    Types and attributes are compared without case, subjects where they are not ``cased`` ("Event filtering for Event
    Grid subscriptions", learn.microsoft.com).
    """

    types: tuple[str, ...] | None = None
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    begins: str = ""
    ends: str = ""
    cased: bool = False

    def takes(self, event: Mapping[str, Any]) -> bool:
        """Whether it lets a CloudEvent pass."""
        if self.types is not None and not _among(event["type"], self.types):
            return False
        subject, begins, ends = (self._read(text) for text in (str(event.get("subject", "")), self.begins, self.ends))
        if not (subject.startswith(begins) and subject.endswith(ends)):
            return False
        return all(_among(event.get(name, ""), values) for name, values in self.attributes)

    def _read(self, text: str) -> str:
        return text if self.cased else text.casefold()


@final
class Topic(NamedTuple):
    """A topic, and why the app may not publish to it, if so."""

    name: str
    closed: str = ""


@final
class Subscription(NamedTuple):
    """Brings what a source tells into a queue, unless it is ``barred``; what it cannot deliver, into a container.

    Queue and container have their names in the storage that is there; no container: what cannot be delivered is lost.
    """

    name: str
    source: str
    filter: Filter
    queue: str
    barred: str = ""
    letters: str = ""


@final
class Provided(NamedTuple):
    """``addresses`` are the app settings that hold the address of a topic; ``account`` is the source of changes."""

    account: str
    topics: tuple[Topic, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """As JSON."""
        return json.dumps(self)

    @classmethod
    def parse(cls, text: str) -> "Provided":
        """What ``text`` gave."""
        account, topics, subscriptions, addresses = json.loads(text)
        return cls(
            account,
            tuple(Topic(*one) for one in topics),
            tuple(_subscription(*one) for one in subscriptions),
            tuple((setting, topic) for setting, topic in addresses),
        )


def _subscription(name: str, source: str, given: list[Any], *rest: str) -> Subscription:
    types, attributes, *subject = given
    wanted = tuple((attribute, tuple(values)) for attribute, values in attributes)
    return Subscription(name, source, Filter(None if types is None else tuple(types), wanted, *subject), *rest)


def _among(value: object, values: tuple[str, ...]) -> bool:
    return str(value).casefold() in {one.casefold() for one in values}
