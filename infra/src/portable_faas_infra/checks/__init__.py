"""Checks of a Pulumi program without a cloud: it is run against a monitor that only writes down what is asked for."""

from portable_faas_infra.checks.recorded import Recorded, Recording, record

__all__ = ["Recorded", "Recording", "record"]
