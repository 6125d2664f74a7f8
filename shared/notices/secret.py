"""What notices are signed with: secrets as the Standard Webhooks spec has them, sealed at rest.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import os
from base64 import b64encode
from datetime import datetime
from typing import Protocol

from shared.errors import Refused
from shared.sealed import seal, unseal
from shared.settings import Settings

PREFIX = "whsec_"
SECRET_BYTES = 32
"""The spec takes 24 to 64."""
OVERLAP_SECONDS = 86_400.0
"""For how long the secret before a rotation signs as well, where nothing else is said."""
LONGEST_OVERLAP_SECONDS = 30 * 86_400.0
CALLBACKS = "callbacks"
"""Where the secret of an account's callbacks is kept; a webhook's is kept at its id."""


class Signing(Protocol):
    """A row with sealed secrets: a webhook's, or that of an account's callbacks."""

    @property
    def account_id(self) -> str: ...  # noqa: D102
    @property
    def secret(self) -> str: ...  # noqa: D102
    @property
    def previous_secret(self) -> str | None: ...  # noqa: D102
    @property
    def previous_until(self) -> datetime | None: ...  # noqa: D102


def new_secret() -> str:
    """A new secret, as text."""
    return PREFIX + b64encode(os.urandom(SECRET_BYTES)).decode()


def seal_secret(settings: Settings, account_id: str, place: str, secret: str) -> str:
    """``secret`` as it is stored; ``place`` is the webhook's id, or `CALLBACKS`."""
    return seal(settings, account_id, secret, place)


def open_secrets(settings: Settings, row: Signing, place: str, now: datetime) -> list[str]:
    """What to sign with at ``now``, today's secret first; `NotOpened` where a key is lost."""
    sealed = [row.secret]
    is_overlapping = row.previous_until is not None and now < row.previous_until
    if row.previous_secret is not None and is_overlapping:
        sealed.append(row.previous_secret)
    return [unseal(settings, row.account_id, text, place) for text in sealed]


def check_overlap(seconds: float) -> float:
    """``seconds``, once they may be an overlap; `Refused` says which may. Pure."""
    if not 0 <= seconds <= LONGEST_OVERLAP_SECONDS:
        message = f"must be a number of seconds from 0 to {LONGEST_OVERLAP_SECONDS:.0f}."
        raise Refused(f"overlapSeconds: {message}", code="INVALID_FIELD", field="overlapSeconds")
    return seconds
