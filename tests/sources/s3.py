"""A real S3 server (moto) with one bucket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from tests.sources.served import Served

_numbers = count(1)
"""The servers of a process share what they keep, so each has a bucket of its own."""


class Bucket(Served):
    """A source whose files are objects."""

    client: Any = None

    @property
    def name(self) -> str:
        """The bucket's own."""
        return self.url.split("/")[2]

    def put(self, path: str, content: bytes) -> None:
        """Let the bucket have this object."""
        self.client.put_object(Bucket=self.name, Key=f"in/{path}", Body=content)

    def remove(self, path: str) -> None:
        """Let the bucket have this object no more."""
        self.client.delete_object(Bucket=self.name, Key=f"in/{path}")

    def clear(self) -> None:
        """Empty the bucket."""
        for item in self.client.list_objects_v2(Bucket=self.name).get("Contents", ()):
            self.client.delete_object(Bucket=self.name, Key=item["Key"])


@contextmanager
def s3_bucket() -> Iterator[Bucket]:
    """The source: what lies below ``in/`` of the bucket."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    given = {"key": "tests", "secret": "tests", "endpoint_url": endpoint}
    bucket = Bucket(Path(), f"s3://papers-{next(_numbers)}/in/", given)
    bucket.client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id="tests",
        aws_secret_access_key="tests",
        region_name="us-east-1",
    )
    try:
        bucket.client.create_bucket(Bucket=bucket.name)
        yield bucket
    finally:
        bucket.client.close()
        server.stop()


@contextmanager
def only_known_keys(endpoint: str) -> Iterator[None]:
    """Let the server look at who signs, as Amazon does."""
    try:
        httpx.post(f"{endpoint}/moto-api/reset-auth", content=b"0").raise_for_status()
        yield
    finally:
        httpx.post(f"{endpoint}/moto-api/reset-auth", content=b"inf").raise_for_status()
