"""Messages of the reference core banking API: reading in `parse`, answers in `build`, errors in `reject`."""
