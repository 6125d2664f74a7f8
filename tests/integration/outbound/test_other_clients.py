from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import httpx
import pytest

from shared.outbound import Guard, OutboundError, Reason
from shared.outbound.client import async_http_client
from shared.outbound.deadline import within
from shared.outbound.sockets import socket_factory
from tests.integration.outbound.conftest import HERE, Names
from tests.outside import Outside, certified, outside


def get(guard: Guard, url: str, tls: object = None) -> bytes:
    """What a client in an event loop gets."""

    async def ask() -> bytes:
        async with async_http_client(guard, verify=tls) as client:  # type: ignore[arg-type]
            return (await client.get(url)).content

    return asyncio.run(ask())


def aiohttp_get(guard: Guard, url: str) -> bytes:
    """What a client built on aiohttp gets."""

    async def ask() -> bytes:
        connector = aiohttp.TCPConnector(socket_factory=socket_factory(guard))
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.get(url) as answer,
        ):
            return await answer.read()

    return asyncio.run(ask())


def test_a_client_in_an_event_loop_connects_to_the_checked_address(
    guard: Guard, server: Outside, names: Names
) -> None:
    server.file("/a", b"a")
    assert get(guard, server.url("/a", host="example.test")) == b"a"
    assert names.asked == ["example.test"]
    assert server.asked[0][1]["Host"] == f"example.test:{server.port}"


def test_a_client_in_an_event_loop_is_refused_as_well(server: Outside) -> None:
    guard = Guard([HERE], resolver=Names("127.0.0.2"))
    with pytest.raises(OutboundError):
        get(guard, server.url("/a", host="example.test"))
    assert server.asked == []


def test_a_client_in_an_event_loop_checks_the_certificate(tmp_path: Path, guard: Guard) -> None:
    mine = certified("example.test", tmp_path)
    with outside(mine.server) as server:
        server.file("/a", b"secure")
        url = server.url("/a", "example.test", "https")
        assert get(guard, url, mine.client) == b"secure"
        assert server.names == ["example.test"]


def test_a_client_in_an_event_loop_ends_with_the_time_limit(guard: Guard, server: Outside) -> None:
    url = server.drip("/a")
    with within(0.2), pytest.raises((httpx.TimeoutException, OutboundError)):
        get(guard, url)


@pytest.mark.parametrize("host", ["127.0.0.2", "localhost", "[::ffff:127.0.0.2]"])
def test_aiohttp_makes_no_socket_to_an_address_that_is_not_public(
    host: str, server: Outside
) -> None:
    with pytest.raises(OutboundError):
        aiohttp_get(Guard(), f"http://{host}:{server.port}/a")
    assert server.asked == []


def test_aiohttp_reaches_a_network_of_the_operator(guard: Guard, server: Outside) -> None:
    assert aiohttp_get(guard, server.file("/a", b"a")) == b"a"


def test_another_protocol_gets_a_connected_socket(guard: Guard, server: Outside) -> None:
    with guard.connect("example.test", server.port) as connected:
        assert connected.getpeername() == ("127.0.0.1", server.port)
        assert connected.gettimeout() is None


def test_another_protocol_is_refused_as_well(server: Outside) -> None:
    with pytest.raises(OutboundError) as caught:
        Guard().connect("127.0.0.1", server.port)
    assert caught.value.reason is Reason.ADDRESS_REFUSED


def test_nothing_at_a_port_is_told_by_the_host_that_was_asked_for(guard: Guard) -> None:
    with outside() as gone:
        port = gone.port
    with pytest.raises(OutboundError) as caught:
        guard.connect("example.test", port)
    assert str(caught.value) == f"example.test: nothing answers at port {port}"
