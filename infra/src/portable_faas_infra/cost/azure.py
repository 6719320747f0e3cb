"""A month on Azure: executions and their time on Flex Consumption, storage of the orchestrations, telemetry.

Transactions of the storage provider for a run with n activities and t turns of the orchestrator, derived from "Azure
Storage provider for Durable Functions" (learn.microsoft.com): queues 3 + 6n (put, get and delete of the start, of every
work item and of every response), tables 3t + 2 (history read and written, instance updated). Queues are looked at while
nothing happens too: about 1.3 million times a month.
"""

from collections.abc import Sequence
from typing import Final

from portable_faas.cost import Assumptions, Bill, Line, Work
from portable_faas.manifest import Manifest
from portable_faas_infra.cost import prices

MEMORY: Final = 2048  # MiB of an instance
TURN: Final = 0.05  # seconds of a turn, which replays and decides and waits for nothing
IDLE: Final = 1_300_000  # looks at queues
GB: Final = 1024.0  # MiB
BYTES: Final = 1e9


def bill(manifest: Manifest, work: Sequence[Work], assumed: Assumptions) -> Bill:
    """The bill."""
    turns, activities, runs = 0.0, 0.0, 0.0
    for one in work:
        runs += one.runs
        turns += one.runs * one.usage.get("orchestrator_turns", 0)
        activities += one.runs * one.usage.get("activity_executions", 0)
    memory = max([MEMORY, *(function.memory or 0 for function in manifest.functions)])
    seconds = activities * assumed.seconds + turns * TURN
    executions = turns + activities
    lines = (
        Line(prices.FLEX_EXECUTIONS, executions, "fewer awaits: each is an activity and a turn that replays"),
        Line(
            prices.FLEX_SECONDS, seconds * memory / GB, "smaller instances (portable-faas:memory); shorter activities"
        ),
        Line(prices.QUEUES, 3 * runs + 6 * activities + IDLE, "Durable Task Scheduler (portable-faas:durable)"),
        Line(prices.TABLES, 3 * turns + 2 * runs, "Durable Task Scheduler (portable-faas:durable)"),
        Line(prices.INSIGHTS, executions * assumed.logged / BYTES, "log less, or sample in host.json"),
    )
    told = (
        f"{assumed.seconds:g} s for an activity, {TURN:g} s for a turn, {assumed.logged:,} bytes of telemetry for each",
        f"instances of {memory} MiB that do one thing at a time; shared ones cost less",
    )
    return Bill("azure", prices.AZURE_REGION, prices.AS_OF, lines, told)
