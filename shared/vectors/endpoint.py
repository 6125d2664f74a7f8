"""A model behind an HTTP endpoint that speaks OpenAI's protocol for embeddings.

The endpoint is the operator's own choice, so it may lie in a private network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shared.clock import Clock, SystemClock
from shared.outbound.retry_after import asked_seconds
from shared.vectors.embedder import EmbedderFailed, clean
from shared.vectors.language_bias import unit

if TYPE_CHECKING:
    import httpx

    from shared.vectors.embedder import Vectors

BATCH_TOKENS = 32_768
TEXTS_AT_ONCE = 96
"""Below what the endpoints we know take in one request."""
PASSAGES_SECONDS = 60.0
QUERY_SECONDS = 10.0
"""How long an answer may take; behind a question somebody waits."""
TOO_MANY = 429
TOLD_CHARACTERS = 200


class EndpointEmbedder:
    """An `Embedder` at ``url``, which ends before ``/embeddings``."""

    def __init__(
        self, url: str, model: str, api_key: str | None = None, clock: Clock | None = None
    ) -> None:
        self._url = url.rstrip("/") + "/embeddings"
        self._model = model
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._clock = clock or SystemClock()
        self._dimensions = 0

    @property
    def model(self) -> str:
        """Its name, as the endpoint knows it."""
        return self._model

    @property
    def dimensions(self) -> int:
        """How long its vectors are, as its first answer tells."""
        return self._dimensions or len(self.query("."))

    @property
    def batch_tokens(self) -> int:
        """How much to give it at once."""
        return BATCH_TOKENS

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts that are to be found."""
        import numpy

        if not texts:
            return numpy.zeros((0, self.dimensions), "<f4")
        starts = range(0, len(texts), TEXTS_AT_ONCE)
        parts = [self._embed(texts[at : at + TEXTS_AT_ONCE], PASSAGES_SECONDS) for at in starts]
        return numpy.concatenate(parts)

    def query(self, text: str) -> Vectors:
        """The vector of a question."""
        vector: Vectors = self._embed([text], QUERY_SECONDS)[0]
        return vector

    def _embed(self, texts: Sequence[str], seconds: float) -> Vectors:
        import httpx

        body = {
            "model": self._model,
            "input": [clean(text) for text in texts],
            "encoding_format": "float",
        }
        with _translated():
            answer = httpx.post(self._url, json=body, headers=self._headers, timeout=seconds)
        if not answer.is_success:
            raise self._refused(answer)
        return self._checked(_vectors(answer, len(texts)))

    def _checked(self, vectors: Vectors) -> Vectors:
        """``vectors``, once they are seen to be comparable with those that came before."""
        length = vectors.shape[1]
        self._dimensions = self._dimensions or length
        if length != self._dimensions:
            raise EmbedderFailed(
                f"The embedding endpoint answered vectors of {length} numbers after some of "
                f"{self._dimensions}: it has another model now.",
                retryable=False,
            )
        return unit(vectors)

    def _refused(self, answer: httpx.Response) -> EmbedderFailed:
        told = " ".join(answer.text.split())[:TOLD_CHARACTERS]
        return EmbedderFailed(
            f"The embedding endpoint answered {answer.status_code}: {told}",
            retryable=answer.status_code == TOO_MANY or answer.is_server_error,
            delay_seconds=asked_seconds(answer.headers, self._clock),
        )


@contextmanager
def _translated() -> Iterator[None]:
    """Turn "the endpoint does not answer" into `EmbedderFailed`, without its address."""
    import httpx

    try:
        yield
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        told = "TASKYARD_EMBEDDING_ENDPOINT is no address of an HTTP server."
        raise EmbedderFailed(told, retryable=False) from error
    except httpx.HTTPError as error:
        kind = type(error).__name__
        raise EmbedderFailed(f"The embedding endpoint does not answer ({kind}).") from error


def _vectors(answer: httpx.Response, count: int) -> Vectors:
    """The vectors in ``answer``, in the order in which their texts were sent."""
    import numpy

    try:
        items: list[dict[str, Any]] = sorted(answer.json()["data"], key=lambda item: item["index"])
        vectors = numpy.array([item["embedding"] for item in items], "<f4")
        places = [item["index"] for item in items]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise EmbedderFailed("The embedding endpoint's answer has no vectors.") from error
    if places != list(range(count)) or vectors.ndim != 2 or not vectors.shape[1]:
        raise EmbedderFailed(f"The embedding endpoint did not answer {count} vectors.")
    if not numpy.isfinite(vectors).all():
        raise EmbedderFailed("The embedding endpoint answered numbers that are none.")
    return vectors
