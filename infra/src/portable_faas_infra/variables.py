"""The values of an app's own settings, as variables of its functions' environment.

app.setting("shop-url"), portable-faas:variables {"SHOP_URL": "https://..."}   ->   {"SHOP_URL": "https://..."}
"""

from collections.abc import Iterator
from typing import Final

from portable_faas.manifest import Part
from portable_faas_infra.deployment import Deployment

SETTING: Final = "setting"


def variables(deployment: Deployment) -> dict[str, str]:
    """What the deployment gives; what it leaves out has a default in the program."""
    return dict(deployment.settings.variables)


def wrong_variables(deployment: Deployment) -> Iterator[str]:
    """Those that the app does not declare, and those that it needs and has not."""
    declared = {variable(part): part for part in deployment.manifest.resources if part["kind"] == SETTING}
    given = deployment.settings.variables
    for name in given:
        if name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            yield f"setting variables: the app declares no setting {name}; its own are {known}"
    for name, part in declared.items():
        if name not in given and part.get("default") is None:
            yield f"setting variables: {part['name']} has no default, so {name} needs a value"


def variable(part: Part) -> str:
    """What a setting of the manifest is called in the environment of functions."""
    name: str = part["name"]
    return name.upper().replace("-", "_")
