"""The engine of accounts under every simulated bank: accounts, holds, postings, limits, fees. No protocol lives here, and
no rule about repeated requests: each bank decides what a repeat does."""
