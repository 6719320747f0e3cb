"""``pfaas deploy`` and ``pfaas destroy``: what they say without Pulumi, and what they ask of it.

Pulumi's command line is a program that writes down what it is asked and answers as the real one: none of it is here to
be run. What it would run, the program of an app, is tested beside.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import APP, Ran

FAKE = """#!/bin/sh
echo "$PWD|$*" >> "$PFAAS_ASKED"
log=$(echo "$*" | sed -n 's/.*--event-log \\([^ ]*\\).*/\\1/p')
[ -n "$log" ] && echo '{"sequence":1,"timestamp":1,"summaryEvent":{"maybeCorrupt":false,"durationSeconds":1,\
"resourceChanges":{"create":3},"policyPacks":{}}}' | tr -d '\n' > "$log" && echo >> "$log"
case "$*" in
  *version*) echo "${PFAAS_VERSION:-v3.200.0}" ;;
  *"stack init"*|*"stack select"*|*config*|*"stack rm"*) ;;
  *"stack output"*) echo '{"app": "shop", "machines": {"fulfil": "arn"}}' ;;
  *"stack history"*) echo '[{"kind":"update","startTime":"2026-01-01T00:00:00.000Z","message":"","environment":{},\
"config":{},"result":"succeeded","endTime":"2026-01-01T00:00:00.000Z","version":1,"resourceChanges":{"create":3}}]' ;;
  *" up "*|*" preview "*|*" destroy "*) echo "$PFAAS_SAYS"; echo "$PFAAS_WRONG" >&2; exit "${PFAAS_EXIT:-0}" ;;
esac
"""
Pfaas = Callable[..., Ran]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "__init__.py").write_text("")
    (folder / "shop" / "app.py").write_text(APP)
    (folder / "pyproject.toml").write_text('[tool.portable-faas]\napp = "shop.app:app"\ncloud = "aws"\n')
    return folder


@pytest.fixture
def pfaas(shop: Path, tmp_path: Path) -> Pfaas:
    def run(*words: str, stdin: str = "", fake: bool = True, **said: str) -> Ran:
        path = str(Path(sys.executable).parent)
        if fake:
            tools = tmp_path / "tools"
            tools.mkdir(exist_ok=True)
            (tools / "pulumi").write_text(FAKE)
            (tools / "pulumi").chmod(0o755)
            path = f"{tools}{os.pathsep}/usr/bin{os.pathsep}/bin{os.pathsep}{path}"
        environment = {**os.environ, "PATH": path, "PFAAS_ASKED": str(tmp_path / "asked"), **said}
        command = [sys.executable, "-m", "portable_faas", *words]
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, cwd=shop, env=environment, timeout=100, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


def asked(tmp_path: Path) -> list[str]:
    lines = (tmp_path / "asked").read_text().splitlines()
    return [line.partition("|")[2].removeprefix("--non-interactive ") for line in lines]


@pytest.mark.parametrize("command", ["deploy", "destroy"])
def test_without_pulumi_it_says_what_to_install(command: str, pfaas: Pfaas) -> None:
    ran = pfaas(command, *(["--yes"] if command == "destroy" else []), fake=False)
    assert ran.code == 3
    assert ran.err.startswith(
        "pfaas: pulumi is not on PATH: install its command line, https://www.pulumi.com/docs/install"
    )
    assert ran.err.count("\n") == 1


def test_it_builds_and_brings_the_app_to_its_stage(pfaas: Pfaas, shop: Path, tmp_path: Path) -> None:
    ran = pfaas("deploy", "--stage", "prod", "--set", "retention=90", "--set", "aws:region=eu-west-1", "--json",
                PFAAS_SAYS="+ aws:lambda:Function charge creating")  # fmt: skip
    assert ran.code == 0, ran.err
    assert json.loads(ran.out) == {"app": "shop", "machines": {"fulfil": "arn"}}
    assert "+ aws:lambda:Function charge creating" in ran.err
    assert ran.err.splitlines()[-1] == "deployed shop as prod"
    assert (shop / "dist" / "manifest.json").is_file()
    made = asked(tmp_path)
    config = [line for line in made if line.startswith("config")]
    for key, value in {
        "portable-faas:dist": str(shop / "dist"),
        "portable-faas:stage": "prod",
        "portable-faas:retention": "90",
        "aws:region": "eu-west-1",
    }.items():
        assert any(key in line and value in line for line in config), (key, config)
    (up,) = [line for line in made if line.startswith("up")]
    assert "--yes" in up
    assert "prod" in up


def test_a_preview_changes_nothing(pfaas: Pfaas, tmp_path: Path) -> None:
    assert pfaas("deploy", "--preview").code == 0
    assert not [line for line in asked(tmp_path) if line.startswith("up")]
    assert [line for line in asked(tmp_path) if line.startswith("preview")]


def test_a_project_with_a_pulumi_project_is_deployed_as_that_says(pfaas: Pfaas, shop: Path, tmp_path: Path) -> None:
    (shop / "infra").mkdir()
    (shop / "infra" / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    assert pfaas("deploy").code == 0
    folders = {line.partition("|")[0] for line in (tmp_path / "asked").read_text().splitlines() if " up " in line}
    assert folders == {str(shop / "infra")}
    assert not [line for line in asked(tmp_path) if line.startswith("config")]
    assert pfaas("deploy", "--out", "other").code == 0
    (config,) = [line for line in asked(tmp_path) if line.startswith("config")]
    assert str(shop / "other") in config


def test_a_deployment_that_fails_is_told_in_pulumis_words(pfaas: Pfaas) -> None:
    ran = pfaas("deploy", PFAAS_EXIT="255", PFAAS_WRONG="error: no credentials were found")
    assert ran.code == 1
    assert "error: no credentials were found" in ran.err


def test_destroying_asks_first(pfaas: Pfaas, tmp_path: Path) -> None:
    ran = pfaas("destroy", stdin="n\n")
    assert (ran.code, ran.err.splitlines()[-1]) == (1, "remove all of shop as dev? [y/N]: pfaas: nothing was removed")
    assert not (tmp_path / "asked").exists()
    ran = pfaas("destroy", stdin="y\n")
    assert (ran.code, ran.err.splitlines()[-1]) == (0, "removed shop as dev")
    assert [line for line in asked(tmp_path) if line.startswith("destroy")]
    assert [line for line in asked(tmp_path) if line.startswith("stack rm")]


def test_protected_data_is_not_removed_and_it_says_how_it_would_be(pfaas: Pfaas) -> None:
    ran = pfaas("destroy", "--yes", PFAAS_EXIT="255", PFAAS_WRONG="error: unable to delete: resource is protected")
    assert ran.code == 1
    assert "set portable-faas:protect to false, deploy once more, and then destroy" in ran.err


@pytest.mark.parametrize("text", ["retention", "=3"])
def test_a_setting_has_a_name_and_a_value(text: str, pfaas: Pfaas) -> None:
    ran = pfaas("deploy", "--set", text)
    assert (ran.code, ran.err) == (2, f"pfaas: a setting is NAME=VALUE, not {text!r}\n")


def test_an_old_pulumi_is_not_taken(pfaas: Pfaas) -> None:
    ran = pfaas("destroy", "--yes", PFAAS_VERSION="v3.150.0")
    assert ran.code == 3
    assert ran.err.startswith("pfaas: this pulumi is too old: The installed version of the CLI does not support this")
