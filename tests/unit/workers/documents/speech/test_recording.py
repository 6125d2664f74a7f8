"""What can be heard, and what is said about files in which nothing can."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from shared.errors import TaskError
from tests.documents.recordings import FORMATS, RATE, Sound, film, record, silence
from workers.documents.speech.recording import Recording, measured
from workers.documents.speech.sound import sound


@pytest.fixture(scope="module")
def tone() -> Sound:
    """Four seconds of a tone."""
    return (np.sin(np.arange(4 * RATE) / 5) * 8000).astype(np.int16)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, tone: Sound) -> dict[str, Path]:
    """The tone in each format."""
    folder = tmp_path_factory.mktemp("tones")
    return {name: record(folder / f"tone.{name}", tone) for name in FORMATS}


def refusal(file: Path) -> str:
    """Why ``file`` is not heard; it never will be."""
    with pytest.raises(TaskError) as caught:
        list(sound(measured(file)))
    assert (caught.value.code, caught.value.retryable) == ("EXTRACTION_FAILED", False)
    assert str(file.parent) not in caught.value.message
    return caught.value.message


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_measured_and_decoded(files: dict[str, Path], name: str) -> None:
    recording = measured(files[name])
    heard = np.concatenate(list(sound(recording)))
    assert recording.seconds == pytest.approx(4.0, abs=0.2)
    assert len(heard) == pytest.approx(4 * RATE, abs=0.2 * RATE)
    assert 0.1 < np.abs(heard).max() < 0.4


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("share", [0.5, 0.7])
def test_a_file_that_is_cut_off_is_told(files: dict[str, Path], name: str, share: float) -> None:
    whole = files[name].read_bytes()
    cut = files[name].with_name(f"cut.{name}")
    cut.write_bytes(whole[: int(len(whole) * share)])
    assert "cut off" in refusal(cut)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.wav", b"", "The file is empty (0 bytes)."),
        ("notes.mp3", b"%PDF-1.7\n" + b"x" * 5000, "looks like a PDF file"),
        ("notes.wav", b"Just a few words.\n" * 300, "looks like a text file"),
        ("noise.flac", bytes(range(256)) * 40, "no known recording"),
        ("list.mp3", b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n", "looks like a playlist"),
        ("wave.wav", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0", "cut off or damaged"),
        ("tune.ogg", b"OggS" + b"\0" * 3000, "cut off or damaged"),
    ],
)
def test_what_is_no_recording_is_told_what_it_is(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert reason in refusal(file)


def test_a_list_of_other_files_is_not_followed(files: dict[str, Path]) -> None:
    tone = files["wav"]
    listing = tone.with_name("listing.wav")
    listing.write_text(f"ffconcat version 1.0\nfile '{tone.name}'\n")
    assert "looks like a text file" in refusal(listing)


def test_a_picture_has_no_sound(tmp_path: Path) -> None:
    assert refusal(film(tmp_path / "film.mp4")) == "The video has no sound."


def test_a_recording_of_no_length_is_told(tmp_path: Path) -> None:
    file = tmp_path / "short.wav"
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
    assert refusal(file) == "It lasts 0 seconds."


def test_the_content_counts_and_not_the_name(files: dict[str, Path]) -> None:
    renamed = files["mp3"].with_name("renamed.wav")
    renamed.write_bytes(files["mp3"].read_bytes())
    assert measured(renamed).seconds == pytest.approx(4.0, abs=0.2)


def test_an_mp3_that_does_not_say_its_length_is_heard_to_its_end(
    tmp_path: Path, tone: Sound
) -> None:
    mixed = np.concatenate([tone, silence(8), tone])
    bare = {"write_xing": "0", "id3v2_version": "0"}
    file = record(tmp_path / "bare.mp3", mixed, options=bare)
    assert measured(file).seconds == pytest.approx(16.0, abs=0.2)


def test_a_damaged_place_costs_no_more_than_itself(files: dict[str, Path]) -> None:
    whole = bytearray(files["mp3"].read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 300] = bytes(300)
    damaged = files["mp3"].with_name("damaged.mp3")
    damaged.write_bytes(whole)
    heard = sum(len(block) for block in sound(measured(damaged)))
    assert 3 * RATE < heard < 5 * RATE


def test_sound_that_changes_on_the_way_is_heard_as_a_whole(files: dict[str, Path]) -> None:
    stereo = record(files["mp3"].with_name("stereo.mp3"), silence(4), channels=2)
    both = files["mp3"].with_name("both.mp3")
    both.write_bytes(files["mp3"].read_bytes() + stereo.read_bytes())
    heard = sum(len(block) for block in sound(Recording(both, 8.0, "mp3")))
    assert heard == pytest.approx(8 * RATE, abs=0.5 * RATE)
