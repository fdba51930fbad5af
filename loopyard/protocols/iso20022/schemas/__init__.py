"""The contract file of the FSPIOP API with ISO 20022 bodies, and the overlay of hand corrections, as package data. No code
lives here."""
