"""An app in one module, its functions in others, and a module that imports them all: the layout of most programs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FILES = {
    "pyproject.toml": '[tool.portable-faas]\napp = "shop.main:app"\n',
    "shop/__init__.py": "",
    "shop/app.py": 'from portable_faas import App\n\napp = App("shop")\n',
    "shop/payments.py": """
from shop.app import app


@app.activity
def charge(amount: int) -> int:
    return amount * 2
""",
    "shop/orders.py": """
from portable_faas import Context

from shop.app import app
from shop.payments import charge


@app.orchestrator
async def fulfil(ctx: Context, amount: int) -> int:
    return await charge(amount)
""",
    "shop/main.py": "from shop.app import app as app\nfrom shop import orders as orders\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("on", ["local", "azure", "aws"])
@pytest.mark.parametrize("configured", [True, False], ids=["configured", "unconfigured"])
def test_functions_in_other_modules_than_the_app_run(tmp_path: Path, on: str, configured: bool) -> None:
    for name, content in FILES.items():
        if configured or name != "pyproject.toml":
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
    command = [sys.executable, "-m", "portable_faas", "run", "shop.main:app", "fulfil", "--input", "4", "--on", on]
    done = subprocess.run([*command, "--json"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["output"] == 8
