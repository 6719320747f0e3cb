"""Finds uv, which installs for other machines and knows the interpreters of this one."""

import shutil
import sys
from pathlib import Path


def uv() -> str | None:
    """The uv beside this interpreter, else on the path."""
    return shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
