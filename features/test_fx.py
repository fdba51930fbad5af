"""FXP: payments with a currency conversion."""

from pytest_bdd import scenarios

scenarios("fx.feature")
