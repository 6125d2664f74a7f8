"""The settings of an agent: those that connectors read, without a yard's store, broker or key."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_urlsafe

from shared.settings import Settings, read_settings

KEY, URL = "TASKYARD_SERVER_KEY", "TASKYARD_URL"
"""What an agent alone reads: its server's key, and where the gateway is."""
OF_A_YARD = frozenset(
    {
        "TASKYARD_SECRET_KEY",
        "TASKYARD_SECRET_KEYS_OLD",
        "TASKYARD_DATABASE_URL",
        "TASKYARD_REDIS_URL",
        "TASKYARD_BLOBS_URL",
    }
)
"""What an agent has no use for, nor anything that connectors run by it."""


def agent_settings(environ: Mapping[str, str]) -> Settings:
    """Settings out of ``TASKYARD_*``, for a machine without a yard.

    Nothing is sealed here: the secret key is a random one, and nobody keeps it.
    """
    given = {name: text for name, text in environ.items() if name not in OF_A_YARD}
    return read_settings({**given, "TASKYARD_SECRET_KEY": token_urlsafe(32)})
