"""Wire formats without I/O, both directions. Nothing here knows a simulator, a connector, a socket or the engine."""
