"""Portable values: what may cross a durable boundary, and its wire form."""
