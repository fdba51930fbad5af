"""What a team's test suite uses: the pytest plugin, the steps, the hosts and drivers of the system under test, and the
evidence for reports. No simulator and no connector is imported here; they are reached through the world."""
