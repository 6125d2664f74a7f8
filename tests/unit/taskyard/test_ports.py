"""Which ports are taken, and by whom."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from shared.errors import SettingsError
from taskyard.ports import choose_port, is_free, owner_of


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def choose(port: int, *, is_asked_for: bool, besides: int | None = None) -> int:
    return choose_port(
        "127.0.0.1", port, is_asked_for=is_asked_for, variable="TASKYARD_PORT", besides=besides
    )


def test_a_free_port_is_taken_as_it_is(taken: int) -> None:
    free = choose(taken, is_asked_for=False)
    assert choose(free, is_asked_for=True) == free


def test_the_next_free_port_is_taken_where_nobody_asked_for_one(taken: int) -> None:
    assert taken < choose(taken, is_asked_for=False) <= taken + 100


def test_a_taken_port_that_was_asked_for_is_refused_with_its_owner(taken: int) -> None:
    with pytest.raises(SettingsError, match=rf"Port {taken} is taken by .*pid {os.getpid()}\)"):
        choose(taken, is_asked_for=True)


def test_a_port_that_the_yard_itself_needs_is_not_free(taken: int) -> None:
    free = choose(taken, is_asked_for=False)
    assert choose(free, is_asked_for=False, besides=free) > free
    with pytest.raises(SettingsError, match="asked for twice"):
        choose(free, is_asked_for=True, besides=free)


def test_a_host_that_is_not_ours_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"Cannot listen at 192\.0\.2\.1"):
        is_free("192.0.2.1", 8000)


def test_a_port_without_listener_has_no_owner(taken: int) -> None:
    assert owner_of(choose(taken, is_asked_for=False)) is None
