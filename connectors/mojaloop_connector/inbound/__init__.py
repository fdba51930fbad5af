"""What the hub sends: requests to us as payee or FX provider, and callbacks to what we asked as payer."""
