"""Kindling: how small kind acts spread over social networks."""

__version__ = "0.1.0"
