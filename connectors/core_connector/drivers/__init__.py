"""Drivers: how each bank's dialect says what the port to core banking asks. One module a dialect."""
