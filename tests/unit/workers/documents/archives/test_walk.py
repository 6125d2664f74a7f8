from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from random import Random

import pytest

from tests.documents.archives import (
    PACKED,
    changed_zip,
    giant_header,
    linking_zip,
    locked_zip,
    lying_zip,
    nested,
    odd_entry,
    overlapping_zip,
    sparse_tar,
    tar_of,
    tarred,
    zipped,
)
from workers.documents.archives.limits import MIB, PIECE_BYTES, Budget, Limits
from workers.documents.archives.refusal import ArchiveRefused, ArchiveTooLarge, MemberRefused
from workers.documents.archives.walk import survey, walk

LIMITS = Limits(size_bytes=8 * MIB, members=50, ratio=100, ratio_from_bytes=MIB)
FILES = {"a.txt": b"first", "folder/": b"", "folder/b.txt": b"second"}
CONTENTS = {"a.txt": b"first", "folder/b.txt": b"second"}
Contents = dict[str, bytes | str]


def unpack(archive: bytes, limits: Limits = LIMITS) -> Contents:
    """What is in it: the content of each file, or why it is refused."""
    file, budget = io.BytesIO(archive), Budget(limits)
    survey(file, budget)
    found: Contents = {}
    for member in walk(file, budget):
        try:
            found[member.path] = b"".join(member.read())
        except MemberRefused as error:
            found[member.path] = str(error)
    return found


def refusal(archive: bytes, limits: Limits = LIMITS) -> str:
    """Why the whole archive is refused."""
    with pytest.raises(ArchiveRefused) as caught:
        unpack(archive, limits)
    return str(caught.value)


@pytest.mark.parametrize("packing", PACKED)
def test_the_files_of_a_tar_come_in_order(packing: str) -> None:
    assert unpack(tarred(FILES, packing)) == CONTENTS


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_files_of_a_zip_come_in_order(method: int) -> None:
    assert unpack(zipped(FILES, method)) == CONTENTS


@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_survey_counts_files_and_reads_none(make: Callable[[dict[str, bytes]], bytes]) -> None:
    budget = Budget(LIMITS)
    assert survey(io.BytesIO(make(FILES)), budget) == 2
    assert (budget.members, budget.size_bytes) == (0, 0)


@pytest.mark.parametrize("make", [zipped, tarred])
def test_an_archive_without_files_is_empty(make: Callable[[dict[str, bytes]], bytes]) -> None:
    assert unpack(make({})) == {}


@pytest.mark.parametrize("make", [zipped, tarred])
@pytest.mark.parametrize(
    "name",
    ["../a.txt", "b/../../a.txt", "/etc/passwd", "..", "\\\\host\\a.txt", "..\\a.txt", "C:\\a.txt"],
)
def test_a_name_that_leads_elsewhere_costs_its_own_file(
    name: str, make: Callable[[dict[str, bytes]], bytes]
) -> None:
    found = unpack(make({name: b"bad", "good.txt": b"good"}))
    assert found.pop("good.txt") == b"good"
    assert "its name" in str(found.popitem()[1])


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (tarfile.SYMTYPE, "link"),
        (tarfile.LNKTYPE, "link"),
        (tarfile.CHRTYPE, "device"),
        (tarfile.BLKTYPE, "device"),
        (tarfile.FIFOTYPE, "pipe"),
    ],
)
def test_what_is_no_file_is_refused(kind: bytes, word: str) -> None:
    assert word in str(unpack(tar_of(odd_entry("a", kind, "/etc/passwd")))["a"])


def test_a_link_in_a_zip_is_refused() -> None:
    assert unpack(linking_zip("a", "/etc/passwd")) == {"a": "it is a link"}


def test_an_encrypted_file_costs_itself_alone() -> None:
    assert unpack(locked_zip(CONTENTS, "a.txt")) == {
        "a.txt": "it is encrypted",
        "folder/b.txt": b"second",
    }


def test_a_compression_that_cannot_be_bounded_is_refused() -> None:
    assert "only deflate" in str(unpack(zipped({"a": b"a"}, zipfile.ZIP_BZIP2))["a"])


def test_files_of_one_name_all_come() -> None:
    archive = zipped({"a.txt": b"first", "b.txt": b"second"}).replace(b"b.txt", b"a.txt")
    found = [b"".join(member.read()) for member in walk(io.BytesIO(archive), Budget(LIMITS))]
    assert found == [b"first", b"second"]


def test_what_systems_put_beside_files_is_passed_over() -> None:
    litter = {"__MACOSX/._a.txt": b"x", ".DS_Store": b"x", "b/Thumbs.db": b"x", "a.txt": b"a"}
    assert unpack(zipped(litter)) == {"a.txt": b"a"}


@pytest.mark.parametrize(
    "raw", ["é.txt".encode(), "é.txt".encode("latin-1"), "文件.txt".encode("gbk"), b"\xff\xfe"]
)
@pytest.mark.parametrize("packing", ["tar", "zip"])
def test_a_name_in_any_encoding_is_a_name(raw: bytes, packing: str) -> None:
    if packing == "zip":
        archive = zipped({"#" * len(raw): b"a"}).replace(b"#" * len(raw), raw)
    else:
        info = tarfile.TarInfo(raw.decode("utf-8", "surrogateescape"))
        archive = tar_of(info)
    (path,) = unpack(archive)
    path.encode()
    assert path.endswith(".txt") or raw == b"\xff\xfe"


@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_name_may_be_long(make: Callable[[dict[str, bytes]], bytes]) -> None:
    path = f"{'f' * 255}/{'n' * 251}.txt"
    assert unpack(make({path: b"a"})) == {path: b"a"}


def test_a_file_without_a_name_costs_itself_alone() -> None:
    def forget(archive: zipfile.ZipFile) -> None:
        archive.getinfo("a").filename = ""

    assert unpack(changed_zip(CONTENTS | {"a": b"a"}, forget))[""] == "it has no name"


def test_a_file_that_lies_about_its_size_costs_itself_alone() -> None:
    assert unpack(lying_zip("a", b"content", 5)) == {"a": "it is damaged or cut off"}


def test_a_broken_file_costs_itself_alone() -> None:
    archive = zipped({"a.txt": b"first first", "b.txt": b"second"}, zipfile.ZIP_STORED)
    assert unpack(archive.replace(b"first first", b"fikst first")) == {
        "a.txt": "it is damaged or cut off",
        "b.txt": b"second",
    }


@pytest.mark.parametrize(
    "archive", [b"", b"no archive", b"%PDF-1.7", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08"]
)
def test_what_is_no_archive_is_refused(archive: bytes) -> None:
    refusal(archive)


@pytest.mark.parametrize("packing", [*PACKED, "zip"])
def test_an_archive_that_is_cut_off_is_refused(packing: str) -> None:
    files = {f"{n}.txt": bytes(range(256)) * 8 for n in range(5)}
    archive = zipped(files) if packing == "zip" else tarred(files, packing)
    refusal(archive[: len(archive) // 2])


@pytest.mark.parametrize("packing", ["tar.gz", "tar.bz2", "tar.xz"])
def test_a_packed_file_that_is_no_tar_is_refused(packing: str) -> None:
    assert "no tar in this" in refusal(PACKED[packing](b"not a tar" * 1000))


def test_an_xz_may_be_several_in_a_row() -> None:
    tar = tarred(CONTENTS)
    halves = lzma.compress(tar[:700]) + bytes(8) + lzma.compress(tar[700:])
    assert unpack(halves) == CONTENTS


def test_an_xz_that_asks_for_much_memory_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 512 * MIB}]
    header = lzma.compress(b"", filters=filters)
    big = lzma.compress(tarred(CONTENTS), filters=[{"id": lzma.FILTER_LZMA2, "preset": 0}])
    assert "damaged" in refusal(header[:24] + big[24:])


@pytest.mark.parametrize("make", [zipped, tarred])
def test_too_many_files_are_refused_before_the_first(
    make: Callable[[dict[str, bytes]], bytes],
) -> None:
    archive = make({f"{n}.txt": b"a" for n in range(51)})
    with pytest.raises(ArchiveTooLarge, match="more than 50 files"):
        survey(io.BytesIO(archive), Budget(LIMITS))


@pytest.mark.parametrize("packing", [*PACKED, "zip"])
def test_too_much_content_is_refused_before_the_first(packing: str) -> None:
    limits = Limits(size_bytes=MIB)
    files = {f"{n}.bin": bytes(MIB // 2) for n in range(3)}
    archive = zipped(files) if packing == "zip" else tarred(files, packing)
    with pytest.raises(ArchiveTooLarge, match=f"more than {MIB} bytes"):
        survey(io.BytesIO(archive), Budget(limits))


@pytest.mark.parametrize("packing", ["tar.gz", "tar.bz2", "tar.xz", "zip"])
def test_a_bomb_is_refused_before_the_first(packing: str) -> None:
    files = {"a.txt": b"a", "bomb.bin": bytes(4 * MIB)}
    archive = zipped(files) if packing == "zip" else tarred(files, packing)
    with pytest.raises(ArchiveRefused, match="100 times"):
        survey(io.BytesIO(archive), Budget(LIMITS))


def test_one_bomb_among_the_files_of_a_zip_costs_itself_alone() -> None:
    ballast = Random(1).randbytes(50_000)
    found = unpack(zipped({"bomb.bin": bytes(2 * MIB), "a.bin": ballast}))
    assert found == {"bomb.bin": "it unpacks to more than 100 times its size", "a.bin": ballast}


def test_files_that_share_bytes_are_refused() -> None:
    assert "share their bytes" in refusal(overlapping_zip(5, 1000))


def test_a_bomb_of_zips_in_zips_stops_where_the_depth_ends() -> None:
    found = unpack(nested(depth=5, width=3, content=bytes(MIB)))
    assert len(found) == 9
    assert set(found.values()) == {"archives are unpacked 2 deep, no deeper"}


def test_a_bomb_in_an_archive_in_an_archive_costs_itself_alone() -> None:
    bomb = zipped({"bomb.bin": bytes(4 * MIB)})
    found = unpack(zipped({"in.zip": bomb, "b.txt": b"b"}))
    assert found["b.txt"] == b"b"
    assert "100 times" in str(found["in.zip"])


def test_archives_in_an_archive_count_together() -> None:
    half = zipped({"a.bin": bytes(range(256)) * 2048 * 5}, zipfile.ZIP_STORED)
    limits = Limits(size_bytes=6 * MIB, ratio=1000)
    with pytest.raises(ArchiveTooLarge):
        unpack(tarred({"one.zip": half, "two.zip": half}), limits)


def test_the_files_of_an_archive_in_an_archive_are_named_after_it() -> None:
    inner = tarred(CONTENTS, "tar.gz")
    assert unpack(zipped({"old/in.tgz": inner})) == {
        f"old/in.tgz/{path}": content for path, content in CONTENTS.items()
    }


def test_an_office_file_in_an_archive_is_a_file() -> None:
    assert unpack(zipped({"a.docx": zipped(CONTENTS)})) == {"a.docx": zipped(CONTENTS)}


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XGLTYPE])
def test_a_giant_header_is_refused(kind: bytes) -> None:
    assert "giant header" in refusal(giant_header(kind, 2 << 20))


def test_a_file_of_holes_counts_as_it_unpacks() -> None:
    with pytest.raises(ArchiveTooLarge):
        survey(io.BytesIO(sparse_tar(64 * MIB)), Budget(LIMITS))
    assert unpack(sparse_tar(1000)) == {"holes.bin": bytes(1000)}


def test_an_endless_map_of_holes_is_refused() -> None:
    assert "giant header" in refusal(sparse_tar(1000, endless=True))


@pytest.mark.parametrize("packing", ["tar", "tar.bz2", "tar.xz", "zip"])
def test_contents_come_in_small_pieces(packing: str) -> None:
    files = {"a.bin": bytes(3 * PIECE_BYTES)}
    archive = zipped(files) if packing == "zip" else tarred(files, packing)
    members = walk(io.BytesIO(archive), Budget(Limits(size_bytes=8 * MIB)))
    assert [len(piece) for piece in next(members).read()] == [PIECE_BYTES] * 3
    members.close()
