"""Prices of the clouds, dated and with their sources, and what the resources of an app use of them."""
