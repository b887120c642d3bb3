"""Settings of the whole suite."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# No deadline: the time of one example says nothing on a busy machine.
settings.register_profile("default", deadline=None)
settings.register_profile(
    "long", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("default")
