"""Throw-away private keys, several to a file. They protect nothing."""
