"""A real S3 server for tests, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def s3_server(bucket: str) -> Iterator[str]:
    """The address of an S3 server with an empty ``bucket``.

    Clients find it, and what it asks for, in the environment: as ``AWS_*``.
    """
    from moto.server import ThreadedMotoServer  # takes two seconds
    from s3fs import S3FileSystem

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    given = {
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": "tests",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_S3": url,
    }
    try:
        with pytest.MonkeyPatch.context() as environ:
            for name, value in given.items():
                environ.setenv(name, value)
            S3FileSystem(skip_instance_cache=True).mkdir(bucket)
            yield url
    finally:
        server.stop()
