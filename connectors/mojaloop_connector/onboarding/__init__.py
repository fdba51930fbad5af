"""Connecting to a hub through its connection manager, as Payment Manager's management API does it: certificates, JWS keys and
addresses are exchanged, and kept good. Source: docs/sources/mcm.md, onboarding."""
