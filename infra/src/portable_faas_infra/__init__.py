"""Turns the manifest of a built app into cloud resources; it has no component in this release."""
