"""Loads Loopyard's pytest plugin: the world, the steps, and the audit after every scenario."""

pytest_plugins = ("loopyard.testing.plugin",)
