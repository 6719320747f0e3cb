"""The machine that a package runs on, and whether native code fits it.

prices.cpython-311-darwin.so   ->   "prices.cpython-311-darwin.so is native code of macOS; Linux x86_64 needs ..."
"""

import re
import struct
from collections.abc import Mapping
from typing import Final, NamedTuple, final

from portable_faas.manifest import Architecture
from portable_faas.package.problem import PackageError

NATIVE: Final = re.compile(r"\.(pyd|dylib|dll|so(\.\d+)*)$")
TAG: Final = re.compile(r"\.cpython-3(\d+)[a-z]*-([\w-]+)\.so$")  # PEP 3149
MAGIC: Final = {
    b"MZ": "Windows",
    b"\xcf\xfa\xed\xfe": "macOS",
    b"\xce\xfa\xed\xfe": "macOS",
    b"\xca\xfe\xba\xbe": "macOS",
}
MACHINES: Final = {3: "x86", 40: "arm", 62: "x86_64", 183: "aarch64"}  # e_machine of an ELF header


@final
class Platform(NamedTuple):
    """An operating system and a processor.

    ``wheels`` is what uv calls it, ``machine`` the processor in the tag of an extension module and in an ELF header,
    ``architecture`` the processor in the manifest.
    """

    name: str
    wheels: str
    machine: str
    architecture: Architecture


# The oldest glibc among the images that the platforms run Python 3.11 on is newer than that of manylinux2014 (PEP 599).
LINUX: Final = Platform("Linux x86_64", "x86_64-manylinux2014", "x86_64", "x86_64")
LINUX_ARM: Final = Platform("Linux arm64", "aarch64-manylinux2014", "aarch64", "arm64")


def refuse_foreign_code(files: Mapping[str, bytes], platform: Platform, python: str) -> None:
    """``PackageError`` for the first native file that could not be loaded there."""
    for name, content in sorted(files.items()):
        if NATIVE.search(name):
            found = _foreign(name, content, platform, python)
            if found is not None:
                raise PackageError(
                    f"{name} is native code of {found}, but the package runs on {platform.name} with Python {python}; "
                    "put its distribution among the requirements, or exclude the file"
                )


def _foreign(name: str, content: bytes, platform: Platform, python: str) -> str | None:
    for magic, system in MAGIC.items():
        if content.startswith(magic):
            return system
    if not content.startswith(b"\x7fELF"):
        return "an unknown kind"
    order = ">" if content[5:6] == b"\x02" else "<"
    machine = struct.unpack(f"{order}H", content[18:20])[0] if len(content) >= 20 else 0
    if MACHINES.get(machine) != platform.machine:
        return f"Linux {MACHINES.get(machine, 'on another processor')}"
    tag = TAG.search(name)
    if tag is None:
        return None
    if tag[2] != f"{platform.machine}-linux-gnu":
        return tag[2]
    return None if python == f"3.{tag[1]}" else f"Python 3.{tag[1]}"
