"""An endpoint that misbehaves: what is worth another try, when, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy
import pytest

from shared.clock import FakeClock
from shared.vectors import endpoint as module
from shared.vectors.embedder import EmbedderFailed
from shared.vectors.endpoint import EndpointEmbedder
from tests.embedding_server import Body, EmbeddingServer, vector

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def failure(endpoint: EndpointEmbedder) -> EmbedderFailed:
    """What embedding fails with."""
    with pytest.raises(EmbedderFailed) as caught:
        endpoint.passages(["One.", "Two."])
    return caught.value


def test_the_request_is_that_of_the_protocol(
    endpoint: EndpointEmbedder, server: EmbeddingServer
) -> None:
    endpoint.passages(["One.", "Two."])
    assert server.requests == [
        {"model": "theirs", "input": ["One.", "Two."], "encoding_format": "float"}
    ]


def test_many_texts_go_in_several_requests_and_keep_their_order(
    endpoint: EndpointEmbedder, server: EmbeddingServer
) -> None:
    texts = [f"Text {n}." for n in range(module.TEXTS_AT_ONCE * 2 + 5)]
    vectors = endpoint.passages(texts)
    assert [len(sent["input"]) for sent in server.requests] == [96, 96, 5]
    last = numpy.array(vector(texts[-1]))
    assert vectors[-1] == pytest.approx(last / numpy.linalg.norm(last), abs=1e-5)


def test_rows_in_another_order_are_put_in_order(
    endpoint: EndpointEmbedder, server: EmbeddingServer
) -> None:
    expected = endpoint.passages(["One.", "Two."])
    server.spoil = lambda body: {**body, "data": body["data"][::-1]}
    assert (endpoint.passages(["One.", "Two."]) == expected).all()


@pytest.mark.parametrize(
    ("status", "headers", "retryable", "delay"),
    [
        (429, {"Retry-After": "7"}, True, 7.0),
        (429, {}, True, None),
        (503, {"Retry-After": "Tue, 01 Jan 2030 00:02:00 GMT"}, True, 120.0),
        (503, {"Retry-After": "Mon, 31 Dec 2029 00:02:00 GMT"}, True, 0.0),
        (500, {"Retry-After": "soon"}, True, None),
        (500, {"Retry-After": "nan"}, True, None),
        (502, {"Retry-After": "-5"}, True, 0.0),
        (429, {"Retry-After": "99999999"}, True, 3600.0),
        (400, {}, False, None),
        (404, {}, False, None),
    ],
)
def test_a_refusal_says_whether_and_when_to_come_back(
    server: EmbeddingServer, status: int, headers: dict[str, str], retryable: bool,
    delay: float | None,
) -> None:  # fmt: skip
    endpoint = EndpointEmbedder(server.url, "theirs", server.api_key, FakeClock(NOW))
    server.refusals = [(status, headers, "Because\nof this.")]
    error = failure(endpoint)
    assert (error.retryable, error.delay_seconds) == (retryable, delay)
    assert str(error) == f"The embedding endpoint answered {status}: Because of this."
    assert endpoint.passages(["One."]).shape == (1, 6)


def test_a_wrong_key_is_told_without_the_key(server: EmbeddingServer) -> None:
    error = failure(EndpointEmbedder(server.url, "theirs", "sk-secret"))
    assert not error.retryable
    assert "401" in str(error)
    assert "sk-secret" not in str(error)


SPOILED: dict[str, Callable[[Body], Any]] = {
    "no json": lambda _: b"<html>",
    "no data": lambda _: {},
    "no list": lambda _: {"data": 7},
    "another list": lambda _: [1, 2],
    "too few": lambda body: {"data": body["data"][:1]},
    "twice the same": lambda body: {"data": body["data"][:1] * 2},
    "of two lengths": lambda body: {
        "data": [body["data"][0], {**body["data"][1], "embedding": [1.0]}]
    },
    "no numbers": lambda body: {"data": [{**row, "embedding": ["x"]} for row in body["data"]]},
    "empty": lambda body: {"data": [{**row, "embedding": []} for row in body["data"]]},
    "null": lambda body: {"data": [{**row, "embedding": None} for row in body["data"]]},
    "huge": lambda body: {"data": [{**row, "embedding": [1e300]} for row in body["data"]]},
}


@pytest.mark.filterwarnings("ignore:overflow encountered")
@pytest.mark.parametrize("how", SPOILED)
def test_an_answer_without_vectors_is_a_failure_that_may_pass(
    endpoint: EndpointEmbedder, server: EmbeddingServer, how: str
) -> None:
    server.spoil = SPOILED[how]
    assert failure(endpoint).retryable


def test_another_length_than_before_is_another_model(
    endpoint: EndpointEmbedder, server: EmbeddingServer
) -> None:
    assert endpoint.dimensions == 6
    server.spoil = lambda body: {"data": [{**row, "embedding": [1.0, 2.0]} for row in body["data"]]}
    error = failure(endpoint)
    assert not error.retryable
    assert "2 numbers after some of 6" in str(error)


def test_a_zero_vector_stays_zero(endpoint: EndpointEmbedder, server: EmbeddingServer) -> None:
    server.spoil = lambda body: {"data": [{**row, "embedding": [0.0] * 6} for row in body["data"]]}
    assert not endpoint.query("One.").any()


def test_an_answer_that_takes_too_long_is_asked_for_again(
    endpoint: EndpointEmbedder, server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PASSAGES_SECONDS", 0.05)
    server.wait_seconds = 0.5
    error = failure(endpoint)
    assert error.retryable
    assert str(error) == "The embedding endpoint does not answer (ReadTimeout)."


@pytest.mark.parametrize(
    ("url", "retryable"), [("http://127.0.0.1:9", True), ("ftp://x", False), ("http://x:y", False)]
)
def test_an_address_where_nobody_answers(url: str, retryable: bool) -> None:
    error = failure(EndpointEmbedder(url, "theirs", "sk-secret"))
    assert error.retryable == retryable
    assert url not in str(error)
