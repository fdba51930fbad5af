"""What FX providers know and do: terms, conversions, books. No HTTP and no JSON here."""
