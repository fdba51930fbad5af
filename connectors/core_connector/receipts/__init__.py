"""Incoming payments: the backend API by which the Mojaloop connector finds payees, asks for terms, and brings transfers."""
