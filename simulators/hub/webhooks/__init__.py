"""What the hub sends on its own: relayed messages, and messages in its own name."""
