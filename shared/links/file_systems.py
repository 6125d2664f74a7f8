"""fsspec's file systems for targets, each over connections that the guard makes.

Credentials are the target's own: nothing of the environment, and no key of this machine, is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from shared.outbound import Guard
from shared.outbound.sockets import socket_factory
from shared.settings import Settings
from shared.sources import http, sftp, webdav
from shared.sources.options import SourceOptions
from shared.sources.plain import check_endpoint
from shared.sources.source import ANSWER_SECONDS, CONNECT_SECONDS
from shared.sources.url import SourceUrl

S3_TRIES = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of a file system (``files``, of fsspec); ``prefix`` stands before its files' paths.

    ``replace`` gives a complete file its name, whatever had it before; None where a file appears
    only when it is complete.
    """

    files: Any
    prefix: str
    replace: Callable[[str, str], object] | None = None
    is_local: bool = False


Opening = Callable[[SourceUrl, SourceOptions, Settings], AbstractContextManager[Place]]


def open_place(
    url: SourceUrl, options: SourceOptions, settings: Settings
) -> AbstractContextManager[Place]:
    """The folder at ``url``, connected in the block; it may raise anything."""
    ways: dict[str, Opening] = {"file": _local, "s3": _s3, "sftp": _sftp}
    return ways.get(url.scheme, _webdav)(url, options, settings)


@contextmanager
def _local(url: SourceUrl, _options: SourceOptions, _settings: Settings) -> Iterator[Place]:
    from fsspec.implementations.local import LocalFileSystem

    files = LocalFileSystem(skip_instance_cache=True)
    yield Place(files, f"{url.path.rstrip('/')}/", os.replace, is_local=True)


@contextmanager
def _s3(url: SourceUrl, options: SourceOptions, settings: Settings) -> Iterator[Place]:
    from aiobotocore.session import AioSession
    from s3fs import S3FileSystem

    if options.endpoint_url:
        check_endpoint(settings, options.endpoint_url)
    session = AioSession()
    for name in ("config_file", "credentials_file"):
        session.set_config_variable(name, os.devnull)
    files = S3FileSystem(
        anon=not options.key,
        key=options.key,
        secret=options.secret,
        token=options.token,
        endpoint_url=options.endpoint_url,
        client_kwargs={"region_name": options.region or "us-east-1"},
        config_kwargs={
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": ANSWER_SECONDS,
            "retries": {"total_max_attempts": S3_TRIES},
            "proxies": {},
            "ignore_configured_endpoint_urls": True,
            "s3": {"addressing_style": "path" if options.endpoint_url else "auto"},
            "connector_args": {"socket_factory": socket_factory(Guard(settings.allow_networks))},
        },
        session=session,
        use_listings_cache=False,
        skip_instance_cache=True,
    )
    files.retries = S3_TRIES
    yield Place(files, f"{url.host}/{url.path.strip('/')}".rstrip("/") + "/")


@contextmanager
def _sftp(url: SourceUrl, options: SourceOptions, settings: Settings) -> Iterator[Place]:
    from fsspec.asyn import sync
    from sshfs import SSHFileSystem

    how = sftp.sign_in(url, options)
    socket = Guard(settings.allow_networks).connect(url.host, url.port or sftp.PORT)
    socket.setblocking(False)
    files = SSHFileSystem(
        "", sock=socket, config=None, timeout=2 * ANSWER_SECONDS, skip_instance_cache=True, **how
    )

    async def end() -> None:
        files.client.abort()
        await files.client.wait_closed()

    try:
        yield Place(files, f"{sftp.path_of(url).rstrip('/')}/", files.mv)
    finally:
        sync(files.loop, end, timeout=ANSWER_SECONDS)


@contextmanager
def _webdav(url: SourceUrl, options: SourceOptions, settings: Settings) -> Iterator[Place]:
    from webdav4.client import Client
    from webdav4.fsspec import WebdavFileSystem

    scheme = webdav.scheme_of(url, settings)
    base = httpx.URL(scheme=scheme, host=url.host, port=url.port, path=url.path or "/")
    with http.client(settings, http.credentials(options, url.user)) as asking:
        client = Client(str(base), http_client=asking)
        files = WebdavFileSystem(str(base), client=client, skip_instance_cache=True)
        yield Place(files, "", lambda old, new: client.move(old, new, overwrite=True))
