"""The files of a tar, whatever it is wrapped in."""

from __future__ import annotations

import bz2
import gzip
import io
import tarfile
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO, cast

from shared.documents.file_name import decoded
from workers.documents.archives.kind import Kind
from workers.documents.archives.limits import PIECE_BYTES, Limits
from workers.documents.archives.member import Member, path_refusal
from workers.documents.archives.refusal import DAMAGED, ArchiveRefused, MemberRefused, damage_as
from workers.documents.archives.tape import Tape
from workers.documents.archives.xz import XzFile

NOT_FILES = {
    tarfile.SYMTYPE: "it is a link",
    tarfile.LNKTYPE: "it is a link",
    tarfile.CHRTYPE: "it is a device",
    tarfile.BLKTYPE: "it is a device",
    tarfile.FIFOTYPE: "it is a pipe",
}


def tar_members(file: BinaryIO, kind: Kind, limits: Limits) -> Iterator[Member]:
    """The members of the tar in ``file``, from its beginning; folders are passed over.

    `ArchiveRefused` at any time: a tar has no list of what is in it.
    """
    file.seek(0)
    tape = Tape(_unwrapped(file, kind), file, limits)
    with damage_as(ArchiveRefused):
        archive = _opened(tape, kind)
        while (info := _next(archive, tape)) is not None:
            if not info.isdir():
                yield _member(archive, tape, info)
        if tape.is_short:  # of the block of zeros that a tar ends with
            raise ArchiveRefused(DAMAGED)


def _unwrapped(file: BinaryIO, kind: Kind) -> BinaryIO:
    """What is read from piece by piece, never more of it in memory than was asked for."""
    if kind is Kind.GZIP:
        return cast(BinaryIO, gzip.GzipFile(fileobj=file, mode="rb"))
    if kind is Kind.BZIP2:
        return cast(BinaryIO, bz2.BZ2File(file))
    if kind is Kind.XZ:
        return io.BufferedReader(XzFile(file), PIECE_BYTES)
    return file


def _opened(tape: Tape, kind: Kind) -> tarfile.TarFile:
    try:
        return tarfile.TarFile(fileobj=cast(Any, tape), encoding="utf-8", errors="surrogateescape")
    except tarfile.ReadError as error:
        if kind is Kind.TAR:
            raise
        raise ArchiveRefused(f"there is no tar in this {kind.value} file") from error


def _next(archive: tarfile.TarFile, tape: Tape) -> tarfile.TarInfo | None:
    tape.begin_header()
    return archive.next()


def _member(archive: tarfile.TarFile, tape: Tape, info: tarfile.TarInfo) -> Member:
    path = decoded(info.name.encode("utf-8", "surrogateescape"))
    refusal = NOT_FILES.get(info.type) or path_refusal(path)
    return Member(path, info.size, partial(_content, archive, tape, info), refusal)


def _content(archive: tarfile.TarFile, tape: Tape, info: tarfile.TarInfo) -> Iterator[bytes]:
    with damage_as(MemberRefused):
        tape.begin_content()
        content = cast(BinaryIO, archive.extractfile(info))
        while piece := content.read(PIECE_BYTES):
            yield piece
