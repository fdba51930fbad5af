"""Steps of connectors."""
