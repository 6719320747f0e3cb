"""Patch: a rule of EventBridge brings events to a queue that lets it, and what it cannot bring to dead letters.

moto sends to every queue, and fails the publisher where there is none. Missing rights are not tried again, and an event
without dead letters is gone. Source: "How EventBridge retries delivering events", docs.aws.amazon.com/eventbridge.
"""

import json
from typing import Any, Final

from moto.events.models import Rule

from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.rights import Rights
from portable_faas_aws.emulator.sources.lost import lose

SERVICE: Final = "events.amazonaws.com"


def install(patching: Patching, rights: Rights) -> None:
    """Replace the delivery to queues."""

    def checked(original: Any) -> Any:
        def deliver(self: Any, name: str, event: dict[str, Any], group: str | None = None) -> None:
            queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
            if rights.sends(SERVICE, self.arn, queue):
                original(self, name, event, group)
                return
            dead = _dead_letters(self, queue)
            if dead is not None and rights.sends(SERVICE, self.arn, dead):
                why = {"ERROR_CODE": "NO_PERMISSIONS", "RULE_ARN": self.arn, "TARGET_ARN": queue}
                lose(dead, json.dumps(event), why)

        return deliver

    patching.wrap(Rule, "_send_to_sqs_queue", checked)


def _dead_letters(rule: Any, queue: str) -> str | None:
    targets = [target for target in rule.targets if target["Arn"] == queue]
    return next((target["DeadLetterConfig"]["Arn"] for target in targets if "DeadLetterConfig" in target), None)
