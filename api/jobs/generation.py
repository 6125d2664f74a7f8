"""What is to be made of a text. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.jobs.refusals import refused


def generation_of(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a GENERATION's payload that a caller decides; an answer needs its question."""
    if asked["kind"] == "answer" and not asked.get("prompt", "").strip():
        raise refused("prompt", "is required for the kind answer: the question.")
    return dict(asked)
