"""Loads Loopyard's own pytest plugin for the scenarios; a team's repository does the same."""

pytest_plugins = ("loopyard.testing.plugin",)
