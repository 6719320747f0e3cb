"""The Python port of JSONata, without what its import does to the interpreter. Needs the extra `build`."""

import sys
from typing import Final

_limit: Final = sys.getrecursionlimit()
try:
    from jsonata import Jsonata
    from jsonata.jexception import JException
    from jsonata.tokenizer import Tokenizer
    from jsonata.utils import Utils
finally:
    # jsonata-python 0.7 sets the limit of the whole interpreter to 10,000.
    sys.setrecursionlimit(_limit)

__all__ = ["JException", "Jsonata", "Tokenizer", "Utils"]
