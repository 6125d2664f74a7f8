"""What can be broken. Values only."""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    """A part of a yard, as ``--kill`` names it."""

    WORKERS = "workers"
    SCHEDULER = "scheduler"
    NOTICES = "notices"
    GATEWAY = "gateway"
    REDIS = "redis"
    DATABASE = "database"
