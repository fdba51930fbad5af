"""Outbound: payments that the home DFSP's customers make."""

from pytest_bdd import scenarios

scenarios("outbound.feature")
