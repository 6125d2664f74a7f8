"""A server for chat completions, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chat_server import KEY, MODEL, ChatServer, chat_server
from workers.documents.writing.chat import Chat


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """A server that answers."""
    with chat_server() as running:
        yield running


@pytest.fixture
def chat(server: ChatServer) -> Iterator[Chat]:
    """A client that has no patience."""
    with Chat(server.url, MODEL, KEY, answer_seconds=1.0) as client:
        yield client
