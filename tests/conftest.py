"""Hypothesis profiles, short by default and long for make full; Azurite; the usual depth; figures of long proofs."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from portable_faas.errors import NotInstalled

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("full", settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

FIGURES = "figures"
INSTALLED = Path(__file__).parent.parent / ".make/azurite"
if INSTALLED.is_dir():
    os.environ.setdefault("PFAAS_AZURITE_FOLDER", str(INSTALLED))


@pytest.fixture(scope="session")
def azurite() -> str:
    """The connection string of the Azurite of this test process. Without one, the test is reported as not run."""
    from portable_faas_azure.emulator.azurite import shared

    try:
        return shared().connection
    except NotInstalled as missing:
        pytest.skip(f"not run without Azurite: {missing}")


@pytest.fixture
def usual_depth() -> Iterator[None]:
    """Python's own recursion limit: jsonata-python raises it to 10,000 for the whole process."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(before)


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Takes what a long proof has counted; it is printed at the end of the run, from any worker."""
    return lambda text: record_property(FIGURES, text)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of the tests that passed."""
    for report in terminalreporter.getreports("passed"):
        for name, text in report.user_properties:
            if name == FIGURES:
                terminalreporter.write_sep("-", report.nodeid)
                terminalreporter.write_line(str(text))
