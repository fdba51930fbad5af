"""What peer DFSPs know and do: books, customers, quotes, transfers of both directions. No HTTP and no JSON here."""
