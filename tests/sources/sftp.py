"""A real SFTP server (asyncssh) that shows a folder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import asyncssh

from tests.sources.served import PASSWORD, USER, Served


class Server(asyncssh.SSHServer):
    """Lets one user in, by a password or by any key that was added."""

    keys: tuple[str, ...] = ()

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key.get_fingerprint() in self.keys


@contextmanager
def sftp_server(folder: Path) -> Iterator[tuple[Served, str, str]]:
    """The source, the fingerprint of its host key, and a private key that it lets in."""
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    user_key = asyncssh.generate_private_key("ssh-ed25519")
    Server.keys = (user_key.get_fingerprint(),)
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()

    def files(channel: Any) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=str(folder).encode())

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1", 0, server_factory=Server, server_host_keys=[host_key], sftp_factory=files
        )

    async def close(acceptor: asyncssh.SSHAcceptor) -> None:
        acceptor.close()
        await acceptor.wait_closed()

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    try:
        served = Served(
            folder,
            f"sftp://127.0.0.1:{acceptor.get_port()}/",
            {"user": USER, "password": PASSWORD},
            {"user": USER, "password": "wrong"},
        )
        pem = user_key.export_private_key().decode()
        yield served, host_key.get_fingerprint(), pem
    finally:
        asyncio.run_coroutine_threadsafe(close(acceptor), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
