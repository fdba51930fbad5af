"""Steps of peers."""
