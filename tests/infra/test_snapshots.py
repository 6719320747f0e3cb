"""The resources of every example, as text: a change of the program shows as a change of these files.

`make golden` writes them anew.
"""

import pytest
from portable_faas_infra.checks.shown import shown

from portable_faas.errors import CompileError, NotSupported
from tests.infra.building import CLOUDS, EXAMPLES, ROOT, built, example
from tests.infra.snapshots import path


@pytest.mark.parametrize("on", CLOUDS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_resources_are_as_written_down(name: str, on: str) -> None:
    assert shown(example(name, on)) == path(name, on).read_text("utf-8")


def builds(name: str) -> bool:
    try:
        return all(built(name, on).is_dir() for on in CLOUDS)
    except (CompileError, NotSupported):
        return False


@pytest.mark.slow
def test_every_example_that_both_clouds_build_is_among_them() -> None:
    every = [path.parent.name for path in sorted((ROOT / "examples").glob("*/app.py"))]
    assert sorted(name for name in every if builds(name)) == list(EXAMPLES)
