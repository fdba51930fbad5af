"""How a scenario speaks to the system under test: one module for each way in. A driver knows one API and no world."""
