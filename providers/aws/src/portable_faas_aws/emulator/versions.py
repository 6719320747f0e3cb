"""The versions of the libraries that the emulator mends: it works from their inside, so another version is refused."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

# name: (first version that it was written and tested for, first version that it was not)
WRITTEN_FOR: Final = {"moto": ("5.2.5", "5.2.6"), "jsonata-python": ("0.7.1", "0.7.2"), "awslambdaric": ("4.2.2", "5")}


class WrongVersion(RuntimeError):
    """A library that the emulator works from the inside is missing or of a version it was not written for."""


def check() -> None:
    """Raise WrongVersion, naming every library that does not fit and what to install."""
    wrong = [problem for name in WRITTEN_FOR if (problem := _problem(name))]
    if wrong:
        raise WrongVersion(f"{'; '.join(wrong)}; install portable-faas-aws[emulator]")


def _problem(name: str) -> str | None:
    low, high = WRITTEN_FOR[name]
    try:
        found = version(name)
    except PackageNotFoundError:
        return f"{name} is not installed"
    if _numbers(low) <= _numbers(found) < _numbers(high):
        return None
    return f"the emulated AWS was written for {name} >={low},<{high} and found {found}"


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())
