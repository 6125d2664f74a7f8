from __future__ import annotations

import pytest

from workers.documents.speech.segment import Segment
from workers.documents.speech.subtitles import srt, vtt

TALK = [Segment(0.0, 2.5, "Good morning."), Segment(3661.0405, 36_000.0, "Until\n\ntomorrow!")]


def test_srt_numbers_its_cues_and_has_commas_in_its_times() -> None:
    assert srt(TALK) == (
        "1\n00:00:00,000 --> 00:00:02,500\nGood morning.\n\n"
        "2\n01:01:01,040 --> 10:00:00,000\nUntil tomorrow!\n\n"
    )


def test_vtt_begins_with_its_name_and_has_points_in_its_times() -> None:
    assert vtt(TALK) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:02.500\nGood morning.\n\n"
        "01:01:01.040 --> 10:00:00.000\nUntil tomorrow!\n\n"
    )


@pytest.mark.parametrize(
    ("said", "written"), [("a < b & c", "a &lt; b &amp; c"), ("a --> b", "a --&gt; b")]
)
def test_what_vtt_would_read_as_markup_is_escaped(said: str, written: str) -> None:
    assert vtt([Segment(0, 1, said)]).endswith(f"\n{written}\n\n")


def test_nothing_said_makes_subtitles_without_cues() -> None:
    assert (srt([]), vtt([])) == ("", "WEBVTT\n\n")


def test_a_time_is_rounded_and_carried_over() -> None:
    assert "00:01:00,000 -->" in srt([Segment(59.9996, 61, "x")])
