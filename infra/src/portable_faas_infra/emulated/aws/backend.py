"""Every type of AWS that the emulated deploy knows, and the provider's functions that it answers."""

from collections.abc import Mapping
from typing import Any, Final, final

from portable_faas.errors import NotSupported
from portable_faas_infra.emulated.aws import (
    apis,
    buckets,
    events,
    functions,
    groups,
    iam,
    machines,
    queues,
    schedules,
    secrets,
    tables,
)
from portable_faas_infra.emulated.aws.account import Account
from portable_faas_infra.emulated.aws.kinds import AWSKind
from portable_faas_infra.emulated.kind import Backend
from portable_faas_infra.emulated.properties import Properties

KINDS: Final[tuple[type[AWSKind], ...]] = (
    iam.Role,
    iam.RolePolicy,
    groups.LogGroup,
    functions.Function,
    functions.Alias,
    functions.Permission,
    machines.StateMachine,
    buckets.Bucket,
    buckets.PublicAccessBlock,
    buckets.Lifecycle,
    buckets.Encryption,
    buckets.Ownership,
    buckets.Policy,
    buckets.Versioning,
    buckets.Object,
    buckets.LegacyObject,
    tables.Table,
    buckets.Notification,
    queues.Queue,
    queues.Policy,
    functions.EventSourceMapping,
    events.EventBus,
    events.EventRule,
    events.EventTarget,
    schedules.Schedule,
    secrets.Secret,
    apis.Api,
    apis.Integration,
    apis.Route,
    apis.Stage,
)


@final
class AWSBackend(Backend):
    """The types over one emulated account."""

    def __init__(self, endpoint: str, region: str, number: str) -> None:
        self.account: Final = Account(endpoint, region, number)
        super().__init__(kind(self.account) for kind in KINDS)

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Properties:
        """Who deploys, and where to."""
        number, region = self.account.number, self.account.region
        answers: dict[str, Properties] = {
            "aws:index/getCallerIdentity:getCallerIdentity": {
                "accountId": number,
                "arn": f"arn:aws:iam::{number}:user/deployer",
                "id": number,
                "userId": "deployer",
            },
            "aws:index/getRegion:getRegion": {"id": region, "region": region, "name": region, "description": region},
            "aws:index/getPartition:getPartition": {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com"},
        }
        if token not in answers:
            raise NotSupported(f"the emulated deploy has no answer for the provider's function {token}")
        return answers[token]
