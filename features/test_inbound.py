"""Inbound: payments that customers of other institutions make to the home DFSP's customers."""

from pytest_bdd import scenarios

scenarios("inbound.feature")
