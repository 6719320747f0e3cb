"""The static checker behind `pfaas check`: which orchestrators are accepted on every target. Build time only."""

from portable_faas.compiler.check import check, check_source

__all__ = ["check", "check_source"]
