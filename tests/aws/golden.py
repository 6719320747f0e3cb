"""Writes what the compiler makes of the small apps in ``tests/golden``: ``make golden``.

tests/golden/loops/app.py  ->  flow.txt, steps.py.txt, machine.asl.json beside it
"""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

from portable_faas_aws.lowering.machine import machine
from portable_faas_aws.lowering.placement import DEFAULT
from portable_faas_aws.lowering.verifier import verify as verify_machine

from portable_faas.app import App
from portable_faas.compiler import check
from portable_faas.compiler.flows import program
from portable_faas.compiler.steps import module_text
from portable_faas.ir.printer import show_program
from portable_faas.ir.verifier import verify

FOLDER: Final = Path(__file__).resolve().parents[1] / "golden"
CASES: Final = sorted(path.parent.name for path in FOLDER.glob("*/app.py"))


def load(case: str) -> App:
    """The app of a case, as a module that the generated functions can find again."""
    name = f"golden_{case}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, FOLDER / case / "app.py")
        assert spec is not None
        assert spec.loader is not None
        module: ModuleType = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    app = sys.modules[name].app
    assert isinstance(app, App)
    return app


def texts(case: str) -> dict[str, str]:
    """The files of a case by their names."""
    app = load(case)
    assert check(app) == ()
    made = program(app)
    verify(made)
    definition = machine(made, "main", DEFAULT)
    verify_machine(definition)
    return {
        "flow.txt": show_program(made),
        "steps.py.txt": module_text(made, f"golden_{case}"),
        "machine.asl.json": json.dumps(definition, ensure_ascii=False, indent=1) + "\n",
    }


def main() -> None:
    """Write them all."""
    for case in CASES:
        for name, text in texts(case).items():
            (FOLDER / case / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
