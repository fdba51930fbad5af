"""Refunds: money that goes back by a new transfer, from customers of the home DFSP and to them."""

from pytest_bdd import scenarios

scenarios("refunds.feature")
