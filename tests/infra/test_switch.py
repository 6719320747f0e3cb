"""The configuration's `cloud`, and nothing else, moves the order example from one emulated cloud to the other."""

import os

import pytest

from examples import switch
from portable_faas.pytest_plugin import DEPLOYED

pytest_plugins = ("pytester",)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("azurite")
def test_one_line_moves_the_orders_and_the_same_tests_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert switch.main() == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in told] == ['cloud = "aws"', 'cloud = "azure"']
    assert all(" 5 passed" in line for line in told)


def test_configured_is_the_cloud_of_the_configuration(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", portable='cloud = "azure"')
    pytester.makepyfile("def test_it(cloud): assert cloud == 'azure'")
    pytester.runpytest_subprocess("--on", "configured").assert_outcomes(passed=1)


def test_deployed_is_told_while_tests_run_and_no_longer(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"import os\ndef test_it(): assert os.environ['{DEPLOYED}'] == '1'")
    pytester.runpytest_subprocess("--deployed").assert_outcomes(passed=1)
    assert DEPLOYED not in os.environ
