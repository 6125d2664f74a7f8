"""Folders and files of this machine, below the local roots.

Links inside are not followed, and every part of a path is opened relative to the one before it:
a folder that is exchanged for a link meanwhile leads nowhere.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.open_paths import is_open, own_paths
from shared.settings import Settings
from shared.sources.options import SourceOptions
from shared.sources.source import CHUNK_BYTES, Entry, FileUnread, denied, missing
from shared.sources.url import SourceUrl
from shared.sources.walk import Found, walk

FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_DIRECTORY
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@contextmanager
def open_source(
    url: SourceUrl, _options: SourceOptions, settings: Settings
) -> Iterator[LocalSource]:
    """The folder or file at ``url``, whose links are resolved already."""
    root = Path(url.path)
    if not is_open(root, settings):
        raise missing()
    yield LocalSource(root, settings)


class LocalSource:
    """A folder, or one file; keys are absolute paths."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self._root = root
        self._own = tuple(own_paths(settings))

    def entries(self, recursive: bool) -> Iterator[Entry]:
        """Regular files; links, sockets and the yard's own files are passed over."""
        try:
            kind = self._root.lstat()
            if stat.S_ISREG(kind.st_mode):
                yield Entry(self._root.name, str(self._root), kind.st_size, _tag(kind))
                return
            yield from walk(self._look, str(self._root), recursive)
        except FileNotFoundError as error:
            raise missing("A folder of the source is not there, or not any more.") from error
        except NotADirectoryError as error:
            raise missing("The source is neither a folder nor a file.") from error
        except PermissionError as error:
            raise denied("The server may not read a folder of the source.") from error

    def _look(self, folder: str) -> Iterator[Found]:
        handle = _opened(Path(folder), FOLDER)
        try:
            with os.scandir(handle) as items:
                for item in items:
                    path = Path(folder, item.name)
                    if any(path.is_relative_to(own) for own in self._own):
                        continue
                    if item.is_dir(follow_symlinks=False):
                        yield Found(item.name, str(path), is_folder=True)
                    elif item.is_file(follow_symlinks=False):
                        seen = item.stat(follow_symlinks=False)
                        yield Found(item.name, str(path), size_bytes=seen.st_size, tag=_tag(seen))
        finally:
            os.close(handle)

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """The file's content, as long as it still is a regular file at its place."""
        try:
            handle = _opened(Path(entry.key), FILE)
        except OSError as error:
            raise FileUnread(f"{error.strerror}.") from error
        with os.fdopen(handle, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise FileUnread("This is no regular file any more.")
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


def _opened(path: Path, flags: int) -> int:
    """A handle of ``path``, no part of which is a link."""
    *folders, last = path.parts[1:] or (".",)
    at = os.open("/", FOLDER)
    for name in folders:
        above, at = at, _below(at, name, FOLDER)
        os.close(above)
    try:
        return os.open(last, flags, dir_fd=at)
    finally:
        os.close(at)


def _below(handle: int, name: str, flags: int) -> int:
    try:
        return os.open(name, flags, dir_fd=handle)
    except OSError:
        os.close(handle)
        raise


def _tag(seen: os.stat_result) -> str:
    """Changes with the content; the change time also where somebody set the other one back."""
    return f"{seen.st_size}-{seen.st_mtime_ns}-{seen.st_ctime_ns}"
