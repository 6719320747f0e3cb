"""A queue of SQS with the one for what it gives up: encrypted, spoken to over TLS only.

{"kind": "queue", "name": "orders", "dead": "orders.dead", "hidden": 900, "receives": 15}   ->   orders, orders_dead

A message is hidden for as long as a function may work on it, and moved when it was received too often. Sources: "Amazon
SQS dead-letter queues", "Amazon SQS message quotas", docs.aws.amazon.com.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, final

import pulumi
from pulumi_aws import sqs

from portable_faas.manifest import Part
from portable_faas_infra.aws.bucket import sid
from portable_faas_infra.aws.policy import VERSION, Statement, only_tls
from portable_faas_infra.deployment import Deployment

KEPT: Final = 14 * 24 * 60 * 60  # seconds that a message lies in a queue; the most that there is
SEND: Final = "sqs:SendMessage"
# What each verb means on the queue, and on that of its dead letters. A receiver that puts a message off sends a copy.
OWN: Final[Mapping[str, Sequence[str]]] = {
    "send": (SEND,),
    "receive": (
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility",
        SEND,
    ),
    "manage": (SEND,),
    "bury": (),
}
DEAD: Final[Mapping[str, Sequence[str]]] = {
    "send": (),
    "receive": (),
    "manage": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"),
    "bury": (SEND,),
}


@final
class Queue(pulumi.ComponentResource):
    """``name`` is its URL; ``dead`` is the queue of its dead letters."""

    may: Final = tuple(OWN)

    def __init__(self, part: Part, deployment: Deployment, opts: pulumi.ResourceOptions) -> None:
        name = queue_name(deployment, part["name"])
        super().__init__("portable-faas:aws:Queue", name, None, opts)
        self._logical = name
        self.dead = dead_letters(queue_name(deployment, part["dead"]), deployment, pulumi.ResourceOptions(parent=self))
        redrive = {"deadLetterTargetArn": self.dead.arn, "maxReceiveCount": part["receives"]}
        self._made = sqs.Queue(
            name,
            name=name,
            visibility_timeout_seconds=part["hidden"],
            message_retention_seconds=KEPT,
            sqs_managed_sse_enabled=True,
            redrive_policy=pulumi.Output.json_dumps(redrive),
            tags=deployment.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=deployment.settings.protect),
        )
        self.name: pulumi.Output[str] = self._made.url
        self.arn: pulumi.Output[str] = self._made.arn
        self.references: Mapping[str, pulumi.Output[str]] = {
            f"queue:{part['name']}": self.name,
            f"queue:{part['dead']}": self.dead.url,
        }
        self.register_outputs({"url": self.name, "arn": self.arn})

    def opened(self, rule: pulumi.Input[str] | None = None) -> list[pulumi.Resource]:
        """Let only TLS in, and besides the app the one ``rule`` of EventBridge; to be waited for by what feeds it."""
        inside = pulumi.ResourceOptions(parent=self)
        both = ((self._logical, self._made), (f"{self._logical}-dead", self.dead))
        return [closed(name, queue, inside, rule) for name, queue in both]

    def statements(self, permission: Part) -> list[Statement]:
        """What ``may`` means on the queue and on its dead letters."""
        name = sid(permission["name"])
        own = dict.fromkeys(action for verb in permission["may"] for action in OWN[verb])
        dead = dict.fromkeys(action for verb in permission["may"] for action in DEAD[verb])
        found = [(f"Queue{name}", own, self.arn), (f"Dead{name}", dead, self.dead.arn)]
        return [Statement(named, tuple(actions), (arn,)) for named, actions, arn in found if actions]


def dead_letters(name: str, deployment: Deployment, opts: pulumi.ResourceOptions) -> Any:
    """A queue of what was given up."""
    return sqs.Queue(
        name,
        name=name,
        message_retention_seconds=KEPT,
        sqs_managed_sse_enabled=True,
        tags=deployment.tags,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(protect=deployment.settings.protect)),
    )


def closed(name: str, queue: Any, opts: pulumi.ResourceOptions, rule: pulumi.Input[str] | None = None) -> Any:
    """The policy of a queue: TLS only, and one rule of EventBridge besides those whom their own role allows."""
    return sqs.QueuePolicy(name, queue_url=queue.url, policy=_policy(queue.arn, rule), opts=opts)


def queue_name(deployment: Deployment, part: str) -> str:
    """Queues have letters, digits, '-' and '_'; the dot is ours and stands in no name of a user's."""
    return deployment.name(part.replace(".", "_"))


def _policy(arn: pulumi.Input[str], rule: pulumi.Input[str] | None) -> pulumi.Output[str]:
    allowed = {
        "Sid": "Rule",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": SEND,
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    statements = [only_tls("sqs:*", [arn]), *([allowed] if rule is not None else [])]
    return pulumi.Output.json_dumps({"Version": VERSION, "Statement": statements})
