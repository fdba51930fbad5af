"""Contract files of the systems around a connector, as package data. No code lives here."""
