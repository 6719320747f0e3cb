"""Roles of the emulated account: credentials to act as one, and what one may do.

roles.keys("arn:...:role/charge", "lambda.amazonaws.com")   ->   {"aws_access_key_id": "ASIA...", ...}
roles.may("arn:...:role/charge", "s3:GetObject", "arn:aws:s3:::values/a")   ->   True

Policies are read when they are asked for, so a changed one counts at once; on AWS that takes seconds.
"""

import json
import uuid
from typing import Any, Final, final

from moto.iam.models import iam_backends

from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT
from portable_faas_aws.emulator.policies import Statement, allows, listed, trusts

PREFIX: Final = "ASIA"  # of the keys of somebody who acts as a role ("IAM identifiers")
LAMBDA: Final = "lambda.amazonaws.com"
STATES: Final = "states.amazonaws.com"
CONTEXT: Final = {"aws:SourceAccount": ACCOUNT, "aws:SecureTransport": "true"}  # the loopback stands for TLS


class NotTrusted(PermissionError):
    """A role does not let the service act as it."""


@final
class Roles:
    """Hands out keys, and knows to which role each belongs."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._given: dict[str, str] = {}

    def keys(self, role: str, service: str) -> dict[str, str]:
        """What boto3 signs with to act as ``role``; ``NotTrusted`` if the role does not let ``service``."""
        self.assume(role, service)
        if role not in self._given:
            self._given[role] = PREFIX + uuid.uuid4().hex[:16].upper()
            self._keys[self._given[role]] = role
        rest = {"aws_secret_access_key": "emulated", "aws_session_token": "emulated"}
        return {"aws_access_key_id": self._given[role], **rest}

    def assume(self, role: str, service: str) -> None:
        """``NotTrusted`` if there is no such role or it does not let ``service`` act as it."""
        found = _find(role)
        if found is None or not trusts(_statements(found.assume_role_policy_document), service, CONTEXT):
            raise NotTrusted(f"{service} may not act as {role}: there is no such role, or it trusts somebody else")

    def of(self, key: str) -> str | None:
        """The role that an access key was given for."""
        return self._keys.get(key)

    def may(self, role: str, action: str, resource: str) -> bool:
        """Whether a role's policies allow an action on a resource."""
        found = _find(role)
        return found is not None and allows(_policies(found), action, resource, CONTEXT)


def refusal(role: str, action: str, resource: str) -> str:
    """The words of AWS ("Troubleshoot access denied error messages", IAM User Guide)."""
    who = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role.rpartition('/')[2]}/emulated"
    because = f"because no identity-based policy allows the {action} action"
    return f"User: {who} is not authorized to perform: {action} on resource: {resource} {because}"


def _find(arn: str) -> Any:
    roles = iam_backends[ACCOUNT]["aws"].roles.values()
    return next((role for role in roles if role.arn == arn), None)


def _policies(role: Any) -> list[Statement]:
    attached = [policy.document for policy in role.managed_policies.values()]
    return [statement for text in (*role.policies.values(), *attached) for statement in _statements(text)]


def _statements(text: str) -> list[Statement]:
    return listed(json.loads(text).get("Statement", []))
