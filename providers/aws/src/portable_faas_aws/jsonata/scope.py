"""What is known where an expression stands: its names, what tests have proved, and names for new local variables."""

import ast
from collections.abc import Callable, Mapping
from typing import Final, NoReturn

from portable_faas_aws.jsonata.code import Block, Code, Variable, is_atom
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.joining import Ambiguous, join, join_all
from portable_faas_aws.jsonata.lowered import Lowered, Name, Refused
from portable_faas_aws.jsonata.types import Mixed, Opaque, Optional, Type, describe

Place = tuple[str, ...]
"""A name and the fields read from it: ``order["to"]`` is ``("order", "to")``."""

MAX_DEPTH: Final = 40
"""Levels of an expression; deeper ones would exhaust an evaluator that recurses."""


def refuse(reason: str, node: ast.AST) -> NoReturn:
    """Leave the whole expression to Python."""
    raise Refused(reason, node)


def quoted(node: ast.AST) -> str:
    """The source of a part, short enough for a message."""
    try:
        shown = " ".join(ast.unparse(node).split())
    except RecursionError:
        return "a deeply nested part"
    return f"`{shown}`" if len(shown) <= 60 else f"`{shown[:57]}...`"


class Fresh:
    """Gives local variables that no name in sight uses, and counts how deep the lowering is."""

    __slots__ = ("_number", "_taken", "depth")

    def __init__(self, taken: frozenset[str]) -> None:
        self._number = 0
        self._taken = taken
        self.depth = 0

    def __call__(self) -> str:
        """A name not given before."""
        self._number += 1
        name = f"v{self._number}"
        return name if name not in self._taken else self()


class Scope:
    """The names and proofs at one place of an expression; a narrower place has its own."""

    __slots__ = ("_visit", "fresh", "names", "narrowed")

    def __init__(
        self,
        names: Mapping[str, Name],
        visit: "Callable[[Scope, ast.expr], Lowered]",
        fresh: Fresh,
        narrowed: Mapping[Place, Type],
    ) -> None:
        self.names = names
        self.fresh = fresh
        self.narrowed = narrowed
        self._visit = visit

    def lower(self, node: ast.expr) -> Lowered:
        """A part that is moved as it is."""
        self.fresh.depth += 1
        if self.fresh.depth > MAX_DEPTH:
            refuse(f"it is nested more than {MAX_DEPTH} levels deep", node)
        found = self._visit(self, node)
        self.fresh.depth -= 1
        return found

    def look(self, node: ast.expr) -> Lowered:
        """A part that is looked into."""
        found = self.lower(node)
        self.seen(found.type, node)
        return found

    def seen(self, type: Type, node: ast.AST) -> None:
        """Refuse what may only be moved."""
        if isinstance(type, Opaque):
            known = "" if type.of is None else " and may be large"
            refuse(f"{quoted(node)} is {article(type)}{known}, so it is passed on but not looked into", node)
        if isinstance(type, Mixed):
            refuse(f"{quoted(node)} is {describe(type)}; what it is decides what this does", node)

    def where(self, proofs: Mapping[Place, Type]) -> "Scope":
        """This place, with more proved."""
        return Scope(self.names, self._visit, self.fresh, {**self.narrowed, **proofs}) if proofs else self

    def within(self, names: Mapping[str, Name]) -> "Scope":
        """This place, with more names; they hide outer ones and what was proved of those."""
        kept = {place: type for place, type in self.narrowed.items() if holds(Guard.SHADOWING, place[0] not in names)}
        return Scope({**self.names, **names}, self._visit, self.fresh, kept)

    def shared(self, code: Code, use: Callable[[Code], Code]) -> Code:
        """Code that uses other code more than once and evaluates it once."""
        if is_atom(code):
            return use(code)
        name = self.fresh()
        return Block(((name, code),), use(Variable(name)))


def article(type: Type) -> str:
    """The type with an article, for messages."""
    shown = describe(type)
    return f"an {shown}" if shown[0] in "aeiou" else f"a {shown}"


def joined(one: Type, other: Type, node: ast.AST) -> Type:
    """The type of a value that comes from one of two places."""
    return all_joined([one, other], node)


def all_joined(types: list[Type], node: ast.AST) -> Type:
    """The type of a value that comes from one of several places."""
    try:
        return join_all(types) if len(types) != 2 else join(*types)
    except Ambiguous:
        refuse(f"{quoted(node)} mixes int and float, and JSON does not tell 1.0 from 1", node)


def present(value: Lowered, node: ast.AST) -> Type:
    """The type of a value that must not be None here; while its guard is dropped, None is not thought of."""
    if isinstance(value.type, Optional):
        if not holds(Guard.OPTIONAL, False):
            refuse(f"{quoted(node)} may be None here; test `is not None` first", node)
        return value.type.of
    return value.type
