"""What a file is, is told by its content; what is broken is told as well."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from shared.media.facts import Facts, Unfit
from shared.media.look import look
from shared.media.picture import FORMATS, MEDIA_TYPES
from tests import media_files
from tests.documents.recordings import FORMATS as SOUNDS
from tests.documents.recordings import record, silence

VIDEOS = [
    ("mp4", "video/mp4"),
    ("mov", "video/quicktime"),
    ("webm", "video/webm"),
    ("mkv", "video/x-matroska"),
    ("avi", "video/x-msvideo"),
    ("ts", "video/mp2t"),
]
SOUND_TYPES = [
    ("wav", "audio/wav"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("ogg", "audio/ogg"),
    ("flac", "audio/flac"),
    ("webm", "audio/webm"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file whose name says nothing."""
    return tmp_path / "content"


def refusal(file: Path, content: bytes) -> str:
    """Why the content can be no material."""
    file.write_bytes(content)
    with pytest.raises(Unfit) as caught:
        look(file)
    return str(caught.value)


@pytest.mark.parametrize("kind", FORMATS)
def test_pictures_are_known_by_their_content(kind: str, file: Path) -> None:
    file.write_bytes(media_files.picture(kind))
    assert look(file) == Facts(kind="image", media_type=MEDIA_TYPES[kind], width=40, height=30)


@pytest.mark.parametrize(("ending", "media_type"), VIDEOS)
def test_videos_are_measured(ending: str, media_type: str, file: Path) -> None:
    media_files.video(file.with_suffix(f".{ending}"), seconds=2).rename(file)
    facts = look(file)
    assert (facts.kind, facts.media_type) == ("video", media_type)
    assert (facts.width, facts.height) == (64, 48)
    assert facts.duration_seconds == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize(("ending", "media_type"), SOUND_TYPES)
def test_sound_is_measured(ending: str, media_type: str, file: Path) -> None:
    assert ending in SOUNDS
    record(file.with_suffix(f".{ending}"), silence(1.5)).rename(file)
    facts = look(file)
    assert (facts.kind, facts.media_type, facts.width) == ("audio", media_type, None)
    assert facts.duration_seconds == pytest.approx(1.5, abs=0.1)


@pytest.mark.parametrize("name", ["holiday.jpg", "talk.mp3", "paper.pdf"])
def test_a_wrong_name_hides_nothing(name: str, tmp_path: Path) -> None:
    film = media_files.video(tmp_path / "film.mp4").rename(tmp_path / name)
    assert look(film).media_type == "video/mp4"


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_picture_on_its_side_is_measured_as_it_is_seen(orientation: int, file: Path) -> None:
    file.write_bytes(media_files.picture("JPEG", orientation=orientation))
    assert (look(file).width, look(file).height) == (30, 40)


@pytest.mark.parametrize("orientation", [2, 3, 4, 9])
def test_a_picture_that_is_upright_or_upside_down_keeps_its_sides(
    orientation: int, file: Path
) -> None:
    file.write_bytes(media_files.picture("JPEG", orientation=orientation))
    assert (look(file).width, look(file).height) == (40, 30)


def test_a_video_on_its_side_is_measured_as_it_is_seen(tmp_path: Path, file: Path) -> None:
    film = media_files.video(tmp_path / "film.mp4")
    file.write_bytes(media_files.turned(film.read_bytes()))
    assert (look(file).width, look(file).height) == (48, 64)


def test_a_moving_gif_is_a_picture(file: Path) -> None:
    first, *rest = (Image.new("L", (20, 10), shade) for shade in (0, 100, 200))
    first.save(file, "GIF", save_all=True, append_images=rest)
    assert (look(file).kind, look(file).duration_seconds) == ("image", None)


def test_music_with_a_cover_is_sound(tmp_path: Path, file: Path) -> None:
    plain = media_files.sound(tmp_path / "song.mp3").read_bytes()
    cover = b"\x00image/jpeg\x00\x03\x00" + media_files.picture("JPEG")
    frame = b"APIC" + len(cover).to_bytes(4, "big") + b"\x00\x00" + cover
    size = len(frame)
    seven = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    file.write_bytes(b"ID3\x03\x00\x00" + seven + frame + plain)
    assert look(file).kind == "audio"


def test_an_empty_file_is_refused(file: Path) -> None:
    assert refusal(file, b"") == "The file is empty (0 bytes)."


@pytest.mark.parametrize(
    ("content", "looks"),
    [
        (b"%PDF-1.7 and so on", "application/pdf"),
        (b"PK\x03\x04" + bytes(30), "a ZIP archive or an Office file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an HTML, SVG or XML file"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "a playlist"),
    ],
)
def test_what_is_no_media_is_told_as_what_it_is(content: bytes, looks: str, file: Path) -> None:
    assert refusal(file, content) == (
        f"It is no picture, video or sound that is known here: it looks like {looks}."
    )


def test_text_is_refused(file: Path) -> None:
    assert refusal(file, b"hello") == "It is no picture, video or sound that is known here."


def test_a_list_of_other_files_leads_nowhere(tmp_path: Path, file: Path) -> None:
    film = media_files.video(tmp_path / "film.mp4")
    assert "no picture" in refusal(file, f"ffconcat version 1.0\nfile {film}\n".encode())


def test_a_postscript_picture_is_not_run(file: Path) -> None:
    assert "no picture" in refusal(file, b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF"])
def test_a_picture_that_is_cut_off_is_refused(kind: str, file: Path) -> None:
    whole = media_files.picture(kind, (400, 300), shade=99)
    assert "cut off or damaged" in refusal(file, media_files.cut(whole))


@pytest.mark.parametrize("ending", ["mp4", "avi"])
def test_a_video_that_is_cut_off_is_refused(ending: str, tmp_path: Path, file: Path) -> None:
    options = {"movflags": "faststart"} if ending == "mp4" else None
    whole = media_files.video(tmp_path / f"film.{ending}", seconds=6, options=options).read_bytes()
    assert "cut off" in refusal(file, media_files.cut(whole))


def test_a_video_without_its_index_is_refused(tmp_path: Path, file: Path) -> None:
    whole = media_files.video(tmp_path / "film.mp4").read_bytes()
    assert refusal(file, whole[:300]) == (
        "It begins like video/mp4, but cannot be read: it is cut off or damaged."
    )


def test_a_video_whose_pictures_are_noise_is_refused(tmp_path: Path, file: Path) -> None:
    whole = media_files.video(tmp_path / "film.mp4").read_bytes()
    start = whole.index(b"mdat") + 4
    end = whole.index(b"moov") - 4
    noise = whole[:start] + b"\xa5" * (end - start) + whole[end:]
    assert refusal(file, noise) == "Its pictures (mpeg4) cannot be decoded."


@pytest.mark.parametrize("size", [(100_000, 100_000), (2_000_000, 60)])
def test_a_picture_of_too_many_pixels_is_refused_unopened(
    size: tuple[int, int], file: Path
) -> None:
    width, height = size
    assert refusal(file, media_files.huge_png(*size)) == (
        f"The picture has {width} × {height} pixels; more than 100 million are not taken."
    )


def test_a_telephone_picture_is_told_what_to_become(file: Path) -> None:
    head = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100)
    assert refusal(file, head) == (
        "It is a HEIC picture, which few places take: make it a JPEG or PNG."
    )


def test_damaged_exif_costs_no_picture(file: Path) -> None:
    whole = media_files.picture("JPEG", orientation=6)
    at = whole.index(b"Exif\x00\x00") + 6
    file.write_bytes(whole[:at] + b"XX" + whole[at + 2 :])
    assert (look(file).width, look(file).height) == (40, 30)
