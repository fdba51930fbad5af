"""Outgoing payments: from the channel's request over the terms and the payer's consent to the final state."""
