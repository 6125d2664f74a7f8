"""Contents in files: written as a whole or not at all, on this host and on an S3 server."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.blobs import BlobStore, MissingBlob
from shared.blobs.place import open_place
from shared.errors import Unavailable
from tests.disks import Disk, NoDisk, small_disk

MIB = 1024 * 1024
NOWHERE = "00/" + "0" * 32


def pieces(count: int) -> Iterator[bytes]:
    """So many different mebibytes."""
    for number in range(count):
        yield number.to_bytes(4, "big") * (MIB // 4)


def files(blobs: BlobStore) -> list[str]:
    """The paths of all files that there are."""
    place = open_place(blobs.url)
    return list(place.files.find(place.root))


def files_in(folder: Path) -> list[str]:
    """Every file below ``folder``."""
    return [path.name for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, 20], ids=["empty", "one MiB", "several parts"])
def test_what_was_written_is_read(blobs: BlobStore, size: int) -> None:
    content = b"".join(pieces(size))
    with blobs.writer() as writer:
        for piece in pieces(size):
            writer.write(piece)
        written = writer.finish()

    assert written.sha256 == hashlib.sha256(content).hexdigest()
    assert written.size_bytes == len(content)
    assert blobs.read(written.key) == content
    with blobs.open(written.key) as stream:
        assert stream.read() == content
    with blobs.local(written.key) as file:
        assert file.read_bytes() == content


def test_a_stream_can_be_read_from_the_middle(blobs: BlobStore) -> None:
    written = blobs.write(b"0123456789")

    with blobs.open(written.key) as stream:
        stream.seek(7)
        assert stream.read(2) == b"78"


@pytest.mark.parametrize("size", [0, 1, 20], ids=["nothing yet", "one MiB", "several parts"])
def test_what_is_not_finished_leaves_nothing(blobs: BlobStore, size: int) -> None:
    before = files(blobs)
    with blobs.writer() as writer:
        for piece in pieces(size):
            writer.write(piece)

    assert files(blobs) == before


def test_an_upload_that_is_not_finished_is_ended_at_the_object_store(bucket_url: str) -> None:
    with BlobStore(bucket_url).writer() as writer:
        for piece in pieces(20):
            writer.write(piece)

    assert open_place(bucket_url).files.list_multipart_uploads("yard") == []


def test_an_unfinished_file_has_no_key_on_this_host(tmp_path: Path) -> None:
    blobs = BlobStore(f"file://{tmp_path}/blobs")
    with blobs.writer() as writer:
        writer.write(b"half")

        (name,) = files_in(tmp_path)
        assert name.endswith(".part")
    assert files_in(tmp_path) == []


def test_a_file_left_by_a_killed_writer_goes_when_it_is_stale(tmp_path: Path) -> None:
    blobs = BlobStore(f"file://{tmp_path}/blobs")
    with blobs.writer() as writer:
        writer.write(b"half")
        (left,) = [path for path in tmp_path.rglob("*") if path.is_file()]
        os.utime(left, (1.0, 1.0))
        found = blobs.stale(left.parent.name, datetime.now(UTC) - timedelta(days=1))
        there = left.exists()
        left.touch()

    assert found == []
    assert not there


def test_a_missing_content_is_said_to_be_missing(blobs: BlobStore) -> None:
    with pytest.raises(MissingBlob, match=NOWHERE):
        blobs.open(NOWHERE)
    with pytest.raises(MissingBlob):
        blobs.read(NOWHERE)
    with pytest.raises(MissingBlob), blobs.local(NOWHERE):
        pass


def test_a_removed_file_is_missing_and_may_be_removed_again(blobs: BlobStore) -> None:
    written = blobs.write(b"short")

    blobs.remove(written.key)
    blobs.remove(written.key)

    with pytest.raises(MissingBlob):
        blobs.read(written.key)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "aa/" + "a" * 31, "aa/" + "g" * 32])
def test_only_keys_are_looked_for(tmp_path: Path, key: str) -> None:
    with pytest.raises(MissingBlob):
        BlobStore(f"file://{tmp_path}").read(key)


def test_files_are_stale_after_their_time(blobs: BlobStore) -> None:
    written = blobs.write(b"fresh")
    shard, now = written.key[:2], datetime.now(UTC)

    assert blobs.stale(shard, now - timedelta(minutes=1)) == []
    assert written.key in blobs.stale(shard, now + timedelta(minutes=1))


@pytest.mark.parametrize(
    "url", ["file:///proc/nowhere", "s3://there-is-no-such-bucket", "sftp://127.0.0.1:1/"]
)
def test_a_place_that_cannot_be_written_is_unavailable(bucket_url: str, url: str) -> None:
    with pytest.raises(Unavailable, match="The blob store does not answer"):
        BlobStore(url).write(b"nowhere")


def test_a_full_disk_is_unavailable_and_nothing_is_left(tmp_path: Path) -> None:
    try:
        with small_disk(tmp_path / "disk", mebibytes=4) as disk:
            _fill_up(disk)
    except NoDisk as error:
        pytest.skip(str(error))


def _fill_up(disk: Disk) -> None:
    blobs = BlobStore(f"file://{disk.folder}/blobs")
    with pytest.raises(Unavailable, match="No space left"):
        blobs.write(b"".join(pieces(10)))
    assert files_in(disk.folder) == []


def test_a_child_that_was_forked_opens_the_place_anew(blobs: BlobStore) -> None:
    written = blobs.write(b"before the fork")
    child = os.fork()
    if child == 0:
        os._exit(blobs.read(written.key) != b"before the fork")

    assert os.waitpid(child, 0)[1] == 0
