"""IAM: roles and the policies inside them."""

from typing import Final

from portable_faas_infra.emulated.aws.account import renamed, tag_list, tags_gone
from portable_faas_infra.emulated.aws.kinds import AWSKind, unless_gone
from portable_faas_infra.emulated.kind import Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource

ROLE: Final = {
    "name": "RoleName",
    "path": "Path",
    "description": "Description",
    "assumeRolePolicy": "AssumeRolePolicyDocument",
    "maxSessionDuration": "MaxSessionDuration",
    "permissionsBoundary": "PermissionsBoundary",
}


class Role(AWSKind):
    """A role that services assume."""

    token = "aws:iam/role:Role"
    properties = frozenset({*ROLE, "tags", "forceDetachPolicies"})
    fixed = frozenset({"name", "path"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Create it."""
        tags = tag_list(inputs.get("tags"))
        role = self.client("iam").create_role(**renamed(inputs, ROLE), Tags=tags)["Role"]
        return Made(role["RoleName"], {**inputs, "arn": role["Arn"], "uniqueId": role["RoleId"]})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change who may assume it, its description and tags."""
        client, name = self.client("iam"), made.id
        if "assumeRolePolicy" in changed:
            client.update_assume_role_policy(RoleName=name, PolicyDocument=inputs["assumeRolePolicy"])
        if changed & {"description", "maxSessionDuration"}:
            known = {part: ROLE[part] for part in ("description", "maxSessionDuration")}
            client.update_role(RoleName=name, **renamed(inputs, known))
        if gone := tags_gone(made.inputs, inputs):
            client.untag_role(RoleName=name, TagKeys=gone)
        if "tags" in changed and inputs.get("tags"):
            client.tag_role(RoleName=name, Tags=tag_list(inputs["tags"]))
        return {**made.outputs, **inputs}

    def delete(self, made: Resource) -> None:
        """Delete it; a role that still has policies cannot be."""
        with unless_gone():
            self.client("iam").delete_role(RoleName=made.id)


class RolePolicy(AWSKind):
    """A policy that lives and dies with its role."""

    token = "aws:iam/rolePolicy:RolePolicy"
    properties = frozenset({"name", "role", "policy"})
    fixed = frozenset({"name", "role"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Write it."""
        self._put(inputs)
        return Made(f"{inputs['role']}:{inputs['name']}", dict(inputs))

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Write it anew."""
        self._put(inputs)
        return dict(inputs)

    def _put(self, inputs: Properties) -> None:
        client = self.client("iam")
        client.put_role_policy(RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=inputs["policy"])

    def delete(self, made: Resource) -> None:
        """Delete it."""
        role, _, name = str(made.id).partition(":")
        with unless_gone():
            self.client("iam").delete_role_policy(RoleName=role, PolicyName=name)
