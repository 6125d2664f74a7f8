"""What people take for one character, however many code points it has; pure."""

from __future__ import annotations

import regex

GRAPHEME = regex.compile(r"\X")
"""An extended grapheme cluster (Unicode, UAX 29)."""


def count_graphemes(text: str) -> int:
    """How many characters a reader sees in ``text``."""
    return sum(1 for _ in GRAPHEME.finditer(text))
