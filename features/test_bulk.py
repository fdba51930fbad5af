"""Bulks: many payments in one order, out and in."""

from pytest_bdd import scenarios

scenarios("bulk.feature")
