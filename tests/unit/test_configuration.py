"""The user's settings: where they are found, what is refused, and the interpreter they name."""

import sys
from pathlib import Path

import pytest

from portable_faas import App, Context
from portable_faas.configuration import Configuration, configuration, other_python
from portable_faas.testing import running

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
app = App("configured")


@app.orchestrator
async def nothing(ctx: Context) -> None: ...


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.portable-faas]\napp = "outer:app"\n')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert configuration(inner).app == "outer:app"
    (tmp_path / "a" / "portable.toml").write_text('app = "inner:app"\ncloud = "aws"\n')
    assert configuration(inner) == Configuration(tmp_path / "a" / "portable.toml", "inner:app", "aws", None)


def test_a_pyproject_without_our_table_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.portable-faas]\napp = "outer:app"\n')
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert configuration(inner).app == "outer:app"


@pytest.mark.parametrize(
    ("text", "problem"),
    [("app = [", "not TOML"), ("color = 1", "there is no setting 'color'"), ("app = 1", "app is text, not 1")],
)
def test_a_wrong_setting_is_named_with_its_file(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "portable.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=f"^{path}: {problem}"):
        configuration(tmp_path)


def test_another_interpreter_than_the_configured_is_told() -> None:
    assert other_python(Configuration(python=HERE)) is None
    assert other_python(Configuration()) is None
    assert f"this is Python {HERE}" in str(other_python(Configuration(python="3.99")))


async def test_running_warns_of_another_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "portable.toml").write_text('python = "3.99"\n')
    monkeypatch.chdir(tmp_path)
    with pytest.warns(UserWarning, match=r"sets python = '3\.99'"):
        async with running(app) as client:
            await (await client.start(nothing)).result()
