"""The app in an AWS account, real or emulated, as an engine of portable_faas."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portable_faas_aws.client.account import Account as Account
    from portable_faas_aws.client.backend import AccountBackend as AccountBackend

__all__ = ["Account", "AccountBackend"]


def __getattr__(name: str) -> object:
    # Functions load what starts instances from here, and nothing else.
    if name == "AccountBackend":
        from portable_faas_aws.client.backend import AccountBackend

        return AccountBackend
    if name == "Account":
        from portable_faas_aws.client.account import Account

        return Account
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
