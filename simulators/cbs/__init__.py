"""Core banking systems: one engine of accounts, and one folder for each system that speaks over it."""
