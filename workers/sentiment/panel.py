"""The panel of machine annotators: who is asked about a payload, and what they answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.answers.answer import Answer
from shared.answers.polarity import Scale, scale_of
from workers.sentiment.annotators import e5, levels, lexicon, topics, use
from workers.sentiment.annotators.language import DEFAULT_LOCALE, language_of
from workers.sentiment.annotators.mood import NO_MOOD
from workers.sentiment.annotators.text import says_nothing, text_of
from workers.sentiment.extra import vote
from workers.sentiment.extra.settings import ExtraSettings

_VOTERS = (lexicon, e5, use)

Payload = Mapping[str, Any]


def count(payload: Payload, extra: ExtraSettings | None = None) -> int:
    """How many of the panel answer `payload`."""
    return (len(_VOTERS) if scale_of(payload["options"]) else 1) + vote.takes(payload, extra)


def answers(payloads: Sequence[Payload], extra: ExtraSettings | None = None) -> list[list[Answer]]:
    """Each payload's answers, in order; models see as many texts at once as there are."""
    texts = [text_of(payload["content"]) for payload in payloads]
    found = _embedded(texts, payloads)
    further = vote.answers(texts, payloads, extra) if extra else [None] * len(payloads)
    return [[*row, one] if one else row for row, one in zip(found, further, strict=True)]


def _embedded(texts: Sequence[str], payloads: Sequence[Payload]) -> list[list[Answer]]:
    rows: list[list[Answer]] = [[] for _ in texts]
    scales = [scale_of(payload["options"]) for payload in payloads]
    steps = [(at, scale) for at, scale in enumerate(scales) if scale]
    others = [at for at, scale in enumerate(scales) if not scale]
    if steps:
        _add_polarities(rows, steps, texts, payloads)
    if others:
        _add_topics(rows, others, texts, payloads)
    return rows


def _add_polarities(
    rows: list[list[Answer]],
    steps: Sequence[tuple[int, Scale]],
    texts: Sequence[str],
    payloads: Sequence[Payload],
) -> None:
    read = [texts[at] for at, _ in steps]
    spoken = [language_of(texts[at], _locale(payloads[at])) for at, _ in steps]
    for voter in _VOTERS:
        for (at, scale), mood in zip(steps, voter.moods(read, spoken), strict=True):
            heard = NO_MOOD if says_nothing(texts[at]) else mood
            rows[at].append(_answer(voter.NAME, *levels.choose(heard, scale)))


def _add_topics(
    rows: list[list[Answer]],
    places: Sequence[int],
    texts: Sequence[str],
    payloads: Sequence[Payload],
) -> None:
    options = [list(payloads[at]["options"]) for at in places]
    chosen = topics.choose([texts[at] for at in places], options)
    for at, (option, sure) in zip(places, chosen, strict=True):
        quiet = says_nothing(texts[at])
        rows[at].append(
            _answer(e5.NAME, option, 1 / len(payloads[at]["options"]) if quiet else sure)
        )


def _answer(annotator: str, option: str, sure: float) -> Answer:
    return Answer(annotator, "machine", option, round(sure, 4))


def _locale(payload: Payload) -> str:
    return str(payload.get("locale") or DEFAULT_LOCALE)[:2].lower()
