"""Other schemes: payees behind a proxy."""

from pytest_bdd import scenarios

scenarios("schemes.feature")
