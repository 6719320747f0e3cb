"""Runs the order example on every engine that works here, and prints the results and what a bill would count.

python -m examples.side_by_side            local and aws, and azure where Azurite can be had
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from examples.orders.app import Order, app, fulfil
from portable_faas.errors import NotInstalled
from portable_faas.testing import running

ENGINES = ("local", "aws", "azure")
ORDER = Path(__file__).parent / "orders" / "input.json"


async def run(on: str, given: Any) -> tuple[Any, dict[str, int]]:
    """The result of one run as plain JSON, and what it cost."""
    order: Order = fulfil.signature().decode_input(given)
    async with running(app, on=on) as client:
        handle = await client.start(fulfil, order)
        await handle.result()
        return (await handle.status()).output, await handle.usage()


def main() -> int:
    """Print a line for each engine; 1 if their results differ."""
    given = json.loads(ORDER.read_text("utf-8"))
    results = []
    for on in ENGINES:
        try:
            result, usage = asyncio.run(run(on, given))
        except NotInstalled as missing:
            print(f"{on:7} not run: {missing}")
            continue
        results.append(result)
        counted = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in usage.items())
        print(f"{on:7} {json.dumps(result)}  {counted}")
    equal = all(result == results[0] for result in results)
    print("the results are equal" if equal else "the results differ")
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
