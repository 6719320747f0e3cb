"""Turns the permissions of the manifest into statements of a policy.

{"kind": "bucket", "name": "values", "prefix": "values/", "may": ["get"]}   ->   s3:GetObject on <bucket>/values/*
"""

from collections.abc import Mapping, Sequence

from portable_faas.manifest import Part
from portable_faas_infra.aws.function import Function
from portable_faas_infra.aws.kinds import FUNCTION, MACHINE, Resource, reference
from portable_faas_infra.aws.policy import Statement


def granted(
    permissions: Sequence[Part], resources: Mapping[str, Resource], functions: Mapping[str, Function]
) -> list[Statement]:
    """Statements for each resource, and one for all functions; their ids are numbered where they would be the same."""
    of_resources = [one for one in permissions if one["kind"] not in (FUNCTION, MACHINE)]
    found = [statement for one in of_resources for statement in resources[reference(one)].statements(one)]
    called = [functions[one["name"]].versions for one in permissions if one["kind"] == FUNCTION]
    calls = [Statement("Functions", ("lambda:InvokeFunction",), called)] if called else []
    return _numbered([*calls, *found])


def _numbered(statements: Sequence[Statement]) -> list[Statement]:
    ids = [one.sid for one in statements]
    return [
        one if ids.count(one.sid) == 1 else one._replace(sid=f"{one.sid}{ids[:index].count(one.sid) + 1}")
        for index, one in enumerate(statements)
    ]
