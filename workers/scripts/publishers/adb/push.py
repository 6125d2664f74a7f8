"""Writing a file to a device by the sync service.

adbutils can do it too, in parts of 4 KiB that it does not always send whole, and keeps a refusal's
reason to itself.
Protocol: https://android.googlesource.com/platform/packages/modules/adb/+/HEAD/docs/dev/sync.md
"""

from __future__ import annotations

import select
import stat
import struct
from collections.abc import Callable
from typing import Any, BinaryIO

PART_BYTES = 64 * 1024
"""The most that a part may hold."""
MODE = stat.S_IFREG | 0o644
LONGEST_REASON = 4096


class PushRefused(Exception):
    """The device does not take the file; the message is its own."""


def push(link: Any, file: BinaryIO, path: str, modified: int, told: Callable[[int], None]) -> None:
    """Write ``file`` over a connection to the device; ``modified`` is its time, in seconds.

    Raises `PushRefused`, or what the connection raises where it breaks; what ``told`` raises ends
    the push, and leaves a part of the file.
    """
    link.send_command("sync:")
    link.check_okay()
    target = f"{path},{MODE}".encode()
    link.conn.sendall(b"SEND" + struct.pack("<I", len(target)) + target)
    try:
        while (part := file.read(PART_BYTES)) and not _has_answered(link):
            link.conn.sendall(b"DATA" + struct.pack("<I", len(part)) + part)
            told(len(part))
        if not part:
            link.conn.sendall(b"DONE" + struct.pack("<I", modified))
    except (BrokenPipeError, ConnectionResetError):
        _take_answer(link)
        raise
    _take_answer(link)
    link.conn.sendall(b"QUIT" + struct.pack("<I", 0))


def _has_answered(link: Any) -> bool:
    """Whether the device said something before the end: that can only be a refusal."""
    poll = select.poll()
    poll.register(link.conn, select.POLLIN)
    return bool(poll.poll(0))


def _take_answer(link: Any) -> None:
    word, size = struct.unpack("<4sI", link.read_exact(8))
    if word == b"OKAY":
        return
    reason = link.read_exact(min(size, LONGEST_REASON)).decode("utf-8", "replace")
    raise PushRefused(reason.strip() or "it does not say why")
