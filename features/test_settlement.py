"""Settlement: what institutions owe each other, how it is settled, and the money that covers it."""

from pytest_bdd import scenarios

scenarios("settlement.feature")
