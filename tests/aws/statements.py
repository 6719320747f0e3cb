"""Random statements of a program as lines of text; every loop among them ends.

writer.block() -> ["x1 = await safe(3)", "for x2 in [1, 2]:", "    out.append(repr(x2))"]
"""

from collections.abc import Callable
from typing import Final

from tests.aws.expressions import Scope
from tests.aws.simple import RAISES, Lines, Simple, indented

DEEPEST: Final = 4
AWAITED: Final = ("int", "str", "ints", "line", "counts", "strs", "float", "color", "maybe", "pair")
ERRORS: Final = (
    "Exception",
    "Boom",
    "ValueError",
    "(Boom, KeyError)",
    "Odd",
    "LookupError",
    "Bang",
    "(ArithmeticError, IndexError)",
)
AWAITED_CHANGES: Final = {
    "out": ("out.append(str(await <callint>))",),
    "ints": ("{}.append(await <callint>)", "{} += [await <callint>]"),
    "counts": ("{}[<key>] = await <callint>",),
    "line": ("{}.n = await <callint>", "{}.n += await <callint>"),
}
WHILES: Final = ("{} < 1", "{} < 2", "{} < 3", "{} < 2 and <test>")
AWAITED_WHILES: Final = ("await safe({}) < 6", "(w := await safe({})) < 4", "{} + await safe({}) < 5")
RETRIES: Final = (
    "work.using(retry=Retry(attempts=2, on=(ValueError,)), timeout=60)(<int>)",
    "stubborn(<int>)",
    "same.using(retry=Retry(attempts=3, never=(Boom,)))(<int>)",
)
# These count their attempts under a name, so they stand where nothing runs beside them.
COUNTED_RETRIES: Final = (
    'flaky("{}", <few>)',
    'flaky.using(retry=Retry(attempts=3, first=1, on=(Boom, ValueError)))("{}", <few>)',
    'flaky.using(retry=Retry(attempts=3, never=(Boom,)))("{}", <few>)',
)
# What a loop runs over: {0} and {1} are its variables, of these types.
HEADS: Final = (
    ("{0} in range(<few>)", "int", ""),
    ("{0} in <ints+>[:3]", "int", ""),
    ("{0}, {1} in enumerate(<strs>[:2])", "int", "str"),
    ("{0}, {1} in zip(<ints>[:3], range(3))", "int", "int"),
    ("{1}, {0} in <counts>.items()", "int", "str"),
    ("{0} in <str>[:2]", "str", ""),
    ("{0} in [Line('i'), Line('j', <int>)]", "line", ""),
    ("{0} in reversed(<ints>[:3])", "int", ""),
    ("{0} in <strs>[:3]", "str", ""),
    ("{0} in sorted(<counts>.values())", "int", ""),
    ("{0} in <counts>", "str", ""),
    ("{0}, {1} in enumerate(<strs>)", "int", "str"),
)
AWAITED_HEADS: Final = (("{0} in (await <callints>)[:2]", "int", ""), ("{0} in await <callstrs>", "str", ""))
# Subjects of a match and two cases; {0} binds a number, {1} something of the type.
MATCHES: Final = (
    ("<int+>", "{0} if {0} > 2", "1 | 2", ""),
    ("<line>", "Line(n={0}) if {0} % 2", "Line(name='n', n={0})", ""),
    ("<ints>", "[{0}, *{1}]", "[]", "ints"),
    ("<counts>", '{{"a": {0}}}', '{{"$": {0}, **{1}}}', "counts"),
    ("<pair>", "({0}, 'p')", "({0}, str({1}))", "str"),
    ("<part>", '{{"n": {0}}} if {0}', "_", ""),
)
AWAITED_MATCHES: Final = (("await <callline>", "Line({1}, {0})", "_", "str"), ("await <callint>", "{0}", "", ""))
CONCURRENT_FAILURES: Final = "# branches fail side by side"


class Statements(Simple):
    """Draws statements of every kind."""

    def statement(self) -> Lines:
        """One statement, perhaps with what it needs before it."""
        simple: list[Callable[[], Lines]] = [self.log, self.assign, self.change, self.assign]
        nested: list[Callable[[], Lines]] = [
            self.if_,
            self.for_,
            self.try_,
            self.match_,
            self.while_,
            self.try_,
            self.with_,
            self.finally_,
            self.search,
            self.search,
        ]
        rare: list[Callable[[], Lines]] = [
            self.alias,
            self.unpack,
            self.function,
            self.leave,
            self.raise_,
            self.chain,
            self.delete,
        ]
        if self.awaits:
            simple += [self.assign_awaited, self.assign_awaited, self.drop, self.assign_awaited]
            rare += [self.gather, self.gather, self.map_, self.held, self.retried, self.sleep, self.awaited_change]
            rare += [self.unpack_awaited, self.gather_list, self.coroutine, self.same_step, self.identify, self.again]
            rare += [self.caused]
        choices = simple * 2 + (nested * 2 if self.scope.depth < DEEPEST else []) + rare
        return self.pick(choices)()

    # blocks

    def if_(self) -> Lines:
        """A branch."""
        test = f"{self.awaited('int')} > 4" if self.awaits and self.rarely(3) else self.test()
        if " if " in test:
            test = self.test()
        lines = [f"if {test}:", *self.inside(self.block)]
        if self.rarely(3):
            lines += [f"elif {self.test()}:", *self.inside(self.block)]
        return lines if self.rarely(2) else [*lines, "else:", *self.inside(self.block)]

    def while_(self) -> Lines:
        """A loop that counts on its own."""
        name = self.fresh("k")
        self.scope.fixed.add(name)
        self.bind("int", name)
        if self.rarely(4):
            body = [f"    {name} += 1", f"    if {name} > {1 + self.upto(2)}:", "        break"]
            return [f"{name} = 0", "while True:", *body, *self.inside(self.block, 1)]
        test = self.one_of([*WHILES, *(AWAITED_WHILES if self.awaits else ())]).replace("{}", name)
        lines = [f"{name} = 0", f"while {test}:", f"    {name} += 1", *self.inside(self.block, 1)]
        return [*lines, "else:", *self.inside(self.block)] if self.rarely(3) else lines

    def for_(self) -> Lines:
        """A loop over something of a few items."""
        name, other = self.fresh("x"), self.fresh("x")
        head, kind, second = self.pick([*HEADS, *(AWAITED_HEADS if self.awaits else ())])
        items = self.fill(head.replace("{0}", name).replace("{1}", other))
        count = self.fresh("k")  # what it runs over may grow
        self.scope.fixed.add(count)
        stop = [f"    {count} += 1", f"    if {count} > 4:", "        break"]

        def body() -> Lines:
            self.bind(kind, name)
            if second:
                self.bind(second, other)
            return self.block()

        ends = items.endswith("]") or "range(" in items
        lines = [f"for {items}:", *self.inside(body, 1)]
        if not ends:
            lines = [f"{count} = 0", lines[0], *stop, *lines[1:]]
        return [*lines, "else:", *self.inside(self.block)] if self.rarely(4) else lines

    def try_(self) -> Lines:
        """A guarded block with its handlers."""
        lines = ["try:", *self.inside(self.left_early)]
        for _ in range(1 + self.rarely(3)):
            lines += self.handler()
        if self.rarely(4):
            lines += ["else:", *self.inside(self.block)]
        return [*lines, "finally:", *self.inside(self.block)] if self.rarely(4) else lines

    def handler(self) -> Lines:
        """One clause."""
        name = self.fresh("e") if self.rarely(2) else ""

        def body() -> Lines:
            self.scope.handling = True
            if not name:
                return self.block()
            self.scope.caught.append(name)
            kept = [f"kept.append({name})"] if self.awaits and self.rarely(3) else []
            shown = f"out.append(repr(({name}, {name}.__cause__, {name}.__context__)))"
            return [shown, *kept, *self.block()]

        return [f"except {self.pick(ERRORS)}{f' as {name}' if name else ''}:", *self.inside(body)]

    def finally_(self) -> Lines:
        """A block with an end that always runs."""
        return ["try:", *self.inside(self.left_early), "finally:", *self.inside(self.block)]

    def left_early(self) -> Lines:
        """A block that may be left before its end."""
        lines = self.block()
        return [*lines, *self.pick([self.leave, self.raise_])()] if self.rarely(3) else lines

    def search(self) -> Lines:
        """A loop in a loop, one of which is left or goes on before its end."""
        one, other = self.fresh("x"), self.fresh("x")
        after = f"await safe({one})" if self.awaits else f"out.append(repr({one}))"
        out = self.pick(["break", "continue", f"return {self.returned(self)}"])

        def inner() -> Lines:
            self.bind("int", other)
            stop = [f"if {one} + {other} > {self.upto(3)}:", f"    {out}"]
            if self.rarely(2):
                stop = ["try:", *indented(stop), "finally:", "    out.append('left')"]
            return [*self.block(2), *stop, after]

        def outer() -> Lines:
            self.bind("int", one)
            lines = [f"for {other} in range(3):", *self.inside(inner, 1)]
            return [*lines, "else:", *self.inside(lambda: self.block(2))] if self.rarely(2) else lines

        return [f"for {one} in range({1 + self.upto(1)}):", *self.inside(outer, 1)]

    def with_(self) -> Lines:
        """A block whose errors of some types end it."""
        errors = self.pick(["Boom", "ValueError, LookupError", "Exception"])
        managers = [f"contextlib.suppress({errors})", f"contextlib.suppress(Odd), contextlib.suppress({errors})"]
        return [f"with {self.pick(managers)}:", *self.inside(self.block)]

    def match_(self) -> Lines:
        """A choice by the form of a value."""
        subject, *cases, kind = self.pick([*MATCHES, *(AWAITED_MATCHES if self.awaits else ())])
        lines = [f"match {self.fill(subject)}:"]
        for case in cases:
            name, other = self.fresh("x"), self.fresh("x")

            def body(case: str = case, name: str = name, other: str = other) -> Lines:
                if "{0}" in case:
                    self.bind("int", name)
                if "{1}" in case:
                    self.bind(kind, other)
                return self.block(3)

            if case:
                pattern = case.replace("{{", "{").replace("}}", "}").replace("{0}", name).replace("{1}", other)
                lines += indented([f"case {pattern}:", *self.inside(body)])
        if cases[-1] in ("_", "") or self.rarely(2):
            return lines
        return [*lines, *indented(["case _:", *self.inside(self.block)])]

    def function(self) -> Lines:
        """A nested function that captures a number which stays what it is."""
        name, captured = self.fresh("f"), self.fresh("c")
        self.scope.fixed.add(captured)
        value = self.value("int")
        self.bind("int", captured)
        self.scope.functions.append(name)
        forms = [
            [f"{name} = lambda v: v + {captured}"],
            [f"def {name}(v: int, by: int = 2) -> int:", f"    return (v * by + {captured}) % 89"],
            [f"def {name}(v: int) -> int:", f"    inner = lambda w: w - {captured}", "    return inner(v) + 1"],
            [
                f"def {name}(v: int) -> int:",
                "    try:",
                f"        return v // {captured}",
                "    finally:",
                "        v = 1",
            ],
        ]
        lines = [f"{captured} = {value}", *self.pick(forms)]
        called = ["await safe(1)", f"out.append(repr({name}({self.of('int')})))"]
        return [*lines, *called] if self.awaits and self.rarely(2) else lines

    # with awaits

    def same_step(self) -> Lines:
        """The time, which does not go back."""
        name = self.fresh("t")
        lines = [f"{name} = ctx.now()", f"out.append(repr(ctx.now() == {name}))", *self.block(2)]
        return [*lines, f"await {self.pick(['safe(1)', 'ctx.sleep(1)'])}", f"out.append(repr(ctx.now() >= {name}))"]

    def identify(self) -> Lines:
        """Two identifiers on two sides of an await."""
        name = self.fresh("u")
        lines = [f"{name} = ctx.uuid()", *self.block(2), f"await {self.call('int')}"]
        return [*lines, f"out.append(repr((ctx.uuid() == {name}, {name}.version)))"]

    def again(self) -> Lines:
        """An error that is kept across an await and raised again."""
        name, cause = self.fresh("e"), self.fresh("e")
        lines = ["try:", f"    {self.one_of(RAISES)}", f"except Exception as {cause}:"]
        lines += [f"    {name} = {cause}", f"    {name}.seen = [{self.of('int')}]", f"    kept.append({name})"]
        lines += ["    await safe(1)", "    if len(kept) > 1:", "        raise Boom('again') from kept[0]"]
        return [*lines, "out.append(repr([(each, each.__cause__, getattr(each, 'seen', 0)) for each in kept]))"]

    def caused(self) -> Lines:
        """A branch that fails with a cause, which is kept or caught, perhaps out of a gather in a gather."""
        helper, name = self.fresh("h"), self.fresh("g")
        lines = [f"async def {helper}(ctx: Context, v: int) -> int:", "    await safe(v)"]
        lines += ["    raise Bang('from', v) from KeyError('cause')"]
        shown = f"out.append(repr([(each, getattr(each, '__cause__', 0)) for each in {name}]))"
        if self.rarely(2):
            call = f"ctx.gather({self.quietly()}, {helper}(ctx, {self.of('int')}), return_exceptions=True)"
            return [*lines, f"{name} = await {call}", shown]
        branch = f"{helper}(ctx, {self.of('int')})"
        inner = f"ctx.gather({self.quietly()}, {branch})" if self.rarely(2) else branch
        lines += ["try:", f"    {name} = await ctx.gather({self.quietly()}, {inner})  {CONCURRENT_FAILURES}"]
        return [*lines, "except Bang as e:", f"    {name} = [e]", f"{shown}"]

    def assign_awaited(self) -> Lines:
        """A variable from what is awaited."""
        kind = self.pick(AWAITED)
        value = self.awaited(kind)
        free = [name for name in self.known("int") if name not in self.scope.fixed]
        if kind == "int" and free and self.rarely(4):
            return [f"{self.pick(free)} += {value}"]
        return [f"{self.bind(kind)} = {value}"]

    def drop(self) -> Lines:
        """An await whose value is not kept."""
        call = f"<call{self.pick(AWAITED)}>"
        return [self.one_of([f"await {call}", "await nothing()", f"out.append(repr(await {call}))"])]

    def awaited_change(self) -> Lines:
        """A change in place by what is awaited."""
        kind = self.pick(["out", *[kind for kind in AWAITED_CHANGES if self.known(kind)]])
        return [self.one_of(AWAITED_CHANGES[kind]).replace("{}", self.pick(self.known(kind) or ["out"]))]

    def unpack_awaited(self) -> Lines:
        """Several names from what is awaited."""
        value = self.one_of(["await <callint>, await <callstr>", "await pair(<int>)"])
        number, text = self.fresh("x"), self.fresh("x")
        self.bind("int", number)
        self.bind("str", text)
        return [f"{number}, {text} = {value}"]

    def retried(self) -> Lines:
        """An activity that succeeds at its second or third attempt, or not at all."""
        value = self.one_of([*RETRIES, *(COUNTED_RETRIES if self.alone else ())]).replace("{}", self.fresh("key"))
        return [f"{self.bind('int')} = await {value}"]

    def sleep(self) -> Lines:
        """A timer or a status."""
        return [self.one_of(["await ctx.sleep(1)", "await ctx.set_status(<int>)", "await ctx.sleep(0)"])]

    def held(self) -> Lines:
        """A call that is made here and awaited later."""
        name, kind = self.fresh("call"), self.pick(["int", "str"])
        call = self.call(kind)
        return [f"{name} = {call}", *self.block(2), f"{self.bind(kind)} = await {name}"]

    def coroutine(self) -> Lines:
        """A nested helper that captures a number which stays what it is."""
        name, captured = self.fresh("h"), self.fresh("c")
        value = self.value("int")
        self.scope.fixed.add(captured)
        self.bind("int", captured)
        bodies = [
            [f"return await safe(v + {captured})"],
            [f"kept = [v, {captured}]", "kept.append(await safe(v))", "return sum(kept) % 61"],
            [
                "for each in range(3):",
                "    if await safe(each + v) > 5:",
                f"        return each + {captured}",
                "return 0",
            ],
            ["try:", f"    return await work(v + {captured})", "except Exception as e:", "    return len(str(e))"],
        ]
        self.scope.quiet.append(f"{name}(ctx, {{}})")
        head = f"async def {name}(ctx: Context, v: int) -> int:"
        return [f"{captured} = {value}", head, *indented(self.pick(bodies))]

    def branches(self, kept: bool) -> tuple[Lines, bool]:
        """The branches of a gather; at most one may fail, since which fails first is left open."""
        found = [self.quietly() for _ in range(self.upto(2) + 1)]
        if self.rarely(4):
            found.append(f"ctx.gather({self.quietly()}, {self.call('str') if kept else self.quietly()})")
        if kept:
            return [*found, self.loudly(), self.loudly()], False
        fails = self.rarely(3)
        return [*found, self.loudly()] if fails else found, fails

    def gather(self) -> Lines:
        """Some calls at once."""
        kept = self.rarely(2)
        found, fails = self.branches(kept)
        options = ", return_exceptions=True" if kept else ""
        options += f", limit={1 + self.upto(1)}" if self.rarely(3) else ""
        name = self.fresh("g")
        mark = f"  {CONCURRENT_FAILURES}" if fails else ""
        return [f"{name} = await ctx.gather({', '.join(found)}{options}){mark}", f"out.append(repr({name}))"]

    def gather_list(self) -> Lines:
        """A list of calls at once: from a comprehension or filled in a loop."""
        name, items = self.fresh("g"), f"{self.of('ints')}[:3]"
        options = f", limit={1 + self.upto(1)}" if self.rarely(3) else ""
        kept = self.rarely(3)
        options += ", return_exceptions=True" if kept else ""
        call = self.pick(["safe(v)", "same(v)", *[each.format("v") for each in self.scope.quiet]])
        mark = f"  {CONCURRENT_FAILURES}" if call == "same(v)" and not kept else ""
        shown = [f"out.append(repr({name}))"]
        if self.rarely(2):
            calls = self.fresh("calls")
            lines = [f"{calls} = []", f"for v in {items}:", f"    {calls}.append({call})"]
            return [*lines, f"{name} = await ctx.gather(*{calls}{options}){mark}", *shown]
        test = f" if v != {self.of('int')}" if self.rarely(2) else ""
        return [f"{name} = await ctx.gather(*[{call} for v in {items}{test}]{options}){mark}", *shown]

    def map_(self) -> Lines:
        """One function for every item."""
        functions = ["safe", "same", *[each.partition("(")[0] for each in self.scope.quiet if "(ctx, {})" in each]]
        function = self.pick(functions)
        mark = f"  {CONCURRENT_FAILURES}" if function == "same" else ""
        limit = f", limit={1 + self.upto(1)}" if self.rarely(3) else ""
        items = self.of("ints")
        return [f"{self.bind('ints')} = await ctx.map({function}, {items}[:3]{limit}){mark}"]


def fresh_scope(**names: list[str]) -> Scope:
    """The scope at the start of a function."""
    return Scope({kind: list(found) for kind, found in names.items()})
