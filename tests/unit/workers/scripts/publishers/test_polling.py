"""Asking again and again."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.scripts.publishers.polling import MOST_SECONDS, Polling
from workers.scripts.publishers.protocol import Media, Post

FAST = Polling(first_seconds=0.001, longest_seconds=0.002)
MIB = 1024 * 1024


def post(size_bytes: int, upload_wait_seconds: float) -> Post:
    video = Media(
        name="m", path=Path("/m"), kind="video", media_type="video/mp4", size_bytes=size_bytes,
        sha256="",
    )  # fmt: skip
    return Post(key="k", caption="", media=(video,), upload_wait_seconds=upload_wait_seconds)


def test_it_ends_with_the_first_answer() -> None:
    answers = iter([None, None, "there", "more"])
    assert FAST.until(lambda: next(answers), 60.0) == "there"
    assert next(answers) == "more"


def test_it_asks_once_at_least_and_ends_with_its_time() -> None:
    asked: list[int] = []
    assert FAST.until(lambda: asked.append(1), 0.0) is None
    assert asked == [1]


@pytest.mark.parametrize(
    ("size_bytes", "allowed", "seconds"),
    [
        (8 * MIB, 0.0, 61.0),
        (8 * MIB, 120.0, 120.0),
        (1024 * MIB, 30.0, 188.0),
        (1, 3600.0, MOST_SECONDS),
    ],
)
def test_long_posts_get_more_time(size_bytes: int, allowed: float, seconds: float) -> None:
    assert Polling().seconds(post(size_bytes, allowed)) == pytest.approx(seconds, abs=0.01)
