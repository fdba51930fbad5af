"""Currency conversion, for an institution that is also an FX provider: rates, and the two legs of each exchange."""
