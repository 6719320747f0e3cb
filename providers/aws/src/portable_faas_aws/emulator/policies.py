"""Decides what IAM policies allow: pure, over documents as the account holds them.

verdict([{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"}], "s3:GetObject", "arn:aws:s3:::b/k")
    ->   True

Identity policies, and those that a resource has for services; what stands in a policy that is not known here is
refused, never passed over.
Source: "Policy evaluation logic" and "IAM JSON policy elements reference", docs.aws.amazon.com/IAM.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

Statement = Mapping[str, Any]
KNOWN: Final = frozenset({"Sid", "Effect", "Action", "Resource", "Condition", "Principal"})


class UnknownElement(ValueError):
    """A statement has an element that is not known here."""


def allows(
    statements: Iterable[Statement], action: str, resource: str | None, context: Mapping[str, str] | None = None
) -> bool:
    """Whether a statement allows ``action`` on ``resource`` (None: the policy names none) and none denies it."""
    effects = {each["Effect"] for each in statements if applies(each, action, resource, context or {})}
    return effects == {"Allow"}


def applies(statement: Statement, action: str, resource: str | None, context: Mapping[str, str]) -> bool:
    """Whether a statement speaks of this action on this resource under these circumstances."""
    unknown = sorted(statement.keys() - KNOWN)
    if unknown:
        raise UnknownElement(f"the emulated IAM does not know {unknown[0]} in a policy statement")
    return (
        any(_fits(each, action, re.IGNORECASE) for each in listed(statement["Action"]))
        and (resource is None or any(_fits(each, resource) for each in listed(statement["Resource"])))
        and _holds(statement.get("Condition", {}), context)
    )


def trusts(statements: Iterable[Statement], service: str, context: Mapping[str, str]) -> bool:
    """Whether a trust policy lets a service (``lambda.amazonaws.com``) act as its role."""
    return admits(statements, service, "sts:AssumeRole", None, context)


def admits(
    statements: Iterable[Statement], service: str, action: str, resource: str | None, context: Mapping[str, str]
) -> bool:
    """Whether the policy that a resource has lets a service do ``action`` with it."""
    return allows([each for each in statements if _names(each.get("Principal"), service)], action, resource, context)


def _names(principal: Any, service: str) -> bool:
    return principal == "*" or (isinstance(principal, Mapping) and service in listed(principal.get("Service", [])))


def listed(value: Any) -> list[Any]:
    """What may stand alone or in a list, as a list."""
    return value if isinstance(value, list) else [value]


def _fits(pattern: str, text: str, flags: int = 0) -> bool:
    return _pattern(pattern, flags).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _pattern(pattern: str, flags: int) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), flags | re.DOTALL)


OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "StringEquals": lambda wanted, found: wanted == found,
    "StringNotEquals": lambda wanted, found: wanted != found,
    "StringLike": _fits,
    "ArnLike": _fits,
    "ArnEquals": _fits,
    "Bool": lambda wanted, found: str(wanted).lower() == found.lower(),
}


def _holds(condition: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    known = {key.lower(): value for key, value in context.items()}  # names of keys are alike in any case
    for operator, keys in condition.items():
        if operator not in OPERATORS:
            raise UnknownElement(f"the emulated IAM does not know the condition operator {operator}")
        for key, wanted in keys.items():
            found = known.get(key.lower())
            if found is None or not any(OPERATORS[operator](each, found) for each in listed(wanted)):
                return False
    return True
