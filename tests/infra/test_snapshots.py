"""The resources of every example, as text: a change of the program shows as a change of these files.

`make golden` writes them anew.
"""

import pytest
from portable_faas_infra.checks.shown import shown

from tests.infra.building import CLOUDS, EXAMPLES, example
from tests.infra.snapshots import path


@pytest.mark.parametrize("on", CLOUDS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_resources_are_as_written_down(name: str, on: str) -> None:
    assert shown(example(name, on)) == path(name, on).read_text("utf-8")
