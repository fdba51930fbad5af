"""Money, ledger, lifecycle, clock, ids, errors. No HTTP, no files, no knowledge of any system."""
