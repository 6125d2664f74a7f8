"""Whoever reads nothing is cut off."""

from __future__ import annotations

import socket

import pytest

from api.stalled import end_stalled

PIECE = b"x" * 65_536


def small(address: tuple[str, int]) -> socket.socket:
    """A caller with little room for what it does not read."""
    caller = socket.socket()
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    caller.connect(address)
    return caller


def send_for_ever(server: socket.socket) -> None:
    """Send for as long as it goes."""
    while True:
        server.send(PIECE)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux can do it")
def test_a_connection_whose_caller_reads_nothing_ends() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        small(listening.getsockname()),
        listening.accept()[0] as before,
    ):
        end_stalled(listening.getsockname()[1], 0.3)
        with small(listening.getsockname()), listening.accept()[0] as later:
            for server in (before, later):
                server.settimeout(30)
                with pytest.raises(TimeoutError) as error:
                    send_for_ever(server)
                assert error.value.errno, "it was the kernel who ended it, not this test"
