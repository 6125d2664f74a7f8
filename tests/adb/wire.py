"""How requests look on the wire of the ADB server."""

from __future__ import annotations

import socket


class Cut(Exception):
    """The connection is to end here."""


def read(link: socket.socket, size: int) -> bytes:
    """Exactly so many bytes; `Cut` where the client ends before."""
    got = b""
    while len(got) < size:
        part = link.recv(size - len(got))
        if not part:
            raise Cut
        got += part
    return got


def read_request(link: socket.socket) -> str:
    """One request: four hexadecimal digits, and as many bytes."""
    digits = read(link, 4)
    assert digits == digits.lower(), digits
    return read(link, int(digits, 16)).decode("utf-8")


def block(text: str) -> bytes:
    """An answer's text behind its length."""
    data = text.encode("utf-8")
    return f"{len(data):04x}".encode() + data


def okay(link: socket.socket, text: str | None = None) -> None:
    """The request is taken; ``text`` is the answer."""
    link.sendall(b"OKAY" + (b"" if text is None else block(text)))


def fail(link: socket.socket, reason: str) -> None:
    """The request is refused; the connection ends."""
    link.sendall(b"FAIL" + block(reason))
    raise Cut
