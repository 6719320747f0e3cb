"""Values across awaits: lists, dicts, records, enums, errors, aliases that do no harm, sagas."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple, TypedDict

from portable_faas import App, Context

app = App("values")


class State(Enum):
    NEW = "new"
    PAID = "paid"


class Point(NamedTuple):
    x: int
    y: int


class Item(TypedDict):
    sku: str
    count: int


@dataclass
class Basket:
    items: list[Item] = field(default_factory=list)
    state: State = State.NEW
    tags: dict[str, list[str]] = field(default_factory=dict)

    def size(self) -> int:
        return sum(item["count"] for item in self.items)

    def add(self, item: Item) -> None:
        self.items.append(item)


@app.activity
def reserve(item: Item) -> str:
    return item["sku"]


@app.activity
def release(reservation: str) -> None:
    return None


@app.activity
def rate(currency: str) -> Decimal:
    return Decimal(1)


@app.activity
def load(key: str) -> Basket:
    return Basket()


def describe(basket: Basket) -> str:
    return f"{basket.size()} items, {basket.state.value}"


def label(items: list[Item]) -> list[str]:
    names = []
    for item in items:
        names.append(item["sku"])
    return names


@app.orchestrator
async def saga(ctx: Context, items: list[Item]) -> list[str]:
    done: list[str] = []
    try:
        for item in items:
            done.append(await reserve(item))
    except Exception:
        for undo in reversed(done):
            await release(undo)
        raise
    return done


@app.orchestrator
async def saga_pop(ctx: Context, items: list[Item]) -> list[str]:
    done = []
    for item in items:
        reservation = await reserve(item)
        done.append((reservation, item))
    while done:
        reservation, item = done.pop()
        await release(reservation)
    return label(items)


@app.orchestrator
async def records_live(ctx: Context, key: str) -> str:
    basket = await load(key)
    basket.add({"sku": "a", "count": 1})
    await ctx.sleep(1)
    basket.add({"sku": "b", "count": 2})
    basket.state = State.PAID
    await ctx.set_status(describe(basket))
    return f"{basket.size()}" if basket.state is State.PAID else "new"


@app.orchestrator
async def tuples_and_enums(ctx: Context, key: str) -> int:
    point = Point(1, 2)
    state = State.NEW
    again = state
    same = point
    await ctx.sleep(timedelta(minutes=1))
    if state is not State.PAID and again == state:
        point = point._replace(x=3)
    return point.x + same.y


@app.orchestrator
async def copies(ctx: Context, items: list[Item]) -> list[str]:
    names = label(items)
    ordered_names = ["z"]
    backup = list(names)
    other = [*names]
    more = names + ordered_names
    ordered = sorted(names)
    deep = copy.deepcopy(items)
    await ctx.sleep(1)
    names.append("x")
    backup.append("y")
    other.clear()
    more.pop()
    ordered.reverse()
    deep[0]["count"] = 3
    return names + backup + more + ordered + [str(items[0]["count"])]


@app.orchestrator
async def dead_alias(ctx: Context, names: list[str]) -> list[str]:
    first = names
    first.append("a")
    await ctx.sleep(1)
    first.append("b")
    return first


@app.orchestrator
async def alias_without_await(ctx: Context, names: list[str]) -> list[str]:
    await ctx.sleep(1)
    more = names
    more.append("b")
    names.append("c")
    await ctx.set_status(len(more))
    return names + more


@app.orchestrator
async def alias_read_only(ctx: Context, names: list[str]) -> int:
    other = names
    await ctx.sleep(1)
    return len(names) + len(other)


@app.orchestrator
async def loop_variable(ctx: Context, items: list[Item]) -> list[Item]:
    for item in items:
        name = await reserve(item)
        item["sku"] = name
    for index, item in enumerate(items):
        await release(item["sku"])
        item["count"] = index
    return items


@app.orchestrator
async def finally_changes(ctx: Context, items: list[Item]) -> list[str]:
    log: list[str] = []
    try:
        for item in items:
            log.append(await reserve(item))
        return log
    finally:
        await ctx.sleep(1)
        log.append("end")


@app.orchestrator
async def grouped(ctx: Context, items: list[Item]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for item in items:
        name = await reserve(item)
        groups.setdefault(item["sku"], []).append(name)
        group = groups[item["sku"]]
        group.append("again")
    for key, names in groups.items():
        await ctx.set_status(key)
        ctx.log.info("%s", names)
    for key in groups:
        await release(key)
    return groups


@app.orchestrator
async def counted(ctx: Context, items: list[Item]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in items:
        counts[item["sku"]] = counts.get(item["sku"], 0) + 1
        await reserve(item)
    for key, count in counts.items():
        counts[key] = count + len(await reserve({"sku": key, "count": count}))
    return counts


@app.orchestrator
async def sets_between(ctx: Context, names: list[str]) -> list[str]:
    unique = sorted(set(names))
    for name in unique:
        await release(name)
    seen = {name for name in names if name}
    fresh = len(seen) + max(len(name) for name in seen | {"a"})
    has = "a" in seen
    await ctx.sleep(fresh)
    return unique if has else sorted(set(names) - {"b"})


@app.orchestrator
async def money(ctx: Context, currency: str) -> Decimal:
    total = Decimal("1.5")
    for _ in range(3):
        total *= await rate(currency)
    return total.quantize(Decimal("0.01"))


@app.orchestrator
async def times(ctx: Context, moment: datetime) -> str:
    due = moment + timedelta(days=1)
    fixed = datetime(2026, 1, 1, tzinfo=UTC)
    await ctx.sleep_until(due)
    return max(due, fixed).isoformat()


@app.orchestrator
async def queue(ctx: Context, items: list[Item]) -> int:
    todo = list(items)
    seen: list[str] = []
    while todo:
        item = todo.pop(0)
        name = await reserve(item)
        if name not in seen:
            seen.append(name)
            todo.append({"sku": name + "x", "count": 1})
    return len(seen)


@app.orchestrator
async def nested_function(ctx: Context, items: list[Item]) -> list[str]:
    prefix = items[0]["sku"]

    def tag(name: str) -> str:
        return prefix + name

    first = await reserve(items[0])
    return [tag(first), tag("b")]


@app.orchestrator
async def local_iterators(ctx: Context, names: list[str]) -> str:
    pairs = zip(names, names[2:], strict=False)
    text = ",".join(f"{a}{b}" for a, b in pairs)
    last = next(iter(names), "")
    await ctx.sleep(1)
    return text + last + "".join(map(str, range(3)))


def apply(f: Callable[[str], str], name: str) -> str:
    return f(name)


@app.orchestrator
async def zipped(ctx: Context, names: list[str]) -> str:
    result = ""
    for a, b in zip(names, reversed(names), strict=True):
        await release(a)
        result += apply(str.upper, b)
    for index in range(0, len(names), 2):
        await release(names[index])
    return result
