"""The files of Pulumi projects say the settings as they are."""

from pathlib import Path

import yaml
from portable_faas_infra.project import project_file
from portable_faas_infra.settings import SETTINGS, Settings, settings

from tests.infra.building import ROOT

TEMPLATE = ROOT / "portable_faas/cli/template/infra/Pulumi.yaml.txt"
READY = ROOT / "infra/Pulumi.yaml"


def test_the_ready_project_is_as_written_from_the_settings() -> None:
    text = project_file("portable-faas", "A built portable_faas app, on AWS or Azure", "../.venv")
    assert READY.read_text("utf-8") == text


def test_so_is_the_one_of_a_new_app() -> None:
    assert TEMPLATE.read_text("utf-8") == project_file("{{name}}", "{{name}}, built by pfaas")


def test_what_pulumi_gives_by_default_is_what_the_settings_are_by_default() -> None:
    declared = yaml.safe_load(READY.read_text("utf-8"))["config"]
    assert set(declared) == set(SETTINGS)
    given = {name: one["default"] for name, one in declared.items()}
    texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in given.items()}
    assert settings(texts, "dev") == Settings("dev") == settings({}, "dev")


def test_programs_are_a_few_lines() -> None:
    for path in (Path(ROOT / "infra/__main__.py"), ROOT / "portable_faas/cli/template/infra/__main__.py.txt"):
        assert len(path.read_text("utf-8").splitlines()) < 10
