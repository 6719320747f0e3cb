"""Where the machines of an app are: the ARN of one, up to the name of its orchestrator.

arn:aws:states:eu-west-1:123456789012:stateMachine:orders-dev-
"""

from typing import Final

import pulumi
import pulumi_aws

from portable_faas_infra.deployment import Deployment

PREFIX: Final = "machine.prefix"  # what settings refer to it by


def prefix(deployment: Deployment) -> pulumi.Output[str]:
    """What every such ARN begins with."""
    account, region = pulumi_aws.get_caller_identity_output().account_id, pulumi_aws.get_region_output().region
    return pulumi.Output.concat("arn:aws:states:", region, ":", account, f":stateMachine:{deployment.prefix}-")
