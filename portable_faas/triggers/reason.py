"""Why a message was given up, as a text that every platform can keep and every terminal show.

ValueError("\x1b[31mno stock")   ->   "ValueError: \\x1b[31mno stock"

SQS takes what XML 1.0 takes (API reference, SendMessage), a table no lone surrogates.
"""

import re
from typing import Final

from portable_faas.values.failure import cut, text_of

_UNSHOWN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def reason_of(error: Exception) -> str:
    """The error of an attempt: its class and its text."""
    return kept(f"{type(error).__name__}: {text_of(error)}")


def kept(text: str) -> str:
    """The text with escapes for what cannot be kept, at most 8 KiB of UTF-8."""
    return cut(_UNSHOWN.sub(_escape, text))


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode-escape").decode()
