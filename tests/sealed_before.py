"""Text as older versions sealed it (form 1), to see that it can still be opened."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from shared.accounts.keyring import Purpose, key_for
from shared.settings import Settings


def seal_as_before(settings: Settings, owner: str, value: Any) -> str:
    """``value`` in form 1, by the present secret key of ``settings``."""
    key = key_for(settings, Purpose.SEALING)
    sealed = AESSIV(key).encrypt(orjson.dumps(value), [owner.encode()])
    return "sealed:1:" + urlsafe_b64encode(sealed).decode()
