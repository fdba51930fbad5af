"""How properties are held on any machine: a slow one draws as many examples, and none of them has to be quick."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("any machine", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
