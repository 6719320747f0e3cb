"""Key vaults: what the owner of the secrets has written into them, and the app settings that refer to it.

    PARTNER_KEY=@Microsoft.KeyVault(SecretUri=https://shop1f.vault.azure.net/secrets/partner-key)   ->   PARTNER_KEY=...

A reference that cannot be followed stays as it is. Source: "Use Key Vault references as app settings in Azure App
Service and Azure Functions", learn.microsoft.com.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Final

from portable_faas.provisioner import Resource
from portable_faas_azure.emulator.deployed import Site
from portable_faas_azure.emulator.rights import READS_SECRETS, Rights, of_type
from portable_faas_azure.runtime.names import REFERENCE

LOG: Final = logging.getLogger("portable_faas.azure")
SECRET: Final = re.compile(re.escape(REFERENCE) + r"SecretUri=(https://[^/]+/)secrets/([^/)]+)\)")
Written = Mapping[tuple[str, str], str]  # by the names of vault and secret


def followed(site: Site, resources: Sequence[Resource], written: Written) -> dict[str, str]:
    """The settings of a function app as its functions see them."""
    return {name: _value(name, text, site, resources, written) for name, text in site.settings.items()}


def _value(setting: str, text: str, site: Site, resources: Sequence[Resource], written: Written) -> str:
    if not text.startswith(REFERENCE):
        return text
    problem = _problem(text, site, resources, written)
    if problem:
        LOG.warning("setting %s stays %s: %s", setting, text, problem)
        return text
    vault, secret = _named(text, resources)
    return written[vault, secret]


def _problem(text: str, site: Site, resources: Sequence[Resource], written: Written) -> str:
    vault, secret = _named(text, resources)
    if not vault:
        return "there is no such vault"
    scope = next(str(one["id"]) for one in of_type(resources, ":keyvault:Vault") if one["name"] == vault)
    lacking = Rights(resources).lacking(site.principal, READS_SECRETS, scope)
    if lacking:
        return f"the identity of the app lacks the role {lacking} on vault {vault}"
    return "" if (vault, secret) in written else f"nobody has written secret {secret} into vault {vault}"


def _named(text: str, resources: Sequence[Resource]) -> tuple[str, str]:
    """The names of vault and secret; empty ones if there is no such vault."""
    found = SECRET.fullmatch(text)
    for one in of_type(resources, ":keyvault:Vault"):
        if found is not None and one["properties"]["vaultUri"] == found[1]:
            return str(one["name"]), found[2]
    return "", ""
