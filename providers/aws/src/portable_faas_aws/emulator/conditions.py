"""Patch: a statement of a bucket's policy whose condition does not hold says nothing.

moto denies everything that a denying statement names, whatever its condition; "only over TLS" would mean never.
"""

from typing import Any

from moto.iam.access_control import IAMPolicyStatement, PermissionResult

from portable_faas_aws.emulator.patching import Patching
from portable_faas_aws.emulator.policies import applies
from portable_faas_aws.emulator.roles import CONTEXT


def install(patching: Patching) -> None:
    """Replace the evaluation of a statement."""

    def permitted(self: Any, action: str, resource: str = "*", principal: Any = None, values: Any = None) -> Any:
        if not applies(self._statement, action, resource, {**CONTEXT, **(values or {})}):
            return PermissionResult.NEUTRAL
        return PermissionResult.PERMITTED if self._statement["Effect"] == "Allow" else PermissionResult.DENIED

    patching.replace(IAMPolicyStatement, "is_action_permitted", permitted)
