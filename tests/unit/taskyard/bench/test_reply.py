from __future__ import annotations

import pytest

from taskyard.bench.failure import BenchFailed
from taskyard.bench.reply import body_of, end_of_reply, request_bytes, status_of

REPLY = b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\nServer: x\r\n\r\nhello"


@pytest.mark.parametrize(
    ("received", "end"),
    [
        (b"", None),
        (REPLY[:30], None),
        (REPLY[:-5], len(REPLY)),
        (REPLY, len(REPLY)),
        (REPLY.lower(), len(REPLY)),
        (b"HTTP/1.1 204 No Content\r\ncontent-length:0\r\n\r\n", 45),
    ],
)
def test_an_answer_ends_where_its_length_says(received: bytes, end: int | None) -> None:
    assert end_of_reply(received) == end


def test_an_answer_without_a_length_cannot_be_measured() -> None:
    with pytest.raises(BenchFailed, match="without Content-Length"):
        end_of_reply(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")


def test_status_and_body_of_an_answer_are_read() -> None:
    assert status_of(REPLY) == 201
    assert body_of(REPLY) == b"hello"


def test_a_request_has_its_length_and_keeps_the_connection() -> None:
    request = request_bytes("POST", "/api/v1/tasks", "secret", b"{}")
    head, body = request.split(b"\r\n\r\n")
    assert body == b"{}"
    assert head.startswith(b"POST /api/v1/tasks HTTP/1.1\r\n")
    assert b"Authorization: Bearer secret" in head
    assert b"Content-Length: 2" in head
    assert b"close" not in head


def test_a_request_without_a_body_says_nothing_of_one() -> None:
    assert b"Content" not in request_bytes("GET", "/healthz", "secret")
