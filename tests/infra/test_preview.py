"""Pulumi's own engine and providers preview the program: only where its command line and an account are at hand.

PFAAS_PREVIEW=aws AWS_REGION=eu-west-1 python -m pytest -m full tests/infra/test_preview.py
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.building import ROOT

CLOUDS = os.environ.get("PFAAS_PREVIEW", "").split()
SETTINGS = {"aws": "aws:skipMetadataApiCheck=true", "azure": "azure-native:location=westeurope"}

pytestmark = [
    pytest.mark.full,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(
        not CLOUDS or shutil.which("pulumi") is None,
        reason="not run: it needs pulumi on PATH, somebody signed in to a cloud, and that cloud in PFAAS_PREVIEW",
    ),
]


@pytest.mark.parametrize("on", CLOUDS or ["any"])
def test_pulumi_previews_the_orders(on: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "portable_faas",
        "deploy",
        "app:app",
        "--on",
        on,
        "--preview",
        "--set",
        SETTINGS[on],
    ]
    state = {
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_CONFIG_PASSPHRASE": "none",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "dist")],
        cwd=ROOT / "examples/orders",
        env={**os.environ, **state},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "to create" in done.stderr
