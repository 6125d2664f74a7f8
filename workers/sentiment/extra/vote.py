"""Asking the extra annotator, whichever it is."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from shared.answers.answer import Answer
from workers.sentiment.extra.settings import ExtraSettings

Payload = Mapping[str, Any]

_log = logging.getLogger(__name__)


def takes(payload: Payload, settings: ExtraSettings | None) -> bool:
    """Whether the extra annotator answers `payload`: an endpoint anything, a classifier moods."""
    from shared.answers.polarity import scale_of

    if settings is None:
        return False
    return settings.endpoint is not None or scale_of(payload["options"]) is not None


def answers(
    texts: Sequence[str], payloads: Sequence[Payload], settings: ExtraSettings
) -> list[Answer | None]:
    """The extra annotator's answer to each payload; None where it takes none or fails.

    A failing extra must not cost the others' answers, so it abstains and the log says why.
    """
    places = [at for at, payload in enumerate(payloads) if takes(payload, settings)]
    found: list[Answer | None] = [None] * len(payloads)
    try:
        said = _asked([texts[at] for at in places], [payloads[at] for at in places], settings)
    except Exception:
        _log.exception("the extra annotator failed and abstains")
        return found
    for at, answer in zip(places, said, strict=True):
        found[at] = answer
    return found


def _asked(
    texts: Sequence[str], payloads: Sequence[Payload], settings: ExtraSettings
) -> Sequence[Answer | None]:
    if settings.endpoint is not None:
        from workers.sentiment.extra import endpoint

        return endpoint.answers(texts, [payload["options"] for payload in payloads], settings)
    from workers.sentiment.extra import classifier

    return classifier.answers(texts, [payload["options"] for payload in payloads], settings)
