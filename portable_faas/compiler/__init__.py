"""The static checker behind `pfaas check`: which orchestrators are accepted on every target. Build time only."""

from portable_faas.compiler.check import advise, advise_source, check, check_source

__all__ = ["advise", "advise_source", "check", "check_source"]
