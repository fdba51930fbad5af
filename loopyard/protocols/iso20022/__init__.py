"""ISO 20022 bodies of the FSPIOP API: the same messages in another notation. README.md says who would use it, and where."""
