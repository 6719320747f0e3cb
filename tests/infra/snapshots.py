"""Writes the files of `tests/infra/snapshots`: `python -m tests.infra.snapshots`."""

from pathlib import Path

from portable_faas_infra.checks.shown import shown

from tests.infra.building import CLOUDS, EXAMPLES, example

FOLDER = Path(__file__).with_name("snapshots")


def path(name: str, cloud: str) -> Path:
    """The file of an example on a cloud."""
    return FOLDER / f"{name}.{cloud}.txt"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for cloud in CLOUDS:
        for name in EXAMPLES:
            path(name, cloud).write_text(shown(example(name, cloud)), "utf-8")
            print(path(name, cloud))
