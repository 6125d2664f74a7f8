"""How a secret may be written in what is told about it, and texts without it. Pure."""

from __future__ import annotations

import html
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""Shorter ones would be found in other words."""
SHORTEST_PART = 12
"""Lines of a secret (a private key has many), and what base64 leaves of one, count from here."""
HIDDEN = "…"


def without_forms(value: Any, forms: Sequence[str]) -> Any:
    """The same, for who looks for the same secrets often: ``forms`` are what `forms_of` found."""
    if isinstance(value, str):
        for form in forms:
            value = value.replace(form, HIDDEN)
        return value
    if isinstance(value, Mapping):
        return {without_forms(n, forms): without_forms(inner, forms) for n, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_forms(inner, forms) for inner in value]
    return value


def forms_of(secrets: Collection[str]) -> tuple[str, ...]:
    """Every way in which one of ``secrets`` may be written, the longest first."""
    found = {form for secret in secrets if len(secret) >= SHORTEST for form in _written(secret)}
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


def _written(secret: str) -> Iterator[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    yield secret
    yield from (quote(raw), quote(raw, safe=""), quote_plus(raw))
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield from (repr(secret)[1:-1], repr(raw)[2:-1], html.escape(secret))
    yield from _in_base64(raw)
    for line in secret.splitlines():
        if len(line) >= SHORTEST_PART and not line.startswith("-----"):
            yield line


def _in_base64(raw: bytes) -> Iterator[str]:
    """How ``raw`` shows in the base64 of a longer text (``user:password``), wherever it begins."""
    for before, skipped in ((0, 0), (1, 2), (2, 3)):
        left = (before + len(raw)) % 3
        for encode in (b64encode, urlsafe_b64encode):
            text = encode(b"\0" * before + raw).decode()
            form = text[skipped : len(text) - (0, 3, 2)[left]]
            if len(form) >= SHORTEST_PART:
                yield form
