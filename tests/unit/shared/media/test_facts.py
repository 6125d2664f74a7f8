"""What another process tells is looked at before it is believed."""

from __future__ import annotations

from typing import Any

import pytest

from shared.media.facts import Facts

GOOD = {
    "kind": "video", "media_type": "video/mp4", "width": 1, "height": 2, "duration_seconds": 0.5,
}  # fmt: skip


def test_good_facts_are_taken() -> None:
    assert Facts.told(GOOD) == Facts(
        kind="video", media_type="video/mp4", width=1, height=2, duration_seconds=0.5
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "text"),
        ("kind", None),
        ("media_type", "video"),
        ("media_type", "video/" + "x" * 100),
        ("media_type", 7),
        ("width", 0),
        ("height", -1),
        ("width", 10**7),
        ("width", "64"),
        ("duration_seconds", 0.0),
        ("duration_seconds", float("inf")),
        ("duration_seconds", float("nan")),
        ("duration_seconds", 3),
    ],
)
def test_impossible_facts_are_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match="impossible"):
        Facts.told({**GOOD, name: value})
