"""Which model a yard embeds with."""

from __future__ import annotations

from shared.settings import Settings
from shared.vectors.built_in import BuiltInEmbedder
from shared.vectors.embedder import Embedder
from shared.vectors.endpoint import EndpointEmbedder


def choose_embedder(settings: Settings, *, threads: int | None = None) -> Embedder:
    """The endpoint that the settings name, or the model that comes with the yard.

    Nothing is loaded before it is used. ``threads`` is how many processors one call may use, all
    by default: good for many texts, and no gain for a question.
    """
    if settings.embedding_endpoint and settings.embedding_model:
        return EndpointEmbedder(
            settings.embedding_endpoint, settings.embedding_model, settings.embedding_api_key
        )
    return BuiltInEmbedder(threads)
