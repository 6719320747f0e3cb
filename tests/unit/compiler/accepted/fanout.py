"""Gathering, mapping, dynamic task lists, activities chosen by conditions, helpers."""

from portable_faas import App, Context, Retry

app = App("fanout")


class Gone(Exception):
    pass


@app.activity(retry=Retry(attempts=2))
def fetch(n: int) -> int:
    return n


@app.activity
def store(n: int) -> int:
    return n


@app.activity
def fetch_page(cursor: str) -> dict[str, str]:
    return {}


ACTIONS = {"fetch": fetch, "store": store}


async def both(ctx: Context, n: int) -> int:
    first = await fetch(n)
    return first + await store(first)


async def total(ctx: Context, ns: list[int]) -> int:
    result = 0
    for n in ns:
        result += await both(ctx, n)
    return result


def chunks(ns: list[int], size: int) -> list[list[int]]:
    return [ns[start : start + size] for start in range(0, len(ns), size)]


@app.orchestrator
async def gather_fixed(ctx: Context, n: int) -> int:
    a, b = await ctx.gather(fetch(n), both(ctx, n))
    return a + b


@app.orchestrator
async def gather_list(ctx: Context, ns: list[int]) -> list[int]:
    tasks = [fetch(n) for n in ns]
    return await ctx.gather(*tasks)


@app.orchestrator
async def gather_appended(ctx: Context, ns: list[int]) -> int:
    tasks = []
    for n in ns:
        if n % 2:
            tasks.append(fetch(n))
        else:
            tasks.append(store(n))
    return sum(await ctx.gather(*tasks, limit=5))


@app.orchestrator
async def gather_nested(ctx: Context, ns: list[int]) -> int:
    inner, last = await ctx.gather(ctx.gather(*[fetch(n) for n in ns]), ctx.gather(store(1), ctx.sleep(5)))
    return len(inner) + len(last)


@app.orchestrator
async def gather_exceptions(ctx: Context, ns: list[int]) -> list[int]:
    results = await ctx.gather(*[fetch(n) for n in ns], return_exceptions=True)
    good = [result for result in results if not isinstance(result, Exception)]
    await ctx.sleep(1)
    failed = [result for result in results if isinstance(result, Gone)]
    return [*good, len(failed)]


@app.orchestrator
async def mapped(ctx: Context, ns: list[int]) -> int:
    fetched = await ctx.map(fetch, ns, limit=3)
    helped = await ctx.map(both, fetched)
    return sum(helped)


@app.orchestrator
async def in_chunks(ctx: Context, ns: list[int]) -> list[int]:
    results: list[int] = []
    for chunk in chunks(ns, 10):
        results.extend(await ctx.gather(*[fetch(n) for n in chunk]))
        await ctx.set_status({"done": len(results)})
    return results


@app.orchestrator
async def batches(ctx: Context, ns: list[int]) -> int:
    tasks = []
    done = 0
    for n in ns:
        tasks.append(store(n))
        if len(tasks) == 10:
            done += len(await ctx.gather(*tasks))
            tasks = []
    if tasks:
        done += len(await ctx.gather(*tasks))
    return done


@app.orchestrator
async def later(ctx: Context, n: int) -> int:
    call = fetch(n)
    if n > 3:
        await ctx.sleep(1)
    return await call


@app.orchestrator
async def maybe(ctx: Context, n: int) -> int:
    call = fetch(n) if n else None
    if call is not None:
        return await call
    return 0


@app.orchestrator
async def chosen(ctx: Context, n: int) -> int:
    act = fetch if n > 0 else store
    first = await act(n)
    if first > 3:
        other = store
    elif first > 1:
        other = fetch
    else:
        other = store.using(timeout=5)
    return await other(first)


@app.orchestrator
async def chosen_by_dict(ctx: Context, name: str) -> int:
    table = {"a": fetch, "b": store}
    one = await table[name](1)
    two = await {"x": store, "y": fetch}[name](2)
    return one + two + await ACTIONS[name](3)


@app.orchestrator
async def chosen_by_match(ctx: Context, name: str) -> int:
    match name:
        case "fetch":
            act = fetch
        case _:
            act = store
    return await act(1) + await (fetch if name else store)(2)


@app.orchestrator
async def with_options(ctx: Context, n: int) -> int:
    patient = fetch.using(retry=Retry(attempts=5, on=(Gone,)), timeout=30)
    return await patient(n) + await fetch.using(timeout=3)(n)


@app.orchestrator
async def helpers(ctx: Context, ns: list[int]) -> int:
    async def near(n: int) -> int:
        return await fetch(n)

    first = await near(ns[0])
    results = await ctx.gather(*[near(n) for n in ns])
    return first + await total(ctx, results)


@app.orchestrator
async def pages(ctx: Context, cursor: str) -> list[str]:
    rows: list[str] = []
    while cursor:
        page = await fetch_page(cursor)
        rows.append(page["row"])
        cursor = page.get("next", "")
    return rows


@app.orchestrator
async def poll(ctx: Context, n: int) -> int:
    deadline = ctx.now()
    for attempt in range(10):
        found = await fetch(n)
        if found or ctx.now() < deadline:
            return found + attempt
        await ctx.sleep_until(ctx.now())
    return -1


@app.orchestrator
async def gather_with_an_awaited_argument(ctx: Context, n: int) -> list[int]:
    return list(await ctx.gather(fetch(1), fetch(await fetch(n))))
