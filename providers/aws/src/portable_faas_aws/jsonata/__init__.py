"""Python expressions as JSONata, where the two are proved to give the same."""

from portable_faas_aws.jsonata.lower import lower
from portable_faas_aws.jsonata.lowered import Lowered, Name, Outlined, Result

__all__ = ["Lowered", "Name", "Outlined", "Result", "lower"]
