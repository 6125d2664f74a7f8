"""The telephone's sync service: SEND, STAT, RECV, QUIT."""

from __future__ import annotations

import socket
import stat
import struct

from tests.adb.phone import WRITABLE, File, Phone
from tests.adb.wire import Cut, read

MOST_BYTES = 64 * 1024
LONGEST_PATH = 1024


def serve(link: socket.socket, phone: Phone) -> None:
    """Answer sync requests until the client has enough."""
    while True:
        word, size = struct.unpack("<4sI", read(link, 8))
        if word == b"QUIT":
            return
        assert size <= LONGEST_PATH, "a path is too long"
        target = read(link, size).decode("utf-8")
        {b"SEND": _send, b"STAT": _stat, b"RECV": _receive}[word](link, phone, target)


def _send(link: socket.socket, phone: Phone, target: str) -> None:
    path, _, mode = target.rpartition(",")
    assert path.startswith(WRITABLE), path
    assert ".." not in path.split("/"), path
    assert stat.S_ISREG(int(mode)), mode
    phone.pushes.append(path)
    if phone.is_read_only:
        _refuse(link, b"couldn't create file: Read-only file system")
    content, modified = bytearray(), 0
    while True:
        word, size = struct.unpack("<4sI", read(link, 8))
        if word == b"DONE":
            modified = size
            break
        assert word == b"DATA", word
        assert size <= MOST_BYTES, size
        content += read(link, size)
        phone.receiving.set()
        phone.may_receive.wait(30)
        _fail_on_demand(link, phone, path, bytes(content))
    phone.store(path, File(int(mode), modified, bytes(content)))
    link.sendall(b"OKAY" + struct.pack("<I", 0))


def _fail_on_demand(link: socket.socket, phone: Phone, path: str, content: bytes) -> None:
    if phone.gone_after_bytes is not None and len(content) >= phone.gone_after_bytes:
        phone.store(path, File(stat.S_IFREG | 0o644, 0, content))
        phone.state = "gone"
        raise Cut
    if len(content) > phone.room():
        _refuse(link, b"write failed: No space left on device")


def _refuse(link: socket.socket, reason: bytes) -> None:
    link.sendall(b"FAIL" + struct.pack("<I", len(reason)) + reason)
    raise Cut


def _stat(link: socket.socket, phone: Phone, path: str) -> None:
    file = phone.files.get(path)
    told = (file.mode, len(file.content), file.modified) if file else (0, 0, 0)
    link.sendall(b"STAT" + struct.pack("<III", *told))


def _receive(link: socket.socket, phone: Phone, path: str) -> None:
    if path not in phone.files:
        reason = b"open failed: No such file or directory"
        link.sendall(b"FAIL" + struct.pack("<I", len(reason)) + reason)
        return
    content = phone.files[path].content
    for start in range(0, len(content), MOST_BYTES):
        part = content[start : start + MOST_BYTES]
        link.sendall(b"DATA" + struct.pack("<I", len(part)) + part)
    link.sendall(b"DONE" + struct.pack("<I", 0))
