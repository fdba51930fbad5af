"""HTTP as the house uses it: the client and the server that carry the clock's turns, trace ids and, later, TLS."""
