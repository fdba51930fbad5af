"""Onboarding: how the home DFSP connects to the scheme through the connection manager, and stays connected."""

from pytest_bdd import scenarios

scenarios("onboarding.feature")
