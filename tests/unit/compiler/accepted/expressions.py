"""Expressions around awaits: arguments, f-strings, conditionals, unpacking, comprehensions."""

from dataclasses import dataclass, replace

from portable_faas import App, Context

app = App("expressions")


@dataclass(frozen=True)
class Line:
    name: str
    price: int


@dataclass
class Cart:
    lines: list[Line]
    note: str = ""


@app.activity
def price(name: str) -> int:
    return len(name)


@app.activity
def pair(name: str) -> tuple[str, int]:
    return name, 1


@app.activity
async def describe(line: Line) -> dict[str, str]:
    return {"name": line.name}


def double(value: int) -> int:
    return value * 2


@app.orchestrator
async def nested_arguments(ctx: Context, name: str) -> int:
    return double(await price(str(await price(name))))


@app.orchestrator
async def sums(ctx: Context, name: str) -> int:
    return await price(name) + await price(name + "x") * 2 - len(name)


@app.orchestrator
async def texts(ctx: Context, name: str) -> str:
    return f"{name}: {await price(name)} of {len(name)}"


@app.orchestrator
async def conditional_value(ctx: Context, name: str) -> int:
    found = await price(name) if name else 0
    other = 1 if await price("y") else await price("n") if name else 2
    return await price("a") if found > other else other


@app.orchestrator
async def unpacked(ctx: Context, name: str) -> str:
    label, count = await pair(name)
    (first, second), *rest = [await pair(name), await pair(label)]
    left, right = await ctx.gather(price(first), price(label))
    return f"{label}{count}{first}{second}{rest}{left + right}"


@app.orchestrator
async def compared(ctx: Context, name: str) -> bool:
    if len(name) < await price(name):
        return True
    return (await price(name) == 3 and name != "") or name is None


@app.orchestrator
async def first_operand(ctx: Context, name: str) -> bool:
    return await price(name) > 1 or name == "free"


@app.orchestrator
async def displays(ctx: Context, name: str) -> dict[str, list[int]]:
    return {"both": [await price(name), await price("b")], name: [len(name), await price("c")]}


@app.orchestrator
async def records(ctx: Context, name: str) -> Line:
    line = Line(name, await price(name))
    cheaper = replace(line, price=line.price - 1)
    text = await describe(cheaper)
    return Line(name=text["name"], price=cheaper.price)


@app.orchestrator
async def comprehension_of_awaited(ctx: Context, name: str) -> list[str]:
    return [key.upper() for key in await describe(Line(name, 1)) if key]


@app.orchestrator
async def comprehensions(ctx: Context, cart: Cart) -> dict[str, int]:
    names = [line.name for line in cart.lines if line.price > 0]
    prices = await ctx.gather(*[price(name) for name in names])
    table = {name: cost for name, cost in zip(names, prices, strict=True)}
    await ctx.sleep(1)
    total = sum(cost * 2 for cost in table.values())
    return {**table, "total": total, "most": max(prices, default=0), "distinct": len({*prices})}


@app.orchestrator
async def subscripts(ctx: Context, names: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        found[name] = await price(name)
        found["sum"] = found.get("sum", 0) + found[name]
    return found


@app.orchestrator
async def appends(ctx: Context, cart: Cart) -> list[int]:
    result = []
    for line in cart.lines:
        result.append(await price(line.name))
    result.sort()
    return result


@app.orchestrator
async def walrus(ctx: Context, names: list[str]) -> int:
    if (count := len(names)) > 3:
        return count
    if (cost := await price(names[0])) > 1:
        return cost
    return count


@app.orchestrator
async def attributes(ctx: Context, cart: Cart) -> str:
    cart.note = str(await price(cart.note))
    total = 0
    total += await price(cart.note)
    return cart.note + str(total)


@app.orchestrator
async def moments(ctx: Context, names: list[str]) -> str:
    start = ctx.now()
    key = ctx.uuid()
    await price(names[0])
    waited = ctx.now() - start
    return f"{ctx.instance_id} {key} {waited.total_seconds()} {start.isoformat()}"


@app.orchestrator
async def slices(ctx: Context, names: list[str]) -> list[str]:
    head, tail = names[:2], names[2:]
    await price(head[0])
    tail.append("z")
    head += ["a"]
    return head + tail + [name for name in names if name not in head]


@app.orchestrator
async def local_lambda(ctx: Context, cart: Cart) -> list[Line]:
    by_price = lambda line: line.price  # noqa: E731
    await ctx.sleep(1)
    found = sorted(cart.lines, key=by_price)
    await price(found[0].name)
    found.sort(key=lambda line: line.name)
    return found
