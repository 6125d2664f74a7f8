"""One GENERATION from its payload to what is kept of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import orjson

from shared.db import Store
from shared.settings import Settings
from shared.tasks.task_type import Context, Payload
from shared.vectors.choice import choose_embedder
from shared.vectors.embedder import Embedder
from shared.vectors.search import Searcher
from workers.documents.writing.extract_writer import ExtractWriter
from workers.documents.writing.material import Target, find_target, read_pages
from workers.documents.writing.page import Page
from workers.documents.writing.piece import Piece, Tell, Wish, Writer

CHUNKS = 12
"""How many chunks of a folder are looked at for an answer."""
JSON, TEXT = "application/json", "text/plain; charset=utf-8"


class Unwanted(Exception):
    """Nobody wants it any more: the task was canceled."""


def write(payload: Payload, context: Context) -> dict[str, Any]:
    """The handler's result; nothing of worth where the task was canceled meanwhile."""
    wish = Wish(kind=payload["kind"], prompt=(payload.get("prompt") or "").strip())
    target = find_target(context, payload)
    shown = {**target.shown, "kind": wish.kind}
    context.progress(0, **shown)
    embedder = chosen_embedder(context.yard.settings)
    try:
        pages = _found(wish, payload, context, embedder) or read_pages(context, target)
        with _writer(context.yard.settings, embedder) as writer:
            piece = writer.write(wish, pages, _teller(context))
    except Unwanted:
        return {}
    return _result(wish, piece, {**shown, **_counted(target, pages)}, context)


@lru_cache(maxsize=1)
def chosen_embedder(settings: Settings) -> Embedder:
    """The model that compares questions with passages, loaded once in a process."""
    return choose_embedder(settings)


@lru_cache(maxsize=1)
def _searcher(store: Store, settings: Settings) -> Searcher:
    return Searcher(store, settings, chosen_embedder(settings))


def _found(wish: Wish, payload: Payload, context: Context, embedder: Embedder) -> list[Page]:
    """For a question about a folder the chunks that search finds, where it is embedded."""
    if wish.kind != "answer" or "folderId" not in payload:
        return []
    searcher = _searcher(context.yard.store, context.yard.settings)
    found = searcher.search(payload["folderId"], wish.prompt, CHUNKS)
    return [
        Page(
            document_id=chunk.document_id,
            title=chunk.title,
            number=chunk.page_number,
            language=None,
            text=chunk.text,
        )
        for chunk in found
    ]


@contextmanager
def _writer(settings: Settings, embedder: Embedder) -> Iterator[Writer]:
    """Who writes: the model behind the endpoint that the settings name, or an extract."""
    if not (settings.generation_endpoint and settings.generation_model):
        yield ExtractWriter(embedder)
        return
    from workers.documents.writing.chat import Chat
    from workers.documents.writing.endpoint_writer import EndpointWriter

    endpoint, model = settings.generation_endpoint, settings.generation_model
    with Chat(endpoint, model, settings.generation_api_key) as chat:
        yield EndpointWriter(chat, embedder)


def _teller(context: Context) -> Tell:
    def tell(percent: float) -> None:
        if context.canceled():
            raise Unwanted
        context.progress(min(percent, 99.0))

    return tell


def _counted(target: Target, pages: Sequence[Page]) -> dict[str, Any]:
    return {"documentsRead": len({page.document_id for page in pages}), "pagesRead": len(pages)}


def _result(wish: Wish, piece: Piece, shown: dict[str, Any], context: Context) -> dict[str, Any]:
    is_list = wish.kind == "keywords"
    content = orjson.dumps(piece.keywords) if is_list else piece.text.encode()
    facts = {"keywords": list(piece.keywords)} if is_list else {"summary": piece.text}
    return {
        "metadata": {**shown, "method": piece.method, "sources": list(piece.sources)},
        "output": asdict(context.yard.blobs.write(content)),
        "mimeType": JSON if is_list else TEXT,
        "facts": {} if wish.kind == "answer" else facts,
    }
