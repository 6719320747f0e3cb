"""What services of the account may do without being asked to by a request: call a function, read or feed a source.

rights.calls("apigateway.amazonaws.com", "arn:...:execute-api:...:a1b2/$default/GET/todos", "arn:...:function:list:3")
rights.sends("events.amazonaws.com", "arn:...:rule/shipped/pack", "arn:...:sqs:...:pack")

A service that has no role of the account is let in by the policy of the function or queue; one that has acts as it.
Sources: "Working with resource-based IAM policies in Lambda", "Using resource-based policies for Amazon EventBridge",
docs.aws.amazon.com.
"""

import json
from typing import Any, Final, final

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.sqs.models import sqs_backends

from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.emulator.policies import Statement, admits, listed
from portable_faas_aws.emulator.roles import CONTEXT, LAMBDA, NotTrusted, Roles

SEND: Final = "sqs:SendMessage"
INVOKE: Final = "lambda:InvokeFunction"
# What Lambda needs of what it reads for a function ("Using Lambda with Amazon SQS", "... with Amazon DynamoDB").
READ: Final = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "dynamodb": ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"),
}


@final
class Rights:
    """With ``roles`` None, of an account in which nothing is guarded, everything is allowed."""

    def __init__(self, roles: Roles | None) -> None:
        self._roles = roles

    def calls(self, service: str, source: str, function: str) -> bool:
        """Whether the policy of a function (an ARN with its version) lets a service call it for ``source``."""
        if self._roles is None:
            return True
        try:
            found: Any = lambda_backends[ACCOUNT][REGION].get_function(function)
        except UnknownFunctionException:
            return False
        return admits(found.policy.statements, service, INVOKE, function, {**CONTEXT, "aws:SourceArn": source})

    def sends(self, service: str, source: str, queue: str) -> bool:
        """Whether the policy of a queue lets a service send to it for ``source``; False if there is no such queue."""
        found = queue_of(queue)
        if self._roles is None or found is None:
            return found is not None
        return admits(_statements(found.policy), service, SEND, queue, {**CONTEXT, "aws:SourceArn": source})

    def reads(self, role: str | None, source: str) -> bool:
        """Whether Lambda may read a queue or a stream for a function with this role."""
        return self.unread(role, source) is None

    def unread(self, role: str | None, source: str) -> str | None:
        """The first action on a queue or stream that the role lacks for that; None if it has all."""
        service = source.split(":")[2]
        return next((action for action in READ[service] if not self.acts(role, LAMBDA, action, source)), None)

    def acts(self, role: str | None, service: str, action: str, resource: str) -> bool:
        """Whether a service may act as a role, and the role may do ``action``."""
        if self._roles is None:
            return True
        try:
            self._roles.assume(str(role), service)
        except NotTrusted:
            return False
        return self._roles.may(str(role), action, resource)


def queue_of(arn: str) -> Any:
    """The queue; None if there is none."""
    return next((queue for queue in sqs_backends[ACCOUNT][REGION].queues.values() if queue.queue_arn == arn), None)


def _statements(policy: str | None) -> list[Statement]:
    return listed(json.loads(policy).get("Statement", [])) if policy else []
