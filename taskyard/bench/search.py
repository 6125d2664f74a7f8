"""How long a search in a large folder takes, beside the bare product of the same vectors."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from shared.documents.chunk import add_chunks
from shared.documents.document import add_document
from shared.documents.folder import create_folder
from shared.vectors import pgvector
from shared.vectors.built_in import DIMENSIONS, MODEL
from taskyard.bench.figure import percentile
from taskyard.bench.plan import Plan
from taskyard.bench.progress import tell
from taskyard.bench.reply import request_bytes
from taskyard.bench.running_yard import RunningYard, running_yard
from taskyard.bench.stage import Stage
from taskyard.bench.tenant import Tenant, new_tenant
from taskyard.bench.traffic import Sample, connect, exchange, require_status

if TYPE_CHECKING:
    from shared.vectors.embedder import Vectors

AT_ONCE = 1000
FOUND = 10
TEXT = "The quick brown fox jumps over the lazy dog, and nobody knows why it does so. " * 20
WORDS = ("roof", "invoice", "journey", "vaccine", "engine", "garden", "contract", "river")
SUBJECTS = ("who paid for the", "what became of the", "how to repair the", "when was the last")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRun:
    """What was measured on one store: milliseconds of each search, and of each bare product."""

    title: str
    chunks: int
    searches_ms: list[float]
    products_ms: list[float]


def measure_search(stage: Stage, plan: Plan) -> SearchRun:
    """Fill a folder, and ask the gateway one question after the other."""
    vectors = _random_vectors(plan.search_chunks)
    tenant = new_tenant(stage, "reader")
    folder_id = _fill(stage, tenant, vectors)
    tell(f"{stage.title}: a folder of {plan.search_chunks:,} chunks is there")
    with running_yard(stage, tenant) as yard:
        _ask(yard, tenant, folder_id, plan.search_questions)  # each once: all is in memory then
        samples = _ask(yard, tenant, folder_id, plan.search_questions)
    run = SearchRun(
        title=stage.title,
        chunks=plan.search_chunks,
        searches_ms=[sample.milliseconds for sample in samples],
        products_ms=list(_products_ms(vectors, plan.search_questions)),
    )
    tell(f"{stage.title}: searches take {percentile(run.searches_ms, 95):.1f} ms, p95")
    return run


def questions(count: int) -> list[str]:
    """So many, all of them different. Pure."""
    made = [f"{subject} {one} of the {other}?" for subject, one, other in _parts()]
    return [f"{made[n % len(made)]} {n // len(made)}" for n in range(count)]


def _parts() -> Iterator[tuple[str, str, str]]:
    return product(SUBJECTS, WORDS, WORDS)


def _random_vectors(count: int) -> Vectors:
    import numpy

    rows = numpy.random.default_rng(1).normal(size=(count, DIMENSIONS)).astype("<f4")
    unit: Vectors = rows / numpy.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _fill(stage: Stage, tenant: Tenant, vectors: Vectors) -> str:
    """A folder with a chunk for each of ``vectors``, in documents of `AT_ONCE`."""
    with stage.store.begin() as tx:
        folder_id = create_folder(tx, tenant.account_id, "Archive").id
    for begin in range(0, len(vectors), AT_ONCE):
        with stage.store.begin() as tx:
            document = add_document(
                tx, tenant.account_id, name=f"{begin}.txt", size_bytes=1, mime_type="text/plain",
                sha256="0" * 64, folder_id=folder_id,
            )  # fmt: skip
            rows = [
                _row(tenant, folder_id, document.id, position, vector.tobytes())
                for position, vector in enumerate(vectors[begin : begin + AT_ONCE])
            ]
            add_chunks(tx, rows)
            pgvector.add(tx, rows)
    return folder_id


def _row(
    tenant: Tenant, folder_id: str, document_id: str, position: int, vector: bytes
) -> dict[str, Any]:
    return {
        "account_id": tenant.account_id,
        "folder_id": folder_id,
        "document_id": document_id,
        "position": position,
        "page_number": 1,
        "text": TEXT,
        "text_hash": f"{position:064x}",
        "model": MODEL,
        "vector": vector,
    }


def _ask(yard: RunningYard, tenant: Tenant, folder_id: str, count: int) -> list[Sample]:
    """Search for so many things, each after the other."""
    path = f"/v1/folders/{folder_id}/search?limit={FOUND}&q="
    asked = [request_bytes("GET", path + quote(q), tenant.token) for q in questions(count)]
    with connect(yard.address) as wire:
        samples = [exchange(wire, request) for request in asked]
    require_status(samples, 200)
    return samples


def _products_ms(vectors: Vectors, count: int) -> Iterator[float]:
    """How long numpy takes to find the largest products with one vector."""
    import numpy

    for question in vectors[:count]:
        begun = time.perf_counter()
        numpy.argpartition(-(vectors @ question), FOUND)[:FOUND]
        yield 1000 * (time.perf_counter() - begun)
