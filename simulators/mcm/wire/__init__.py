"""The connection manager's messages: JSON to and from its state."""
