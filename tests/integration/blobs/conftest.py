"""Places for blobs: a folder of this host, and a bucket of a real S3 server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.blobs import BlobStore
from tests.object_store import s3_server

BUCKET = "yard"


@pytest.fixture(scope="module")
def bucket_url() -> Iterator[str]:
    """A bucket for the tests of a module."""
    with s3_server(BUCKET):
        yield f"s3://{BUCKET}/blobs"


@pytest.fixture(params=["file", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    """A blob store of each kind."""
    local = request.param == "file"
    return BlobStore(f"file://{tmp_path}/blobs" if local else request.getfixturevalue("bucket_url"))
