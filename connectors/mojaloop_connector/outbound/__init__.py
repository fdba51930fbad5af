"""Transfers that start here: the synchronous outbound API on one side, asynchronous FSPIOP on the other."""
