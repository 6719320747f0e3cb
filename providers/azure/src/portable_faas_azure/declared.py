"""What an app declares, as far as it decides what it needs on Azure."""

from portable_faas.app import App


def has_triggers(app: App) -> bool:
    """Whether an app is more than orchestrations: it has functions with triggers, resources or mounted applications."""
    return bool(app.functions or app.resources or app.http.mounts)
