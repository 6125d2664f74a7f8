"""What is secret stays out of what is told: errors, results, notes, log lines.

Some sites repeat a password that they refuse, and a library's error may hold a whole request.
`shared.hidden` keeps them from the log.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from shared.errors import TaskError
from shared.hidden import hidden
from shared.secret_forms import SHORTEST, forms_of, without_forms

NAMES = re.compile(r"pass|pwd|secret|token|key|auth(?!or)|credential|cookie|session", re.IGNORECASE)
"""In the names of what nobody may read; addresses and user names are told."""


def secret_texts(value: object) -> frozenset[str]:
    """The texts in ``value`` that nobody may read: itself, or what its keys call a secret."""
    return frozenset(_texts(value, is_secret=True))


def _texts(value: object, *, is_secret: bool) -> Iterator[str]:
    if isinstance(value, str):
        if is_secret and len(value) >= SHORTEST:
            yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, is_secret=NAMES.search(str(name)) is not None)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _texts(inner, is_secret=is_secret)


def without_secrets(value: Any, secrets: Collection[str]) -> Any:
    """``value``, text or JSON, with a sign in place of each secret, however it is written there.

    Found as they are, and as URLs, HTML, JSON, Python and base64 have them; texts shorter than
    `SHORTEST` are not looked for.
    """
    forms = forms_of(secrets)
    return without_forms(value, forms) if forms else value


def keep_from(error: TaskError, secrets: Collection[str]) -> None:
    """Take ``secrets`` out of what ``error`` says."""
    error.message = without_secrets(str(error.message), secrets)
    error.code = without_secrets(str(error.code), secrets)
    error.args = (error.message,)


@contextmanager
def kept_secret(secrets: Collection[str]) -> Iterator[None]:
    """Keep ``secrets`` from the log and from a `TaskError` that is raised in the block."""
    with hidden(secrets):
        try:
            yield
        except TaskError as error:
            keep_from(error, secrets)
            raise
