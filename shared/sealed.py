"""Secrets at rest: JSON values sealed with a key from the yard's secret (AES-SIV, RFC 5297).

The same value of the same owner seals to the same text, so sealed values can be compared without
being opened; nothing else about them shows but their length.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from shared.accounts.keyring import Purpose, key_for, keys_for
from shared.errors import TaskyardError
from shared.settings import Settings

MARK = "sealed:1:"
"""How sealed text begins, with the version of its form."""


class NotOpened(TaskyardError):
    """Sealed text is damaged, another owner's, or sealed with a key that this yard has no more."""


def seal(settings: Settings, owner: str, value: Any) -> str:
    """``value``, any JSON, as text that only ``owner`` (an account's id, say) can open again."""
    key = key_for(settings, Purpose.SEALING)
    plain = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return MARK + urlsafe_b64encode(AESSIV(key).encrypt(plain, [owner.encode()])).decode()


def is_sealed(value: object) -> bool:
    """Whether ``value`` looks like what `seal` made."""
    return isinstance(value, str) and value.startswith(MARK)


def unseal(settings: Settings, owner: str, text: str) -> Any:
    """The value in ``text``, also where an old key sealed it; raises `NotOpened`."""
    try:
        sealed = urlsafe_b64decode(text.removeprefix(MARK))
    except ValueError as error:
        raise NotOpened("This is no sealed text.") from error
    for key in keys_for(settings, Purpose.SEALING):
        try:
            return orjson.loads(AESSIV(key).decrypt(sealed, [owner.encode()]))
        except InvalidTag:
            continue
    raise NotOpened("A sealed value cannot be opened with the keys of this yard.")
