"""Requirements: where they are read, how they are resolved for another machine, and what is said when they are not."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from portable_faas.package import LINUX, PackageError, Packed, archive
from portable_faas.package.installed import Wanted, installed
from portable_faas.package.requirements import Requirement, requirements_of
from tests.unit.package.conftest import PROGRAM, Written

Pack = Callable[..., Packed]
UV = '[tool.uv]\nno-index = true\nfind-links = ["wheels"]\n'


def wheel(name: str, version: str, tag: str, files: dict[str, bytes], requires: str = "") -> tuple[str, bytes]:
    """The name and bytes of a wheel."""
    info = f"{name}-{version}.dist-info"
    needs = f"Requires-Dist: {requires}\n" if requires else ""
    whole = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}".encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n".encode(),
    }
    record = "".join(f"{path},sha256={_hash(content)},{len(content)}\n" for path, content in whole.items())
    return f"{name}-{version}-{tag}.whl", archive({**whole, f"{info}/RECORD": f"{record}{info}/RECORD,,\n".encode()})


def _hash(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def shop_with(requirements: list[str], *wheels: tuple[str, bytes]) -> dict[str, str | bytes]:
    """A program that needs ``requirements``, which only ``wheels`` can fulfil."""
    listed = "".join(f'  "{one}",\n' for one in ["portable-faas", "portable_faas_aws", *requirements])
    settings = f'[project]\nname = "shop"\nversion = "1"\ndependencies = [\n{listed}]\n[tool.portable-faas]\n{UV}'
    return {
        "pyproject.toml": settings,
        **{f"wheels/{name}": content for name, content in wheels},
        "portable.toml": 'exclude = ["wheels"]',
    }


PURE = wheel(
    "pure", "1.5", "py3-none-any", {"pure/__init__.py": b"one = 1\n", "pure/py2.py": b"print 'x'\n"}, "deep>=2"
)
DEEP = wheel("deep", "2.0", "py3-none-any", {"deep.py": b"two = 2\n"})
ELF = b"\x7fELF\x02\x01" + bytes(12) + b"\x3e\x00" + bytes(44)  # x86_64


def native(platform: str, content: bytes = ELF) -> tuple[str, bytes]:
    return wheel("fast", "1.0", f"cp312-cp312-{platform}", {"fast.cpython-312-x86_64-linux-gnu.so": content})


def test_a_program_without_requirements_needs_neither_uv_nor_network(
    written: Written, packed: Pack, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    monkeypatch.setattr("portable_faas.package.installed.uv", pytest.fail)
    assert packed(written()).distributions == ()
    assert not (cache / "requirements").exists()


def test_requirements_and_theirs_are_packed(written: Written, packed: Pack) -> None:
    found = packed(written(shop_with(["pure>=1"], PURE, DEEP)))
    assert found.distributions == ("deep==2.0", "pure==1.5")
    assert found.files["pure/__init__.py"] == b"one = 1\n"
    assert found.files["deep.py"] == b"two = 2\n"
    assert not any(name.startswith("bin/") or name.endswith(("RECORD", "INSTALLER", ".lock")) for name in found.files)
    assert "pure-1.5.dist-info/METADATA" in found.files
    assert any("deep.cpython" in name for name in found.files)
    assert not any("py2.cpython" in name for name in found.files)


def test_the_second_build_resolves_nothing_until_it_is_asked_to(
    written: Written, packed: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = written(shop_with(["pure"], PURE, DEEP))
    first = packed(root)
    newer = wheel("pure", "1.6", "py3-none-any", {"pure/__init__.py": b"one = 1.6\n"})
    (root / "wheels" / newer[0]).write_bytes(newer[1])
    with monkeypatch.context() as patched:
        patched.setattr("portable_faas.package.installed.uv", pytest.fail)
        assert packed(root) == first
    requirements = requirements_of(root)
    wanted = Wanted(requirements, LINUX, "3.12", root, {})
    assert installed(wanted, True, print).distributions == ("pure==1.6",)


def test_wheels_are_those_of_the_platform(written: Written, packed: Pack) -> None:
    root = written(
        shop_with(["fast"], native("manylinux2014_x86_64"), native("macosx_11_0_arm64", b"\xcf\xfa\xed\xfe"))
    )
    assert packed(root, python="3.12").files["fast.cpython-312-x86_64-linux-gnu.so"] == ELF


@pytest.mark.parametrize(
    ("requirements", "wheels", "told"),
    [
        (
            ["absent>=3"],
            [],
            r"^pyproject\.toml:7: 'absent>=3' cannot be resolved for Python 3\.12 on Linux x86_64\. uv: ",
        ),
        (["pure>=9"], [PURE], r"^pyproject\.toml:7: 'pure>=9' cannot be resolved "),
        (["pure"], [PURE], r"^pyproject\.toml:7: 'pure' cannot be resolved .*deep"),
        (["pure", "deep<2"], [PURE, DEEP], r"^pyproject\.toml:\d: '(pure|deep<2)' cannot be resolved "),
        (["fast"], [native("macosx_11_0_arm64")], r"^pyproject\.toml:7: 'fast' has no wheel for Python 3\.12 on Linux"),
        (["fast"], [native("manylinux2014_aarch64")], r"^pyproject\.toml:7: 'fast' has no wheel for "),
        (["not a requirement!"], [], r"^pyproject\.toml:7: 'not a requirement!' cannot be resolved "),
    ],
)
def test_what_cannot_be_had_is_named_with_its_place(
    written: Written, packed: Pack, requirements: list[str], wheels: list[tuple[str, bytes]], told: str
) -> None:
    root = written(shop_with(requirements, *wheels))
    (root / "wheels").mkdir(exist_ok=True)
    with pytest.raises(PackageError, match=told) as refused:
        packed(root, python="3.12")
    assert "\n" not in str(refused.value)
    assert not refused.value.lacking


def test_a_wheel_with_code_of_another_machine(written: Written, packed: Pack) -> None:
    root = written(shop_with(["fast"], native("manylinux2014_x86_64", b"\xcf\xfa\xed\xfe")))
    with pytest.raises(PackageError, match=r"^fast\.cpython-312-x86_64-linux-gnu\.so is native code of macOS, but"):
        packed(root, python="3.12")


def test_without_uv_it_says_how_to_get_it(written: Written, packed: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_args, **_options: None)
    with pytest.raises(PackageError, match="pip install uv") as refused:
        packed(written(shop_with(["pure"], PURE)))
    assert refused.value.lacking


def test_without_a_network_it_says_so(written: Written, packed: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    files = shop_with(["absent"])
    files["pyproject.toml"] = str(files["pyproject.toml"]).replace(UV, '[tool.uv]\nindex-url = "http://127.0.0.1:9/"\n')
    with pytest.raises(PackageError, match="the requirements cannot be fetched; is there a network") as refused:
        packed(written(files))
    assert refused.value.lacking
    assert "\n" not in str(refused.value)


def test_a_requirements_file_serves_where_the_project_lists_none(written: Written) -> None:
    listed = "# ours\nportable-faas[aws]\n\npure>=1 ; python_version > '3' # why\ndeep==2.0 \\\n  --hash=sha256:00\n"
    root = written({"pyproject.toml": "[tool.portable-faas]\n", "requirements.txt": listed})
    assert requirements_of(root) == [
        Requirement("pure>=1 ; python_version > '3'", "requirements.txt", 4),
        Requirement("deep==2.0 --hash=sha256:00", "requirements.txt", 5),
    ]


@pytest.mark.parametrize("line", ["-r other.txt", "-e .", "--index-url x"])
def test_what_a_requirements_file_may_not_say(written: Written, line: str) -> None:
    root = written({"pyproject.toml": "[tool.portable-faas]\n", "requirements.txt": f"pure\n{line}\n"})
    with pytest.raises(PackageError, match=rf"^requirements\.txt:2: {line.split()[0]} is not followed"):
        requirements_of(root)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PROGRAM["pyproject.toml"].replace("[project]", "[project"), "not TOML"),
        ('[project]\ndependencies = "pure"\n', r"\[project\]\.dependencies is a list of texts"),
    ],
)
def test_a_project_file_that_is_wrong(written: Written, text: str, told: str) -> None:
    with pytest.raises(PackageError, match=rf"^pyproject\.toml: {told}"):
        requirements_of(written({"pyproject.toml": text}))


def test_two_builds_at_once_keep_one_result(tmp_path: Path) -> None:
    from portable_faas.package.kept import kept

    def slower(folder: Path) -> None:
        kept("same", lambda other: (other / "faster").touch())
        (folder / "slower").touch()

    assert [path.name for path in kept("same", slower).iterdir()] == ["faster"]
    assert [path.name for path in kept("same", lambda new: (new / "renewed").touch(), renew=True).iterdir()] == [
        "renewed"
    ]
