"""The catalogue of diagnostics, in the order of their codes."""

from typing import Final

from portable_faas.compiler.codes import control, declaration, determinism, stateful, values
from portable_faas.compiler.codes.advice import ADVICE
from portable_faas.compiler.codes.code import MARK, Code

CODES: Final[tuple[Code, ...]] = (
    *declaration.CODES,
    *determinism.CODES,
    *values.CODES,
    *control.CODES,
    *stateful.CODES,
)

__all__ = ["ADVICE", "CODES", "MARK", "Code"]
