"""Patch: a state machine is only taken where its role lets Step Functions act as it, and lets it write its log.

Sources: "Creating an IAM role for your state machine" and "IAM policies for logging to CloudWatch Logs", Step Functions
Developer Guide.
"""

from typing import Any, Final

from moto.core.exceptions import AWSError
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.roles import STATES, NotTrusted, Roles

DELIVERY: Final = (
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
)


class Denied(AWSError):
    """The role is not enough."""

    TYPE = "AccessDeniedException"
    STATUS = 400


def install(patching: Patching, roles: Roles) -> None:
    """Check roles before a state machine is created or changed."""

    def checked(original: Any) -> Any:
        def change(self: Any, *args: Any, **given: Any) -> Any:
            role = given.get("roleArn", given.get("role_arn"))
            logging = given.get("loggingConfiguration", given.get("logging_configuration"))
            if role is not None:
                _check(roles, role, logging)
            return original(self, *args, **given)

        return change

    patching.wrap(StepFunctionsParserBackend, "create_state_machine", checked)
    patching.wrap(StepFunctionsParserBackend, "update_state_machine", checked)


def _check(roles: Roles, role: str, logging: Any) -> None:
    try:
        roles.assume(role, STATES)
    except NotTrusted as error:
        raise Denied(str(error)) from error
    if (logging or {}).get("level", "OFF") == "OFF":
        return
    missing = [action for action in DELIVERY if not roles.may(role, action, "*")]
    if missing:
        raise Denied(f"The state machine IAM Role is not authorized to access the Log Destination: {missing[0]}")
