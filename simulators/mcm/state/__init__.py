"""What the connection manager knows and decides. No HTTP and no JSON."""
