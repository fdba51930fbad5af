"""Bulks that we pay: many transfers asked for at once, looked up one by one, quoted and transferred in FSPIOP bulks."""
