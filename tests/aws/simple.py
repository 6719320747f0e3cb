"""Random statements of one line or two, and blocks of statements, as lines of text.

writer.assign() -> ["x1 = len(x0) + 2"]        writer.block() -> ["x1 = 3", "out.append(repr(x1))"]
"""

from collections.abc import Callable
from typing import Final

from tests.aws.expressions import MUTABLE, TYPES, Draw, Expressions

Lines = list[str]

CHANGES: Final = {
    "ints": ("{}.append(<int+>)", "{} += [<int+>]", "{}[0] = <int>", "{}.pop()"),
    "strs": ("{}.append(<str+>)", "{}.insert(0, 'i')", "{}[-1:] = ['z']"),
    "counts": ("{}[<key>] = <int+>", "{}[<key>] += <int>", "{}.pop(<key>, None)"),
    "line": ("{}.n += <int+>", "{}.tags.append('m')", "{}.more(<int>)"),
    "part": ('{}["n"] = <int+>',),
}
RAISES: Final = (
    'raise Boom("raised")',
    "raise Odd(<int>, 'why')",
    'raise Bang("from") from KeyError("cause")',
    "raise ValueError",
    "assert <test>, <str>",
)


def indented(lines: Lines) -> Lines:
    """The lines one level deeper; those inside a string stay, since a statement is one item."""
    return [f"    {line}" for line in "\n".join(lines).split("\n")] if lines else ["    pass"]


class Simple(Expressions):
    """Draws statements of one line or two.

    ``awaits``: whether the function is a coroutine function; ``left`` bounds its size; ``alone``: whether it never runs
    beside itself.
    """

    def __init__(self, draw: Draw, awaits: bool, returned: Callable[["Simple"], str], left: int) -> None:
        super().__init__(draw)
        self.alone = False
        self.awaits = awaits
        self.returned = returned
        self.left = left

    # scopes

    def bind(self, kind: str, name: str | None = None) -> str:
        """A new variable, or one to assign again."""
        free = [each for each in self.known(kind) if each not in self.scope.fixed]
        if name is None and free and self.rarely(3):
            return self.pick(free)
        name = name or self.fresh("x")
        self.scope.names.setdefault(kind, []).append(name)
        return name

    def inside(self, draw_lines: Callable[[], Lines], loops: int = 0) -> Lines:
        """The lines of a block; what it binds is as good as forgotten, since it may not have run."""
        outer = self.scope
        self.scope = outer.inner()
        self.scope.loops += loops
        lines = draw_lines()
        inner, self.scope = self.scope, outer
        for kind, names in inner.names.items():
            fresh = [name for name in names if name not in outer.names.get(kind, []) and name not in inner.fixed]
            self.gone[kind] = (self.gone.get(kind, []) + fresh)[-3:]
        return indented(lines)

    def block(self, most: int = 4, goes_on: int = 3) -> Lines:
        """A few statements; another one follows ``goes_on`` times out of one more."""
        lines: Lines = []
        count = 0
        while count < most and self.left > 0 and (count == 0 or self.upto(goes_on) > 0):
            count += 1
            self.left -= 1
            lines += self.statement()
        return lines

    def statement(self) -> Lines:
        """One statement, perhaps with what it needs before it."""
        raise NotImplementedError

    # simple statements

    def log(self) -> Lines:
        """Write down a value with its type."""
        kind = self.pick(TYPES)
        shown = self.pick([*self.known("any")[-1:], *(self.known(kind) or [self.of("int")])])
        return [f"out.append(repr({shown}))"]

    def assign(self) -> Lines:
        """A variable from an expression; what can be changed is made anew, so that it has one name."""
        kind = self.pick(TYPES)
        value = self.value(kind)
        if kind in MUTABLE and value in self.known(kind) and not self.rarely(8):
            value = f"list({value})" if kind in ("ints", "strs") else self.literal(kind)
        if kind == "int" and self.rarely(4):
            return self.augmented(value)
        return [f"{self.bind(kind)}{': int' if kind == 'int' and self.rarely(6) else ''} = {value}"]

    def augmented(self, value: str) -> Lines:
        """A change of a number."""
        free = [name for name in self.known("int") if name not in self.scope.fixed]
        return [f"{self.pick(free)} {self.pick('+-')}= {value}"] if free else [f"{self.bind('int')} = {value}"]

    def change(self) -> Lines:
        """A change in place."""
        kind = self.pick([kind for kind in MUTABLE if self.known(kind)] or ["int"])
        if kind == "int":
            return self.augmented(self.of("int"))
        return [self.one_of(CHANGES[kind]).replace("{}", self.pick(self.known(kind)))]

    def chain(self) -> Lines:
        """Two names for one number."""
        value = self.value("int")
        return [f"{self.bind('int')} = {self.bind('int')} = {value}"]

    def alias(self) -> Lines:
        """Another way to something that can be changed."""
        kind = self.pick([kind for kind in MUTABLE if self.known(kind)] or ["int"])
        if kind == "int" or not self.rarely(3):
            return self.log()
        forms = ["{0} = {1}", "{2} = [{1}, {1}]", "{2} = {{'k': {1}}}", "{2} = ({1}, 1)"]
        form, known, name = self.pick(forms), self.pick(self.known(kind)), self.fresh("x")
        if "{0}" in form:
            self.bind(kind, name)
        else:
            self.bind("any", name)
        return [form.format(name, known, name)]

    def delete(self) -> Lines:
        """Forget a variable of this block."""
        name = self.fresh("x")
        return [f"{name} = {self.value('int')}", f"out.append(repr({name}))", f"del {name}"]

    def unpack(self) -> Lines:
        """Several names at once."""
        ints = [name for name in self.known("int") if name not in self.scope.fixed]
        if len(ints) > 1 and self.rarely(2):
            one, other = ints[-2:]
            return [f"{one}, {other} = {other}, {one}"]
        form = self.pick(["{0}, *{1} = {2}", "({0}, {3}), *{1} = [(4, 'q'), *{2}]", "[{0}, *{1}] = [1, *{2}]"])
        value = self.value("ints")
        number, rest, text = self.fresh("x"), self.fresh("x"), self.fresh("x")
        self.bind("int", number)
        self.bind("ints", rest)
        if "{3}" in form:
            self.bind("str", text)
        return [form.format(number, rest, value, text)]

    def raise_(self) -> Lines:
        """An error."""
        caught = ["raise kept[-1]"] if self.awaits else []
        caught += [form for name in self.scope.caught for form in (f"raise Boom('after') from {name}", f"raise {name}")]
        raised = self.one_of([*RAISES, *(["raise"] * 3 if self.scope.handling else []), *caught])
        if self.scope.depth > 1 and not self.rarely(3):
            return [raised]
        return [f"if {self.test()}:", f"    {raised}"]

    def leave(self) -> Lines:
        """A way out of a loop or of the function."""
        out = f"return {self.returned(self)}"
        way = self.pick(["break", "continue", out] if self.scope.loops else [out])
        if self.scope.depth and self.rarely(3):
            return [way]
        return [f"if {self.test()}:", f"    {way}"]
