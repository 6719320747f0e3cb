"""Texts of the manifest with what the deployment knows filled in, once it is known."""

from collections.abc import Mapping

import pulumi

from portable_faas.manifest import fill, references


def filled(text: str, values: Mapping[str, pulumi.Input[str]]) -> pulumi.Input[str]:
    """The text with each ``${...}`` replaced; a text without any as it is."""
    known = {name: values[name] for name in references(text)}
    if not known:
        return text
    return pulumi.Output.all(**known).apply(lambda found: fill(text, found))
