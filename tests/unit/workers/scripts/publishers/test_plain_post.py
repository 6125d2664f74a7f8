"""Posts of sites that know a text with pictures or a video, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shared.sites.outcome import NotAccepted
from tests.sites.one_post import media_file
from workers.scripts.publishers.plain_post import alt_text, check_mix, credential_url, notes
from workers.scripts.publishers.protocol import LoggedOut, Login, Post, Sound


def post(folder: Path, *types: str, **known: Any) -> Post:
    """A post with media of those types."""
    media = tuple(media_file(folder / str(at), b"x", each) for at, each in enumerate(types))
    return Post(key="key", caption="", media=media, **known)


@pytest.mark.parametrize(
    ("types", "told"),
    [
        ((), "takes 1 to 4 pictures in a post, these are 0"),
        (("image/png",) * 5, "takes 1 to 4 pictures in a post, these are 5"),
        (("video/mp4", "image/png"), "takes one video in a post"),
        (("video/mp4", "video/mp4"), "takes one video in a post"),
        (("audio/mpeg",), "takes pictures and videos"),
    ],
)
def test_other_mixes_are_refused(tmp_path: Path, types: tuple[str, ...], told: str) -> None:
    with pytest.raises(NotAccepted, match=told):
        check_mix(post(tmp_path, *types), "The site", 4)


@pytest.mark.parametrize("types", [("image/png",), ("image/png",) * 4, ("video/mp4",)])
def test_a_video_or_a_few_pictures_are_taken(tmp_path: Path, types: tuple[str, ...]) -> None:
    check_mix(post(tmp_path, *types), "The site", 4)


def test_the_alt_text_is_what_the_caption_says_in_words() -> None:
    told = Post(key="key", caption="A red bicycle #new https://example.org", media=())
    assert alt_text(told) == "A red bicycle"
    assert alt_text(told, 5) == "A red"


@pytest.mark.parametrize(
    ("known", "count"),
    [
        ({}, 0),
        ({"sound": Sound(choice="0")}, 1),
        ({"way": "useSound"}, 1),
        ({"product_link": True}, 1),
        ({"placement": "story"}, 1),
        ({"sound": Sound(choice="1"), "product_link": True, "placement": "story"}, 3),
    ],
)
def test_what_cannot_be_done_is_told(known: dict[str, Any], count: int) -> None:
    assert len(notes(Post(key="key", caption="", media=(), **known), "The site")) == count


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.org/", "https://example.org"),
        ("example.org", "https://example.org"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        (None, "https://usual.example"),
    ],
)
def test_an_address_may_be_a_name_alone(text: str | None, url: str) -> None:
    login = Login(credential={"service": text} if text else {})
    assert credential_url(login, "service", "https://usual.example") == url


@pytest.mark.parametrize(
    "text",
    ["ftp://example.org", "https://", "https://[", "https://a:b@example.org", "a b", 7, ["x"]],
)
def test_an_address_that_is_none_logs_the_account_out(text: object) -> None:
    with pytest.raises(LoggedOut, match=r"credential\.service: "):
        credential_url(Login(credential={"service": text}), "service")
