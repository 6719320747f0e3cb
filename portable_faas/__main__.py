"""``python -m portable_faas`` is ``pfaas``."""

from portable_faas.cli import main

main()
