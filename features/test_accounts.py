"""Accounts: whom the scheme finds at the institution under test."""

from pytest_bdd import scenarios

scenarios("accounts.feature")
