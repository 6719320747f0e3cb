"""The conformance suite of functions with triggers on one engine.

    class TestMine(TriggerConformance):
        on = "mine"

Needs pytest. ``options`` go to ``running``.
"""

import asyncio
from typing import Any, ClassVar

import pytest

from portable_faas.testing.conformance.behaviours import Behaviour, behaviours
from portable_faas.testing.running import running


class TriggerConformance:
    """Inherit it, say which engine, and pytest runs every scenario of triggers on it."""

    on: ClassVar[str]
    options: ClassVar[dict[str, Any]] = {}

    @pytest.mark.parametrize("behaviour", behaviours(), ids=lambda behaviour: behaviour.name)
    def test_trigger(self, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
        """The app does what the scenario says."""
        for name, value in behaviour.environment.items():
            monkeypatch.setenv(name, value)
        asyncio.run(self.run_behaviour(behaviour))

    async def run_behaviour(self, behaviour: Behaviour) -> None:
        """Start the app and let the scenario look at it."""
        async with running(behaviour.app, self.on, **self.options) as client:
            await behaviour.check(client)
