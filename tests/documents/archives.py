"""Archives, honest ones and others, as files in memory."""

from __future__ import annotations

import bz2
import copy
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from collections.abc import Callable, Mapping

PACKED: dict[str, Callable[[bytes], bytes]] = {
    "tar": lambda tar: tar,
    "tar.gz": gzip.compress,
    "tar.bz2": bz2.compress,
    "tar.xz": lzma.compress,
}
"""Ways of wrapping a tar."""


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of ``files``; a name that ends in a slash is a folder's."""
    return changed_zip(files, lambda _archive: None, method)


def changed_zip(
    files: Mapping[str, bytes],
    change: Callable[[zipfile.ZipFile], None],
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A zip of ``files``, whose list ``change`` edits before it is written."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
        change(archive)
    return made.getvalue()


def linking_zip(name: str, target: str) -> bytes:
    """A zip with a symbolic link."""
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(entry, target)
    return made.getvalue()


def locked_zip(files: Mapping[str, bytes], locked: str) -> bytes:
    """A zip in which the file ``locked`` says that it is encrypted."""

    def lock(archive: zipfile.ZipFile) -> None:
        archive.getinfo(locked).flag_bits |= 0x1

    return changed_zip(files, lock)


def overlapping_zip(count: int, size: int) -> bytes:
    """A zip whose ``count`` files are all the same ``size`` bytes of it."""

    def share(archive: zipfile.ZipFile) -> None:
        first = archive.filelist[0]
        for number in range(1, count):
            entry = copy.copy(first)
            entry.filename = f"{number}.txt"
            archive.filelist.append(entry)

    return changed_zip({"0.txt": bytes(size)}, share)


def lying_zip(name: str, content: bytes, told_size: int) -> bytes:
    """A zip that tells another size than its file has."""

    def lie(archive: zipfile.ZipFile) -> None:
        archive.getinfo(name).file_size = told_size

    return changed_zip({name: content}, lie)


def nested(depth: int, width: int, content: bytes) -> bytes:
    """A zip of zips of zips…, with ``content`` at the bottom, like 42.zip."""
    made = zipped({"0.txt": content})
    for _ in range(depth - 1):
        made = zipped({f"lib {n}.zip": made for n in range(width)})
    return made


def tarred(files: Mapping[str, bytes], packing: str = "tar") -> bytes:
    """A tar of ``files``; a name that ends in a slash is a folder's."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name.rstrip("/"))
            info.size = len(content)
            info.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
            archive.addfile(info, io.BytesIO(content))
    return PACKED[packing](made.getvalue())


def tar_of(*infos: tarfile.TarInfo) -> bytes:
    """A tar of headers without contents."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for info in infos:
            archive.addfile(info)
    return made.getvalue()


def odd_entry(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A link, a device, a pipe."""
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


def giant_header(kind: bytes, size: int) -> bytes:
    """A tar, gzipped, whose first header says that ``size`` bytes more belong to it."""
    info = tarfile.TarInfo("header")
    info.type = kind
    info.size = size
    return gzip.compress(info.tobuf(tarfile.USTAR_FORMAT) + bytes(min(size, 4 << 20)))


def sparse_tar(size: int, *, endless: bool = False) -> bytes:
    """A tar with a file of ``size`` bytes that are not there; or with an endless map of holes."""
    info = tarfile.TarInfo("holes.bin")
    info.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[386:410] = b"%011o\0%011o\0" % (size, 0)
    header[482] = int(endless)
    header[483:495] = tarfile.itn(size, 12)  # type: ignore[attr-defined]
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    more = bytearray(512)
    more[:24] = b"%011o\0%011o\0" % (1, 0)
    more[504] = 1
    return bytes(header) + (bytes(more) * 5000 if endless else bytes(1024))
