"""As much of HTTP/1.1 as a load generator needs: where an answer ends, and its status. Pure."""

from __future__ import annotations

from taskyard.bench.failure import BenchFailed

HEAD_END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"


def request_bytes(
    method: str,
    path: str,
    token: str,
    body: bytes = b"",
    kind: str = "application/json",
    credential: str = "Authorization: Bearer",
) -> bytes:
    """A whole request, to be sent again and again on a connection that stays open.

    ``credential`` is how the header begins that holds ``token``.
    """
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"{credential} {token}"]
    if body:
        head += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join(head).encode() + HEAD_END + body


def end_of_reply(received: bytes | bytearray) -> int | None:
    """How long the answer is that ``received`` begins with; None while that is not known."""
    head = received.find(HEAD_END)
    if head < 0:
        return None
    lowered = bytes(received[:head]).lower()
    at = lowered.find(LENGTH)
    if at < 0:
        raise BenchFailed(f"An answer without Content-Length:\n{lowered.decode(errors='replace')}")
    length = lowered[at + len(LENGTH) :].partition(b"\r\n")[0]
    return head + len(HEAD_END) + int(length)


def status_of(received: bytes | bytearray) -> int:
    """The status of an answer."""
    return int(received[9:12])


def body_of(received: bytes | bytearray) -> bytes:
    """The body of a whole answer."""
    return bytes(received[received.find(HEAD_END) + len(HEAD_END) :])
