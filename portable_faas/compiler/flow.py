"""The control flow of one function: small operations in the order Python carries them out.

    x = await f(y)      ->      use f, use y, call, await, define x

Each operation knows what may run next, also by an exception (`raises`). A `finally` body stands once per way out of
its `try`, so that no path leads from one way out to the continuation of another. Names of comprehensions get a
number (`x#2`), the iterator a `for` holds and the context manager a `with` holds get a name of their own (`$for1`).
"""

import ast
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, final

from portable_faas.compiler.names import Function
from portable_faas.compiler.scope import scope_of
from portable_faas.compiler.tree import walk

USE: Final = "use"
DEFINE: Final = "define"
DELETE: Final = "delete"
AWAIT: Final = "await"
CALL: Final = "call"
STORE: Final = "store"
PASS: Final = "pass"
RAISE: Final = "raise"
_ENTRY: Final = 2  # the first operation, after the two exits


@final
@dataclass(eq=False, slots=True)
class Op:
    """One step. ``how`` says by what means a name gets its value, ``value`` from which expression.

    how: parameter, assign, moved (from the name ``source``), item (one element of ``value``, at ``index`` if known),
    for, with, except, augment, import, def, class, match, iterator, manager; of an await: enter, leave (of a block)
    """

    kind: str
    node: ast.AST
    name: str = ""
    how: str = ""
    value: ast.expr | None = None
    index: int | None = None
    source: str = ""
    next: list[int] = field(default_factory=list)
    raises: int | None = None


@final
class Flow:
    """The operations of a function and the classic facts about them, each computed once when it is asked for."""

    def __init__(self, function: Function, ops: list[Op], exits: tuple[int, int]) -> None:
        self.function = function
        self.ops = ops
        self.exit, self.raised = exits
        self.places: dict[int, list[int]] = {}  # of a node; in a `finally` body it has several
        for index, op in enumerate(ops):
            self.places.setdefault(id(op.node), []).append(index)
        reached = self.reachable(_ENTRY) | {_ENTRY} if len(ops) > _ENTRY else set()
        self.of_node = {
            node: next((index for index in places if index in reached), places[0])
            for node, places in self.places.items()
        }

    @cached_property
    def captures(self) -> dict[str, frozenset[str]]:
        """The free variables of each nested function or lambda that a name of the body holds, by that name."""
        own = self.function.scope.bindings.keys()
        found = {node.name: free_names(node) & own for node in self.function.scope.nested}
        for op in self.ops:
            if op.kind == DEFINE and isinstance(op.value, ast.Lambda):
                found[op.name] = found.get(op.name, frozenset()) | free_names(op.value) & own
        return found

    @cached_property
    def iterators(self) -> dict[int, str]:
        """The name of what each `for` holds while it runs, by the id of its node."""
        return {id(op.node): op.name for op in self.ops if op.how == "iterator"}

    @cached_property
    def bits(self) -> dict[str, int]:
        """One bit for each name."""
        names = dict.fromkeys(op.name for op in self.ops if op.name)
        return {name: 1 << number for number, name in enumerate(names)}

    @cached_property
    def successors(self) -> list[list[int]]:
        """What may run after each operation, by an exception too."""
        return [op.next if op.raises is None else [*op.next, op.raises] for op in self.ops]

    @cached_property
    def live(self) -> list[int]:
        """The names, as bits, that may still be read after each operation."""
        gen, kill = self._uses(), self._kills()
        after, before = [0] * len(self.ops), [0] * len(self.ops)
        changed = True
        while changed:
            changed = False
            for index in range(len(self.ops) - 1, -1, -1):
                out = 0
                for follower in self.successors[index]:
                    out |= before[follower]
                entry = gen[index] | (out & ~kill[index])
                after[index] = out
                if entry != before[index]:
                    before[index] = entry
                    changed = True
        return after

    def _uses(self) -> list[int]:
        result = []
        for index, op in enumerate(self.ops):
            used = op.kind == USE or (op.kind == DELETE and self.is_perhaps_unbound(index))
            mask = self.bits.get(op.name, 0) if used else 0
            if op.kind == USE and op.name in self.captures:
                for name in self.captures[op.name]:
                    mask |= self.bits.get(name, 0)
            result.append(mask)
        return result

    def _kills(self) -> list[int]:
        return [self.bits[op.name] if op.kind in (DEFINE, DELETE) else 0 for op in self.ops]

    def is_live(self, name: str, index: int) -> bool:
        """Whether ``name`` may be read after operation ``index``."""
        return bool(self.live[index] & self.bits.get(name, 0))

    def is_perhaps_unbound(self, index: int) -> bool:
        """Whether the name of operation ``index`` may have no value when it runs."""
        return bool(self._unbound[index] & self.bits[self.ops[index].name])

    @cached_property
    def _unbound(self) -> list[int]:
        entry = [0] * len(self.ops)
        given = {parameter.arg for parameter in self.function.parameters}
        if len(entry) > _ENTRY:
            entry[_ENTRY] = sum(bit for name, bit in self.bits.items() if name not in given)
        work = list(range(len(self.ops)))[::-1]
        while work:
            index = work.pop()
            op, out = self.ops[index], entry[index]
            if op.kind in (DEFINE, DELETE):
                out = out & ~self.bits[op.name] | (self.bits[op.name] if op.kind == DELETE else 0)
            for follower in self.successors[index]:
                if entry[follower] | out != entry[follower]:
                    entry[follower] |= out
                    work.append(follower)
        return entry

    @cached_property
    def sure_deletions(self) -> frozenset[tuple[int, int]]:
        """Where a name is deleted that surely has a value, by line and column."""
        found: dict[tuple[int, int], bool] = {}
        for index, op in enumerate(self.ops):
            if op.kind == DELETE and isinstance(op.node, ast.Name):
                place = op.node.lineno, op.node.col_offset
                found[place] = found.get(place, True) and not self.is_perhaps_unbound(index)
        return frozenset(place for place, sure in found.items() if sure)

    @cached_property
    def awaits(self) -> list[int]:
        """The operations at which the function may be suspended."""
        return [index for index, op in enumerate(self.ops) if op.kind == AWAIT]

    @cached_property
    def definitions(self) -> list[int]:
        """The operations that give a name a value."""
        return [index for index, op in enumerate(self.ops) if op.kind in (DEFINE, DELETE)]

    @cached_property
    def _reaching(self) -> list[int]:
        by_name: dict[str, int] = {}
        for number, index in enumerate(self.definitions):
            name = self.ops[index].name
            by_name[name] = by_name.get(name, 0) | 1 << number
        bit_of = {index: 1 << number for number, index in enumerate(self.definitions)}
        entry = [0] * len(self.ops)
        work = list(range(len(self.ops)))[::-1]  # the first of them first: most lead on to the next
        while work:
            index = work.pop()
            out = entry[index]
            if index in bit_of:
                out = out & ~by_name[self.ops[index].name] | bit_of[index]
            for follower in self.successors[index]:
                if entry[follower] | out != entry[follower]:
                    entry[follower] |= out
                    work.append(follower)
        return entry

    def reaching(self, index: int, name: str) -> list[Op]:
        """The definitions of ``name`` that may hold when operation ``index`` runs."""
        mask = self._reaching[index]
        return [
            self.ops[place]
            for number, place in enumerate(self.definitions)
            if mask >> number & 1 and self.ops[place].name == name
        ]

    def read_by(self, node: ast.Name) -> list[Op]:
        """The definitions that may hold where ``node`` reads a local name, whichever way led to it."""
        named = [index for index in self.places.get(id(node), ()) if self.ops[index].name]
        places = [index for index in named if not self.ops[index].name.startswith("$")]  # not what a `with` holds
        found = {id(op): op for index in places for op in self.reaching(index, self.ops[index].name)}
        return list(found.values())

    def given(self, name: str) -> list[Op]:
        """Every definition of ``name``."""
        return [self.ops[index] for index in self.definitions if self.ops[index].name == name]

    @cached_property
    def crossed(self) -> list[int]:
        """The names, as bits, whose value may be from before an await when each operation runs."""
        entry = [0] * len(self.ops)
        everything = (1 << len(self.bits)) - 1
        work = list(range(len(self.ops)))
        while work:
            index = work.pop()
            op = self.ops[index]
            out = everything if op.kind == AWAIT else entry[index]
            if op.kind in (DEFINE, DELETE):
                out &= ~self.bits[op.name]
            for follower in self.successors[index]:
                if entry[follower] | out != entry[follower]:
                    entry[follower] |= out
                    work.append(follower)
        return entry

    def reachable(self, start: int) -> set[int]:
        """The operations that may run after ``start``."""
        seen: set[int] = set()
        work = list(self.successors[start])
        while work:
            index = work.pop()
            if index not in seen:
                seen.add(index)
                work.extend(self.successors[index])
        return seen


def free_names(node: ast.AST) -> frozenset[str]:
    """The names that a nested function or lambda reads or changes but does not bind."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return frozenset()
    scope = scope_of(node)
    found: set[str] = set(scope.nonlocals)
    for each in walk(node):
        if isinstance(each, ast.Name) and each not in scope.inner and each.id not in scope.bindings:
            found.add(each.id)
    return frozenset(found)
