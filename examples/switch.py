"""Moves the order example from one cloud to the other by one line of configuration, and runs its tests on each.

    python -m examples.switch            portable.toml with cloud = "aws", then with cloud = "azure"
    python -m examples.switch -k shipped   only tests of that name; what follows goes to pytest

Each time the infrastructure program, the one that `pulumi up` runs, deploys the app into the emulated cloud, and the
same test file runs on what it created.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
TESTS = REPOSITORY / "examples/orders/test_app.py"
CLOUDS = ("aws", "azure")


def tested(cloud: str, options: Sequence[str]) -> tuple[bool, str]:
    """Whether the tests pass where the configuration names ``cloud``, and how pytest sums it up."""
    with tempfile.TemporaryDirectory(prefix="pfaas-switch-") as folder:
        Path(folder, "portable.toml").write_text(f'cloud = "{cloud}"\n', "utf-8")
        place = ["-c", str(REPOSITORY / "pyproject.toml"), "--rootdir", str(REPOSITORY), str(TESTS)]
        command = [sys.executable, "-m", "pytest", "-q", "--on", "configured", "--deployed", *place, *options]
        environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines() or ["pytest said nothing"]
    return done.returncode == 0, lines[-1] if done.returncode == 0 else "\n".join(lines[-20:])


def main(options: Sequence[str] = ()) -> int:
    """Print a line for each cloud; 1 if a test fails on any."""
    all_pass = True
    for cloud in CLOUDS:
        passed, told = tested(cloud, options)
        all_pass = all_pass and passed
        setting = f'cloud = "{cloud}"'
        print(f"{setting:16} deployed by the Pulumi program, examples/orders/test_app.py: {told}", flush=True)
    return 0 if all_pass else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
