"""Control flow: branches, loops, try, match, early returns."""

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

from portable_faas import App, Context

app = App("flow")


class Declined(Exception):
    def __init__(self, reason: str, amount: int) -> None:
        super().__init__(reason)
        self.amount = amount


class Level(Enum):
    LOW = "low"
    HIGH = "high"


@dataclass
class Order:
    id: str
    amount: int
    level: Level = Level.LOW

    def total(self) -> int:
        return self.amount * 2


@app.activity
def charge(amount: int) -> int:
    return amount


@app.activity
def refund(amount: int) -> int:
    return -amount


@app.activity
def load(key: str) -> list[Order]:
    return []


@app.orchestrator
async def elif_chain(ctx: Context, amount: int) -> str:
    if amount < 0:
        return "negative"
    if amount == 0:
        await ctx.sleep(1)
        kind = "zero"
    elif await charge(amount) > 10:
        kind = "big"
    else:
        kind = "small"
    return kind


@app.orchestrator
async def while_retry(ctx: Context, amount: int) -> int:
    attempts = 0
    while attempts < 3:
        attempts += 1
        try:
            return await charge(amount)
        except Declined as error:
            ctx.log.warning("declined %s", error)
            await ctx.sleep(2**attempts)
    raise Declined("gave up", amount)


@app.orchestrator
async def while_walrus(ctx: Context, amount: int) -> int:
    total = 0
    while (left := await charge(amount)) > 0:
        total += left
        amount -= 1
    return total


@app.orchestrator
async def for_else(ctx: Context, amounts: list[int]) -> str:
    for amount in amounts:
        if await charge(amount) > 10:
            found = f"{amount}"
            break
    else:
        return "none"
    return found


@app.orchestrator
async def continue_and_break(ctx: Context, key: str) -> int:
    done = 0
    for order in await load(key):
        if order.level is Level.LOW:
            continue
        if done > 5:
            break
        done += await charge(order.total())
    return done


@app.orchestrator
async def try_all(ctx: Context, amount: int) -> str:
    state = "new"
    try:
        await charge(amount)
    except (Declined, TimeoutError) as error:
        state = f"failed {error}"
        await refund(amount)
    else:
        state = "charged"
    finally:
        await ctx.set_status(state)
    return state


@app.orchestrator
async def nested_finally(ctx: Context, amounts: list[int]) -> int:
    count = 0
    for amount in amounts:
        try:
            try:
                if amount == 3:
                    continue
                if amount == 4:
                    return count
                count += await charge(amount)
            finally:
                await refund(amount)
        except ValueError:
            break
        finally:
            count += 1
    return count


@app.orchestrator
async def raise_in_except(ctx: Context, amount: int) -> int:
    try:
        return await charge(amount)
    except KeyError as error:
        raise Declined(str(error), amount) from error
    except ValueError:
        await refund(amount)
        raise


@app.orchestrator
async def error_lives_on(ctx: Context, amount: int) -> str:
    problem: Exception | None = None
    try:
        await charge(amount)
    except Declined as error:
        problem = error
        amount = error.amount
    await refund(amount)
    if problem is not None:
        raise problem
    return "fine"


@app.orchestrator
async def bare_raise_after_await(ctx: Context, amount: int) -> int:
    try:
        return await charge(amount)
    except Exception:
        await refund(amount)
        raise


@app.orchestrator
async def suppressed(ctx: Context, amount: int) -> int:
    with suppress(Declined, ValueError):
        amount = await charge(amount)
    return amount


@app.orchestrator
async def matched(ctx: Context, order: Order) -> int:
    match order.level:
        case Level.LOW:
            return await charge(order.amount)
        case Level.HIGH if order.amount > 3:
            await ctx.sleep(1)
            return await refund(order.amount)
        case _:
            return 0


@app.orchestrator
async def match_shapes(ctx: Context, data: dict[str, list[int]]) -> int:
    match data:
        case {"one": [first]}:
            return await charge(first)
        case {"many": [first, *rest]}:
            got = await charge(first)
            return got + sum(rest)
        case other:
            return await charge(len(other))


@app.orchestrator
async def return_in_loop_and_try(ctx: Context, amounts: list[int]) -> int:
    for index, amount in enumerate(amounts):
        try:
            if await charge(amount) > index:
                return index
        except Declined:
            return -1
        finally:
            ctx.log.info("tried %d", index)
    return len(amounts)


@app.orchestrator
async def forever(ctx: Context, amount: int) -> int:
    while True:
        amount = await charge(amount)
        if amount > 100:
            return amount
        await ctx.sleep(60)


@app.orchestrator
async def dead_code_and_unbound(ctx: Context, amount: int) -> int:
    if amount > 1:
        result = await charge(amount)
    return result


@app.orchestrator
async def asserts(ctx: Context, amount: int) -> int:
    assert await charge(amount) > 0, "nothing was charged"
    assert isinstance(amount, int)
    return amount
