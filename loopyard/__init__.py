"""Loopyard: a payment world on one machine. This package is the harness; simulators and connectors live beside it."""

__version__ = "0.1.0"
