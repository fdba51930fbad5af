"""FSPIOP messages to and from the state of peer DFSPs."""
