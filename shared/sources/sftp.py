"""Folders and files on an SFTP server.

Nothing of the server's own account is used to sign in: no configuration, agent, keys or Kerberos.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from fsspec.asyn import get_loop, sync

from shared.outbound import Guard, OutboundError
from shared.settings import Settings
from shared.sources.options import SourceOptions
from shared.sources.source import (
    ANSWER_SECONDS,
    CHUNK_BYTES,
    CONNECT_SECONDS,
    Entry,
    FileUnread,
    denied,
    missing,
    unreachable,
    unusable,
)
from shared.sources.url import SourceUrl
from shared.sources.walk import Found, walk

if TYPE_CHECKING:
    import asyncssh

PORT = 22
HOME = "/~"
"""How a path begins that is relative to the user's folder."""
T = TypeVar("T")


@contextmanager
def open_source(url: SourceUrl, options: SourceOptions, settings: Settings) -> Iterator[SftpSource]:
    """Sign in and open a channel; both end with the block."""
    port, how = url.port or PORT, sign_in(url, options)
    try:
        socket = Guard(settings.allow_networks).connect(url.host, port, CONNECT_SECONDS)
    except OutboundError as error:
        raise error.as_task_error() from error
    socket.setblocking(False)
    with _translated():
        connection = _wait(_signed_in, socket, how)
    try:
        with _translated():
            client = _wait(_channel, connection)
        yield SftpSource(client, path_of(url))
    finally:
        _wait(_ended, connection)


async def _signed_in(socket: Any, how: dict[str, Any]) -> asyncssh.SSHClientConnection:
    import asyncssh

    return await asyncssh.connect(sock=socket, config=None, **how)


async def _ended(connection: asyncssh.SSHClientConnection) -> None:
    connection.abort()
    await connection.wait_closed()


async def _channel(connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
    return await connection.start_sftp_client(path_errors="surrogateescape")


def sign_in(url: SourceUrl, options: SourceOptions) -> dict[str, Any]:
    """How asyncssh signs in as ``options`` say; `TaskError` where they cannot be meant."""
    user = options.user or url.user
    if not user:
        raise unusable("options.user is missing: who signs in?")
    return {
        "username": user,
        "password": options.password,
        "client_keys": [_private_key(options)] if options.private_key else None,
        "agent_path": None,
        "gss_host": None,
        "host_based_auth": False,
        "login_timeout": CONNECT_SECONDS * 2,
        "keepalive_interval": 15,
        **_host_check(options.host_key),
    }


def _private_key(options: SourceOptions) -> asyncssh.SSHKey:
    import asyncssh

    try:
        return asyncssh.import_private_key(options.private_key or "", options.passphrase)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise unusable(
            "options.private_key is no private key, or its passphrase is not."
        ) from error


def _host_check(wanted: str | None) -> dict[str, Any]:
    """Which host keys are right: the one named (``SHA256:…``); any where none is named."""
    import asyncssh

    if wanted is None:
        return {"known_hosts": None}

    class Client(asyncssh.SSHClient):
        def validate_host_public_key(
            self, _host: str, _addr: str, _port: int, key: asyncssh.SSHKey
        ) -> bool:
            return bool(key.get_fingerprint() == wanted)

    return {
        "known_hosts": ((), (), (), (), (), (), ()),
        "server_host_key_algs": "default",
        "client_factory": Client,
    }


def path_of(url: SourceUrl) -> str:
    """The server's own path for ``url``."""
    if url.path == HOME or url.path.startswith(f"{HOME}/"):
        return url.path.removeprefix(HOME).strip("/") or "."
    return url.path.rstrip("/") or "/"


class SftpSource:
    """A folder, or one file; keys are the server's paths."""

    def __init__(self, client: asyncssh.SFTPClient, root: str) -> None:
        self._client = client
        self._root = root

    def entries(self, recursive: bool) -> Iterator[Entry]:
        """Regular files; links are passed over."""
        with _translated():
            seen = _wait(self._client.stat, self._root)
            if stat.S_ISREG(seen.permissions or 0):
                name = self._root.rpartition("/")[2]
                yield Entry(name, self._root, seen.size, _tag(seen))
                return
            yield from walk(self._look, self._root, recursive)

    def _look(self, folder: str) -> list[Found]:
        return [
            Found(
                str(item.filename),
                f"{folder.rstrip('/')}/{item.filename!s}",
                is_folder=stat.S_ISDIR(item.attrs.permissions or 0),
                size_bytes=item.attrs.size,
                tag=_tag(item.attrs),
            )
            for item in _wait(self._client.readdir, folder)
            if stat.S_IFMT(item.attrs.permissions or 0) in (stat.S_IFDIR, stat.S_IFREG)
        ]

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        """The file's content, many requests at a time."""
        import asyncssh

        try:
            with _translated(asyncssh.SFTPError):
                file = _wait(_opened, self._client, entry.key)
                try:
                    while chunk := _wait(file.read, CHUNK_BYTES):
                        yield chunk
                finally:
                    _wait(file.close)
        except (asyncssh.SFTPNoConnection, asyncssh.SFTPConnectionLost) as error:
            raise unreachable("The connection to the server is lost.") from error
        except asyncssh.SFTPError as error:
            raise FileUnread(f"The server says: {error.reason[:200]}") from error


async def _opened(client: asyncssh.SFTPClient, path: str) -> Any:
    return await client.open(path, "rb", encoding=None)


def _tag(seen: asyncssh.SFTPAttrs) -> str | None:
    if seen.mtime is None:
        return None
    return f"{seen.size}-{seen.mtime}-{seen.mtime_ns or 0}"


def _wait(work: Callable[..., Coroutine[Any, Any, T]], *args: Any, **how: Any) -> T:
    """What ``work`` answers, done in the loop's own thread."""
    return sync(get_loop(), lambda: work(*args, **how), timeout=ANSWER_SECONDS)  # type: ignore[no-any-return]


@contextmanager
def _translated(*passing: type[Exception]) -> Iterator[None]:
    """Errors of the protocol as errors of the task, but for those ``passing``."""
    import asyncssh

    try:
        yield
    except passing:
        raise
    except asyncssh.PermissionDenied as error:
        raise denied() from error
    except asyncssh.HostKeyNotVerifiable as error:
        raise denied("The server's host key is not options.host_key.") from error
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
        raise missing("A folder of the source is not there, or not any more.") from error
    except asyncssh.SFTPPermissionDenied as error:
        raise denied("The server does not let this user list a folder of the source.") from error
    except (asyncssh.Error, OSError, TimeoutError) as error:
        raise unreachable(f"The server does not answer as it should ({_kind(error)}).") from error


def _kind(error: BaseException) -> str:
    return type(error).__name__
