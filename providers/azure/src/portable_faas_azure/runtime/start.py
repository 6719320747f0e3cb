"""What an instance is started with: its input, and what the adapter has to know of it besides.

    Start('{"n":1}')                  ->  '{"n":1}'
    Start('{"n":1}', version="2")     ->  'portable_faas {"input":"{\\"n\\":1}","version":"2"}'

The text is the platform's input of the instance. No JSON text begins as the second form does, so nothing that a user
gives is taken for it.
"""

import json
from typing import Any, Final, NamedTuple, Self, final

from portable_faas.history import Event
from portable_faas.replay import Inbox

MARK: Final = "portable_faas "


@final
class Rerun(NamedTuple):
    """A failed run that goes on from its last step: who it was, what it did until then, and its children's reruns.

    ``children`` holds the texts that the children of its open steps are started with.
    """

    key: str
    began: int
    history: tuple[Event, ...]
    children: dict[str, str]


@final
class Start(NamedTuple):
    """``by`` names the step that started it, ``parent`` the instance that waits for it.

    ``inbox`` and ``status`` are what an earlier run of it has left.
    """

    input: str | None
    version: str = ""
    by: str = ""
    inbox: str | None = None
    status: str | None = None
    rerun: Rerun | None = None
    parent: str = ""

    def text(self) -> str | None:
        """The platform's input; None where there is nothing to say."""
        if not any(self[1:]):
            return self.input
        fields = {name: value for name, value in self._asdict().items() if value}
        if self.rerun is not None:
            fields["rerun"] = list(self.rerun)
        return MARK + json.dumps(fields, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str | None) -> Self:
        """What ``text`` wrote."""
        if text is None or not text.startswith(MARK):
            return cls(text)
        fields: dict[str, Any] = json.loads(text[len(MARK) :])
        rerun = fields.pop("rerun", None)
        if rerun is not None:
            key, began, history, children = rerun
            fields["rerun"] = Rerun(key, began, tuple(Event(*event) for event in history), children)
        return cls(fields.pop("input", None), **fields)

    def events(self) -> Inbox:
        """The inbox to begin with."""
        return Inbox.from_json(self.inbox)
