"""What is said to devices arrives as it is, and nothing of it is ever run."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.scripts.publishers.adb import words
from workers.scripts.publishers.protocol import Media

SPEAKABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
SHELLISH = st.text(st.sampled_from("'\"`$(){}[]\\;&|<>*?!#~%=\n\r\t -az9é😀"), min_size=1)
HARMLESS = re.compile(r"[0-9]{2}-[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.[a-z0-9]{1,5}")
URI = "content://media/external/video/media/7"


def read_by_a_shell(line: str) -> list[str]:
    """The words of ``line``, as a POSIX shell reads them."""
    script = "words() { printf '%s\\0' \"$@\"; }; words " + line
    done = subprocess.run(
        ["/bin/sh", "-c", script], capture_output=True, check=True, env={"PATH": "/nowhere"}
    )
    assert done.stderr == b""
    return done.stdout.decode("utf-8")[:-1].split("\0")


def media(name: str, kind: str = "video", media_type: str = "video/mp4") -> Media:
    """A file of that name."""
    return Media(
        name=name, path=Path("x"), kind=kind, media_type=media_type, size_bytes=1, sha256="ab" * 32
    )


@settings(max_examples=150, deadline=None)
@given(SHELLISH | SPEAKABLE.filter(bool))
def test_every_caption_arrives_as_one_word_of_the_command(caption: str) -> None:
    said = words.share("com.app", "video/mp4", URI, caption)

    heard = read_by_a_shell(shlex.join(said))

    assert heard == list(said)
    assert heard[-3:] == ["--es", "android.intent.extra.TEXT", caption]


@settings(max_examples=150, deadline=None)
@given(SHELLISH | st.text(), st.integers(1, 35))
def test_every_file_name_is_made_of_harmless_signs(name: str, number: int) -> None:
    called = words.file_name(media(name), number)

    assert HARMLESS.fullmatch(called)
    assert called.startswith(f"{number:02d}-")
    assert len(called) < 100


@settings(max_examples=150, deadline=None)
@given(SHELLISH | st.text(min_size=1))
def test_every_folder_is_made_of_harmless_signs(key: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9-]{1,64}", words.folder_name(key))


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_whatever_is_a_caption_can_be_said(caption: str) -> None:
    said = words.sayable(caption)

    assert "\0" not in said
    assert said.encode("utf-8").decode("utf-8") == said


@pytest.mark.parametrize(
    ("name", "kind", "media_type", "called"),
    [
        ("clip.mp4", "video", "video/mp4", "01-clip-abababab.mp4"),
        ("Été à Paris.MOV", "video", "video/quicktime", "01-Ete-a-Paris-abababab.mov"),
        ("C:\\films\\clip.mp4", "video", "video/mp4", "01-clip-abababab.mp4"),
        ("视频", "video", "video/mp4", "01-video-abababab.mp4"),
        ("picture", "image", "image/png", "01-picture-abababab.png"),
        ("odd.$(x)", "image", "application/x-nobody-knows", "01-odd-abababab.jpg"),
    ],
)
def test_a_file_keeps_of_its_name_what_is_harmless(
    name: str, kind: str, media_type: str, called: str
) -> None:
    assert words.file_name(media(name, kind, media_type), 1) == called


@pytest.mark.parametrize("media_type", ["video/mp4; x", "", "text/html", "video/'"])
def test_an_odd_media_type_is_any(media_type: str) -> None:
    assert words.share("com.app", media_type, URI, "")[5] == "*/*"


def test_different_posts_have_different_folders() -> None:
    assert words.folder_name("a/b") != words.folder_name("a-b")
