"""Whether a schedule goes on."""

from __future__ import annotations

from enum import StrEnum


class Standing(StrEnum):
    """One word for it.

    active  it is due again
    paused  it is due again once it is resumed
    ended   it is never due again, unless it is changed
    """

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
