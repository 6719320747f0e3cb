"""Aggregator: readings of many sensors flow into one entity per sensor; a report reads several at once."""

from dataclasses import dataclass

from portable_faas import App, Context

app = App("aggregator")


@dataclass(frozen=True)
class Summary:
    sensor: str
    count: int
    lowest: float
    highest: float
    mean: float


@app.entity
class Readings:
    """All that is kept of one sensor; no reading is stored."""

    count: int = 0
    total: float = 0.0
    lowest: float = 0.0
    highest: float = 0.0

    def add(self, value: float) -> None:
        self.lowest = min(self.lowest, value) if self.count else value
        self.highest = max(self.highest, value) if self.count else value
        self.count += 1
        self.total += value

    def summary(self, sensor: str) -> Summary:
        if not self.count:
            raise LookupError(f"sensor {sensor} has sent nothing")
        return Summary(sensor, self.count, self.lowest, self.highest, self.total / self.count)


@app.activity
def fetch(sensor: str) -> list[float]:
    """Stands for the device."""
    return {"north": [1.5, -2.0, 3.5], "south": [20.0, 22.0]}.get(sensor, [])


async def collect(ctx: Context, sensor: str) -> None:
    readings = ctx.entity(Readings, sensor)
    for value in await fetch(sensor):
        await readings.signal(Readings.add, value)


@app.orchestrator
async def report(ctx: Context, sensors: list[str]) -> list[Summary]:
    await ctx.map(collect, sensors)
    return await ctx.gather(*[ctx.entity(Readings, sensor).call(Readings.summary, sensor) for sensor in sensors])
