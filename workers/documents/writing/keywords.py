"""Keywords: the terms that pages are about."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from workers.documents.writing.c_value import c_values
from workers.documents.writing.language import known
from workers.documents.writing.page import Page
from workers.documents.writing.phrases import Stems, phrases
from workers.documents.writing.piece import Tell
from workers.documents.writing.sentences import sentences
from workers.documents.writing.words import HAN

METHOD = "extract (C-value)"
MOST = 10
_ENOUGH = 5
"""With fewer repeated terms than these, words that are said once are taken as well."""
_CROWDED = 300_000
"""How many phrases are held; above it those that were said once so far are forgotten."""


def keywords(
    pages: Sequence[Page], tell: Tell = lambda percent: None, most: int = MOST
) -> list[str]:
    """The terms of ``pages``, best first, as they are written there most."""
    counts: Counter[Stems] = Counter()
    forms: dict[Stems, Counter[str]] = defaultdict(Counter)
    for number, page in enumerate(pages):
        tell(95 * number / len(pages))
        for sentence in sentences(page.text):
            for phrase in phrases(sentence, known(page.language)):
                counts[phrase.stems] += 1
                forms[phrase.stems][phrase.form] += 1
        if len(counts) > _CROWDED:
            _forget(counts, forms)
    chosen = ranked(counts)[:most]
    return [_usual(forms[stems]) for stems in chosen]


def _usual(forms: Counter[str]) -> str:
    """How a term is mostly written, and then in which capitals."""
    plain: Counter[str] = Counter()
    for form, count in forms.items():
        plain[form.casefold()] += count
    usual = plain.most_common(1)[0][0]
    return next(form for form, _ in forms.most_common() if form.casefold() == usual)


def ranked(counts: Counter[Stems]) -> list[Stems]:
    """The terms among ``counts``, best first; of equal ones, that which was said earlier."""
    values = {s: value for s, value in c_values(counts).items() if not _is_character(s)}
    found = sorted(values, key=lambda stems: -values[stems])
    if len(found) < _ENOUGH:
        once = (stems for stems, n in counts.items() if n == 1 and _is_word(stems))
        found += [stems for stems, _ in zip(once, range(_ENOUGH - len(found)), strict=False)]
    return found


def _is_character(stems: Stems) -> bool:
    """One Chinese character is rarely a term."""
    return len(stems) == 1 and _is_han(stems)


def _is_word(stems: Stems) -> bool:
    """Two characters or one word of some length."""
    return len(stems) == 2 if _is_han(stems) else len(stems) == 1 and len(stems[0]) > 2


def _is_han(stems: Stems) -> bool:
    return bool(HAN.match(stems[0]))


def _forget(counts: Counter[Stems], forms: dict[Stems, Counter[str]]) -> None:
    for stems in [stems for stems, count in counts.items() if count == 1]:
        del counts[stems], forms[stems]
