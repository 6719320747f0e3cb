"""Apps with functions and resources on the emulated Azure, on what the program created and nothing else."""

import pytest

from portable_faas.testing.conformance import TriggerConformance
from portable_faas.testing.conformance.behaviours import Behaviour, behaviours

# One for each kind of resource that the program creates.
IN_PART = ("blob", "http_keys", "queue_retry", "topic")


class OnDeployments(TriggerConformance):
    on = "azure"
    options = {"deployed": True, "storage": "azurite"}  # noqa: RUF012


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
class TestTriggersInPart(OnDeployments):
    @pytest.mark.parametrize(
        "behaviour", [each for each in behaviours() if each.name in IN_PART], ids=lambda behaviour: behaviour.name
    )
    def test_trigger(self, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
        super().test_trigger(behaviour, monkeypatch)


@pytest.mark.full
@pytest.mark.usefixtures("azurite")
class TestTriggers(OnDeployments):
    """All of them."""


def test_the_part_names_scenarios() -> None:
    assert set(IN_PART) <= {each.name for each in behaviours()}
