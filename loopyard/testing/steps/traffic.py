"""Steps of traffic."""
