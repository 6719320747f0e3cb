"""The Pulumi program: all resources of the app that `pfaas build` wrote into the folder `dist`."""

from portable_faas_infra import deploy

deploy()
