"""X.509 for everybody in a world: certificates and requests for them, made, read, compared. Who issues what is not here."""
