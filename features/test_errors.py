"""Errors: what is malformed, refused or contradictory, and that no money moves because of it."""

from pytest_bdd import scenarios

scenarios("errors.feature")
