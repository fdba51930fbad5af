"""What this bank can be asked for over HTTP (`core`), and what operators can do to it (`controls`)."""
