"""Resilience: payments whose messages, systems or clocks fail."""

from pytest_bdd import scenarios

scenarios("resilience.feature")
