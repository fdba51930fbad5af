"""Bulks of outgoing payments: many payments that a customer asks for at once, such as salaries, each reserved, captured and
released by itself."""
