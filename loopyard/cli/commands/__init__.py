"""The commands that work on a running world, one module each. What they need is imported when they run: `--help` is quick."""
