"""Asking an ADB server for its devices, whatever it answers."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from shared.devices.adb_link import NoAdbServer, device_states, server_address, trouble
from tests.adb.server import AdbServer
from tests.servers import free_port


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that answers one connection by ``answer``."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            link, _ = listener.accept()
            with link:
                answer(link)

        thread = Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        thread.join(10)


def test_the_states_of_all_devices_are_told(server: AdbServer) -> None:
    server.add("one")
    server.add("two").state = "unauthorized"
    server.add("192.168.1.5:5555").state = "offline"

    assert device_states(server.address) == {
        "one": "device", "two": "unauthorized", "192.168.1.5:5555": "offline"
    }  # fmt: skip


def test_a_server_without_devices_tells_none(server: AdbServer) -> None:
    assert device_states(server.address) == {}


@pytest.mark.parametrize(
    "answer",
    [b"", b"OKAY", b"OKAYzzzz", b"OKAY0010one", b"FAIL0004what", b"HTTP/1.1 400 Bad Request\r\n"],
    ids=["nothing", "no length", "no number", "too little", "a refusal", "another protocol"],
)
def test_what_is_no_list_of_devices_is_no_answer(answer: bytes) -> None:
    with answering(lambda link: link.sendall(answer)) as address, pytest.raises(NoAdbServer):
        device_states(address)


def test_where_nobody_listens_there_is_no_server() -> None:
    with pytest.raises(NoAdbServer, match="does not answer"):
        device_states(f"127.0.0.1:{free_port()}")


def test_a_server_that_trickles_is_given_up_in_time() -> None:
    is_over = Event()

    def trickle(link: socket.socket) -> None:
        link.sendall(b"OKAYffff")
        while not is_over.wait(0.05):
            try:
                link.sendall(b"O")
            except OSError:
                return

    with answering(trickle) as address:
        began = time.monotonic()
        with pytest.raises(NoAdbServer):
            device_states(address, seconds=0.4)
        assert time.monotonic() - began < 5
        is_over.set()


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:5037", ("127.0.0.1", 5037)), ("[::1]:5037", ("::1", 5037)),
     ("adb.example:1", ("adb.example", 1))],
)  # fmt: skip
def test_an_address_is_host_and_port(text: str, address: tuple[str, int]) -> None:
    assert server_address(text) == address


@pytest.mark.parametrize("text", ["", "host", "host:", ":5037", "host:0", "host:65536", "host:x"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        server_address(text)


def test_a_ready_device_is_no_trouble() -> None:
    assert trouble("one", {"one": "device"}) is None
