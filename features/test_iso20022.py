"""ISO 20022: what is particular to the form, and institutions of both forms in one scheme."""

from pytest_bdd import scenarios

scenarios("iso20022.feature")
