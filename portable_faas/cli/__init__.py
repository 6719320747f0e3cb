"""The command line ``pfaas``: one file per command; exit codes 0 done, 1 it failed, 2 wrong, 3 lacking."""

from portable_faas.cli.main import main

__all__ = ["main"]
