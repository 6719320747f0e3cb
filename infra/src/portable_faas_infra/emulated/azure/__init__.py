"""The resource types of Azure: storage in Azurite, everything else remembered as Azure Resource Manager would.

    subscription   what exists, by id; parents, and names that are taken     published   packages of function apps
    managed        the types that have nothing behind them                   azurite     the storage behind accounts
    storage        accounts, containers, queues, tables                      eventgrid   topics and subscriptions
    vaults         key vaults

Names and addresses are those of Azure: an account answers at https://<account>.blob.core.windows.net/, and whoever
runs the app maps that to Azurite. The properties are those of pulumi-azure-native 3.
"""

from portable_faas_infra.emulated.azure.backend import AzureBackend as AzureBackend
