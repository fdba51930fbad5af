"""Requests to pay: those that come to our customers, those that our customers make, and refunds of what they were paid."""
