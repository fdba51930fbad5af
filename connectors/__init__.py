"""The reference system under test: what stands between the simulators when a team brings no connector of its own."""
