"""Requests to pay: a customer is asked for money or asks for it, with and without a one-time password."""

from pytest_bdd import scenarios

scenarios("request_to_pay.feature")
