"""Evidence of a scenario for the people who sign it off: diagrams, interactions, T-accounts and the audit's verdict,
drawn from plain data. Nothing here knows a simulator, a world or a running clock."""
