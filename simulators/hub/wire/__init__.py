"""Messages of the hub's faces to and from its state. No rule of the scheme is decided here."""
