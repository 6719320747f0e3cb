"""The app in an AWS account, real or emulated, as an engine of portable_faas."""

from portable_faas_aws.client.account import Account
from portable_faas_aws.client.backend import AccountBackend

__all__ = ["Account", "AccountBackend"]
