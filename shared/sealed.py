"""Secrets at rest: JSON values sealed with keys of their own, which the yard's secret key wraps.

Form 2, which is written: the value under AES-256-GCM with a random key, bound to its owner and its
field; that key wrapped (RFC 3394) with one derived from the yard's secret key. Another secret key
costs another wrapping, and the value stays as it is. Form 1, which is still read: the value under
AES-SIV (RFC 5297) with the derived key itself.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from shared.accounts.keyring import Purpose, key_for, keys_for
from shared.errors import TaskyardError
from shared.settings import Settings

MARK = "sealed:2:"
"""How sealed text begins, with the version of its form."""
OLD_MARK = "sealed:1:"
KEY_BYTES = 32
WRAPPED_BYTES = KEY_BYTES + 8
NONCE_BYTES = 12
BODY_AT = WRAPPED_BYTES + NONCE_BYTES
LOST = "A sealed value cannot be opened with the keys of this yard."


class NotOpened(TaskyardError):
    """Sealed text is damaged, another owner's, or sealed with a key that this yard has no more."""


def seal(settings: Settings, owner: str, value: Any, field: str = "") -> str:
    """``value``, any JSON, as text that only ``owner`` (an account's id, say) can open again.

    ``field`` is where it is kept, for an owner with several. Sealed twice it is another text.
    """
    return seal_fields(settings, owner, {field: value})[field]


def seal_fields(settings: Settings, owner: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Each of ``values``, the fields of one row, sealed with the same new key."""
    key = os.urandom(KEY_BYTES)
    wrapped = _wrapped(settings, key)
    return {field: _sealed(wrapped, key, owner, field, value) for field, value in values.items()}


def is_sealed(value: object) -> bool:
    """Whether ``value`` looks like what `seal` makes, or made."""
    return isinstance(value, str) and value.startswith((MARK, OLD_MARK))


def unseal(settings: Settings, owner: str, text: str, field: str = "") -> Any:
    """The value in ``text``, also where an old key sealed it; raises `NotOpened`."""
    if text.startswith(OLD_MARK):
        return _unsealed_before(settings, owner, text)
    sealed = _bytes_of(text, MARK)
    key, _ = _unwrapped(settings, sealed)
    nonce, hidden = sealed[WRAPPED_BYTES:BODY_AT], sealed[BODY_AT:]
    try:
        return orjson.loads(AESGCM(key).decrypt(nonce, hidden, _bound(owner, field)))
    except (InvalidTag, ValueError) as error:
        raise NotOpened("A sealed value is damaged, or another owner's.") from error


def resealed(settings: Settings, owner: str, text: str, field: str = "") -> str:
    """``text`` as today's secret key seals it, the same where it does already; `NotOpened`.

    Of form 2 its key alone is wrapped anew, and ``owner`` and ``field`` are not looked at.
    """
    if text.startswith(OLD_MARK):
        return seal(settings, owner, _unsealed_before(settings, owner, text), field)
    sealed = _bytes_of(text, MARK)
    key, is_todays = _unwrapped(settings, sealed)
    if is_todays:
        return text
    return _text_of(_wrapped(settings, key) + sealed[WRAPPED_BYTES:])


def _sealed(wrapped: bytes, key: bytes, owner: str, field: str, value: Any) -> str:
    nonce, plain = os.urandom(NONCE_BYTES), orjson.dumps(value)
    return _text_of(wrapped + nonce + AESGCM(key).encrypt(nonce, plain, _bound(owner, field)))


def _bound(owner: str, field: str) -> bytes:
    return f"{owner}/{field}".encode()


def _wrapped(settings: Settings, key: bytes) -> bytes:
    return aes_key_wrap(key_for(settings, Purpose.WRAPPING), key)


def _unwrapped(settings: Settings, sealed: bytes) -> tuple[bytes, bool]:
    """The key that ``sealed`` begins with, and whether today's secret key wrapped it."""
    today = key_for(settings, Purpose.WRAPPING)
    for wrapping in keys_for(settings, Purpose.WRAPPING):
        try:
            return aes_key_unwrap(wrapping, sealed[:WRAPPED_BYTES]), wrapping == today
        except InvalidUnwrap:
            continue
    raise NotOpened(LOST)


def _unsealed_before(settings: Settings, owner: str, text: str) -> Any:
    """The value in text of form 1."""
    sealed = _bytes_of(text, OLD_MARK)
    for key in keys_for(settings, Purpose.SEALING):
        try:
            return orjson.loads(AESSIV(key).decrypt(sealed, [owner.encode()]))
        except InvalidTag:
            continue
    raise NotOpened(LOST)


def _text_of(sealed: bytes) -> str:
    return MARK + urlsafe_b64encode(sealed).decode()


def _bytes_of(text: str, mark: str) -> bytes:
    try:
        return urlsafe_b64decode(text.removeprefix(mark))
    except ValueError as error:
        raise NotOpened("This is no sealed text.") from error
