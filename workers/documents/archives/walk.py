"""Every file of an archive, and of the archives in it."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import BinaryIO

from workers.documents.archives.kind import HEAD_BYTES, Kind, is_archive_name, kind_of
from workers.documents.archives.limits import Budget, Limits
from workers.documents.archives.member import Member, is_litter
from workers.documents.archives.refusal import ArchiveRefused, ArchiveTooLarge, MemberRefused
from workers.documents.archives.tar_archive import tar_members
from workers.documents.archives.zip_archive import zip_members


def survey(file: BinaryIO, budget: Budget) -> int:
    """How many files ``file`` lists, once it is seen that they may be unpacked.

    Reads no file's content, except to get past it. `ArchiveRefused` for what is no archive, is
    damaged, or holds too much by what it says itself.
    """
    count = size = 0
    with closing(_members(file, budget.limits)) as members:
        for member in members:
            count += 1
            size += 0 if member.refusal else max(member.size_bytes, 0)
            budget.expect(count, size)
    return count


def walk(file: BinaryIO, budget: Budget, depth: int = 1) -> Generator[Member, None, None]:
    """The files of the archive in ``file`` one after the other; each is to be read at once.

    An archive in it is unpacked too, as far as the limits' ``depth`` goes: its files' paths
    begin with its own. What cannot be unpacked is a member that says why.
    """
    with closing(_members(file, budget.limits)) as members:
        for member in members:
            if is_archive_name(member.path) and member.refusal is None:
                yield from _inner(member, budget, depth)
            else:
                budget.count_member()
                yield replace(member, chunks=partial(_counted, member, budget))


def _members(file: BinaryIO, limits: Limits) -> Generator[Member, None, None]:
    file.seek(0)
    kind = kind_of(file.read(HEAD_BYTES))
    if kind is None:
        raise ArchiveRefused("it is neither a zip nor a tar (plain, gzip, bzip2 or xz)")
    found = zip_members(file, limits) if kind is Kind.ZIP else tar_members(file, kind, limits)
    return (member for member in found if not is_litter(member.path))


def _counted(member: Member, budget: Budget) -> Iterator[bytes]:
    """Its content, as far as the budget goes; a file that lies about its size is found out."""
    for piece in member.chunks():
        budget.count_bytes(len(piece))
        yield piece


def _inner(member: Member, budget: Budget, depth: int) -> Iterator[Member]:
    """The files of an archive in an archive; a refusal of it costs itself alone."""
    try:
        if depth >= budget.limits.depth:
            raise MemberRefused(f"archives are unpacked {budget.limits.depth} deep, no deeper")
        with tempfile.TemporaryFile(prefix="taskyard-archive-") as copy:
            for piece in _counted(member, budget):
                copy.write(piece)
            survey(copy, budget)
            for inner in walk(copy, budget, depth + 1):
                yield replace(inner, path=f"{member.path}/{inner.path}")
    except ArchiveTooLarge:
        raise
    except (ArchiveRefused, MemberRefused) as error:
        budget.count_member()
        yield replace(member, refusal=str(error))
