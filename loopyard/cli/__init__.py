"""The commands of Loopyard: each module is one command, thin over the harness. No domain rule lives here."""
