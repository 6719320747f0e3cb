"""A month on AWS: transitions, Lambda, the table of instances, logs and traces.

Traces: X-Ray's default rule takes the first request of a second and five in a hundred of the others ("Configuring
sampling rules", docs.aws.amazon.com).
"""

from collections.abc import Sequence
from typing import Final

from portable_faas.cost import Assumptions, Bill, Line, Work
from portable_faas.manifest import Manifest
from portable_faas_infra.cost import prices

MEMORY: Final = 256  # MiB of a function that does not say it
SECONDS: Final = 30 * 24 * 60 * 60  # of a month
SAMPLED: Final = 0.05
GB: Final = 1024.0  # MiB
BYTES: Final = 1e9


def bill(manifest: Manifest, work: Sequence[Work], assumed: Assumptions) -> Bill:
    """The bill."""
    runs = sum(one.runs for one in work)
    transitions, calls = (total(work, unit) for unit in ("transitions", "lambda_invocations"))
    memory = _memory(manifest)
    architecture = manifest.packages[0].architecture
    other = "" if architecture == "arm64" else " or arm64 (aws.architecture), a fifth cheaper"
    lines = (
        Line(prices.TRANSITIONS, transitions, "fewer awaits: `pfaas explain --on aws` names the states of every line"),
        Line(prices.REQUESTS, calls, "Python that rides with an activity: `pfaas explain` says what needs a step"),
        Line(prices.GB_SECONDS[architecture], calls * assumed.seconds * memory / GB, f"less memory{other}"),
        Line(prices.WRITES, runs, "one for each start, and one for each custom status: fewer of these"),
        Line(prices.READS, runs, "one for each question for a status: ask less often"),
        Line(prices.LOGS, calls * assumed.logged / BYTES, "log less"),
        Line(prices.TRACES, _traced(runs), "portable-faas:tracing false"),
    )
    told = (
        f"{assumed.seconds:g} s and {assumed.logged:,} bytes of log for a Lambda call",
        f"{memory:g} MiB, the mean of the functions",
        "one write and one read of the table of instances for a run; each custom status is a write more",
    )
    return Bill("aws", prices.AWS_REGION, prices.AS_OF, lines, told)


def total(work: Sequence[Work], unit: str) -> float:
    """How many of a unit in the month."""
    return sum(one.runs * one.usage.get(unit, 0) for one in work)


def _memory(manifest: Manifest) -> float:
    sizes = [function.memory or MEMORY for function in manifest.functions]
    return sum(sizes) / len(sizes) if sizes else MEMORY


def _traced(runs: float) -> float:
    return min(runs, SECONDS) + SAMPLED * max(0.0, runs - SECONDS)
