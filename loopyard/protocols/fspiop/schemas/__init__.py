"""Contract files of the FSPIOP API, and the overlay of hand corrections, as package data. No code lives here."""
