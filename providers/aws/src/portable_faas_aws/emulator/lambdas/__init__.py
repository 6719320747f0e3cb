"""Lambda functions as processes of AWS's own runtime client, without containers."""

from portable_faas_aws.emulator.lambdas.host import Host as Host
from portable_faas_aws.emulator.lambdas.invocation import Invocation as Invocation
