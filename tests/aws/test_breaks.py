"""Each deliberate break of `make mutate` still finds its place in the source, and changes it."""

import pytest

from bench.breaks import BREAKS, Break, broken


@pytest.mark.parametrize("wanted", BREAKS, ids=lambda wanted: wanted.title)
def test_a_break_finds_its_place(wanted: Break) -> None:
    with broken(wanted):
        pass
    assert wanted.old != wanted.new
