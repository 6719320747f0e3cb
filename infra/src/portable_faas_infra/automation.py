"""Deploys by Pulumi's Automation API: the same program as `pulumi up`, driven from here, with progress.

A project with `infra/Pulumi.yaml` is deployed as that says; for one without, the program runs in this process, in a
Pulumi project named after the app. Source: "Automation API", pulumi.com/docs.
"""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, final

from portable_faas.deployer import DeployError, Stage
from portable_faas.errors import NotInstalled
from portable_faas.provider import Progress
from portable_faas_infra.settings import NAMESPACE, SETTINGS

CLI: Final = "pulumi"
WHERE: Final = "https://www.pulumi.com/docs/install"
FOLDER: Final = "infra"
FILE: Final = "Pulumi.yaml"
LAST: Final = 12  # so many lines of a failed command are told
PROTECTED: Final = "protected"


@final
class PulumiDeployer:
    """Stages are stacks of the Pulumi backend that this machine is logged in to."""

    def check(self) -> None:
        """Whether the command line is there."""
        if shutil.which(CLI) is None:
            raise NotInstalled(
                f"{CLI} is not on PATH: install its command line, {WHERE}, then log in with `{CLI} login`"
            )

    def deploy(self, stage: Stage, dist: Path, progress: Progress, *, preview: bool) -> Mapping[str, Any]:
        """`pulumi up` or `pulumi preview`; the outputs of the stack."""
        stack = _told(lambda: _selected(stage, dist))
        if preview:
            _told(lambda: stack.preview(on_output=progress))
            return {}
        done = _told(lambda: stack.up(on_output=progress))
        return {name: output.value for name, output in done.outputs.items()}

    def destroy(self, stage: Stage, dist: Path, progress: Progress) -> None:
        """`pulumi destroy`, then the stack's own record."""
        stack = _told(lambda: _selected(stage, dist))
        _told(lambda: stack.destroy(on_output=progress))
        stack.workspace.remove_stack(stage.name)


def _selected(stage: Stage, dist: Path) -> Any:
    from pulumi import automation

    folder = stage.project / FOLDER
    if (folder / FILE).is_file():
        stack = automation.create_or_select_stack(stage.name, work_dir=str(folder))
        settings = {**_elsewhere(stage, dist), **stage.settings}
    else:
        stack = automation.create_or_select_stack(
            stage.name, project_name=stage.app, program=lambda: _program(stage.project)
        )
        settings = {"dist": str(dist), "stage": stage.name, **stage.settings}
    for name, value in settings.items():
        key = name if ":" in name else f"{NAMESPACE}:{name}"
        stack.set_config(key, automation.ConfigValue(value))
    return stack


def _elsewhere(stage: Stage, dist: Path) -> dict[str, str]:
    """Where the build is, if not where the project's own program looks for it."""
    return {} if dist == (stage.project / str(SETTINGS["dist"].default)).resolve() else {"dist": str(dist)}


def _program(here: Path) -> None:
    from portable_faas_infra.program import deploy

    deploy(here)


def _told(work: Callable[[], Any]) -> Any:
    """Do it; ``DeployError`` with the last lines of what Pulumi said."""
    from pulumi.automation.errors import CommandError, InvalidVersionError

    try:
        return work()
    except InvalidVersionError as old:
        raise NotInstalled(f"this {CLI} is too old: {old} See {WHERE}") from old
    except CommandError as failed:
        lines = [line for line in str(failed).splitlines() if line.strip() and not line.startswith(" code:")]
        hint = ""
        if any(PROTECTED in line for line in lines):
            hint = f"\nset {NAMESPACE}:protect to false, deploy once more, and then destroy: that removes the data too"
        raise DeployError("\n".join(lines[-LAST:]) + hint) from failed


deployer: Final = PulumiDeployer()
