"""Keywords as models list them. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

MOST = 10
LONGEST = 80
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s*")


def listed(answer: str) -> list[str]:
    """The terms in an answer of one a line (or, on a single line, with commas between)."""
    lines = answer.strip().splitlines()
    parts = re.split(r"[,،，、;]", lines[0]) if len(lines) == 1 else lines
    plain = (_BULLET.sub("", part).strip(" \t.\"'`*") for part in parts)
    return list(dict.fromkeys(term for term in plain if term and len(term) <= LONGEST))[:MOST]


def merged(lists: Iterable[Sequence[str]]) -> list[str]:
    """The terms that are high up in most of ``lists``, best first."""
    points: dict[str, int] = defaultdict(int)
    forms: dict[str, str] = {}
    for terms in lists:
        for place, term in enumerate(terms):
            forms.setdefault(term.casefold(), term)
            points[term.casefold()] += MOST - place
    return [forms[key] for key in sorted(points, key=lambda key: -points[key])[:MOST]]
