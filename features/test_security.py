"""Security: signatures, keys and doors, and that no money moves through what is refused."""

from pytest_bdd import scenarios

scenarios("security.feature")
