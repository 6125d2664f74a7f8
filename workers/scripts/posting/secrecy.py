"""What a credential says stays out of messages: some platforms repeat a token that they refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from shared.errors import TaskError

SECRET = re.compile(r"token|password|secret|key")
"""In the names of what nobody may read; addresses and names are told."""
SHORTEST = 4
"""Shorter ones would be found in other words."""
HIDDEN = "…"


@contextmanager
def kept_secret(credential: Mapping[str, Any] | None) -> Iterator[None]:
    """Take the secrets of ``credential`` out of a `TaskError` that is raised in the block."""
    try:
        yield
    except TaskError as error:
        error.message = without_secrets(error.message, credential or {})
        error.args = (error.message,)
        raise


def without_secrets(text: str, credential: Mapping[str, Any]) -> str:
    """``text`` with a sign in place of each secret. Pure."""
    secrets = {
        value
        for name, value in credential.items()
        if isinstance(value, str) and len(value) >= SHORTEST and SECRET.search(name)
    }
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text
