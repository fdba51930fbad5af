"""FSPIOP messages to and from the state of FX providers."""
