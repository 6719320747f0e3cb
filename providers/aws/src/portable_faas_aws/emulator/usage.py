"""Counts what a bill counts: state transitions and Lambda invocations, for each execution."""

from collections import Counter
from typing import final


@final
class Usage:
    """Counters by execution ARN. A retry is a transition too (aws.amazon.com/step-functions/pricing)."""

    def __init__(self) -> None:
        self._transitions: Counter[str] = Counter()
        self._invocations: Counter[str] = Counter()

    def entered(self, execution_arn: str) -> None:
        """A state was entered, or is tried again."""
        self._transitions[execution_arn] += 1

    def invoked(self, execution_arn: str) -> None:
        """A function was called."""
        self._invocations[execution_arn] += 1

    def of(self, execution_arn: str) -> dict[str, int]:
        """The counts of one execution; those of executions it started are theirs."""
        return {
            "transitions": self._transitions[execution_arn],
            "lambda_invocations": self._invocations[execution_arn],
        }
