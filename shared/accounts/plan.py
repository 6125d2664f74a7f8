"""What an account has subscribed to. Pure."""

from __future__ import annotations

from enum import StrEnum


class Plan(StrEnum):
    """The plans there are, smallest first."""

    STARTER = "starter"
    PRO = "pro"
    TEAM = "team"
    BUSINESS = "business"

    @property
    def device_limit(self) -> int:
        """How many devices an account on this plan may have."""
        return DEVICE_LIMITS[self]

    @property
    def has_script_api(self) -> bool:
        """Whether scripts may be driven over HTTP on this plan."""
        return self is not Plan.STARTER


DEVICE_LIMITS: dict[Plan, int] = {
    Plan.STARTER: 5,
    Plan.PRO: 20,
    Plan.TEAM: 100,
    Plan.BUSINESS: 1000,
}
