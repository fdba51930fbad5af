"""The Mojaloop connector's outbound API as this connector uses it: client, answers as verdicts, transfers as views."""
