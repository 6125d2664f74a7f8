"""Two hosts with a link between them that can be cut: network namespaces, gone when it is over."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CLONE_NEWNET = 0x40000000
"""``setns(2)``: the thread goes into another network namespace."""

WIRE = "wire"
"""The link's end, on either host."""


class NoHosts(Exception):
    """This machine does not let us make network namespaces; the message says why."""


class Host:
    """A network namespace with an address; what a thread starts within it lives there."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Everything that this thread connects or starts in the block belongs to the host."""
        here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            _enter(f"/run/netns/{self.name}")
            try:
                yield
            finally:
                _setns(here)
        finally:
            os.close(here)


class Link:
    """The only way between ``near`` and ``far``."""

    def __init__(self, name: str) -> None:
        self.near = Host(f"{name}-near", "10.213.77.1")
        self.far = Host(f"{name}-far", "10.213.77.2")

    def cut(self) -> None:
        """From now on nothing gets through, and nobody is told."""
        _ip("-n", self.near.name, "link", "set", WIRE, "down")

    def heal(self) -> None:
        """From now on everything gets through again."""
        _ip("-n", self.near.name, "link", "set", WIRE, "up")

    def make(self) -> None:
        """Make both hosts; `NoHosts` where that is not allowed."""
        for host in (self.near, self.far):
            _ip("netns", "add", host.name)
        near_end = (WIRE, "netns", self.near.name)
        _ip("link", "add", *near_end, "type", "veth", "peer", "name", WIRE, "netns", self.far.name)
        for host in (self.near, self.far):
            _ip("-n", host.name, "address", "add", f"{host.address}/30", "dev", WIRE)
            for device in ("lo", WIRE):
                _ip("-n", host.name, "link", "set", device, "up")
        with self.far.entered():
            pass

    def remove(self) -> None:
        """Remove what there is of the hosts; the link goes with them."""
        for host in (self.near, self.far):
            with suppress(NoHosts):
                _ip("netns", "delete", host.name)


@contextmanager
def two_hosts() -> Iterator[Link]:
    """A link and its hosts, removed in any case; `NoHosts` says why there are none."""
    link = Link(f"yard{os.getpid()}")
    try:
        link.make()
        yield link
    finally:
        link.remove()


def _ip(*words: str) -> None:
    program = shutil.which("ip", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        raise NoHosts("there is no program `ip` (iproute2)")
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoHosts(f"ip {' '.join(words)}: {done.stderr.strip()}")


def _enter(path: str) -> None:
    try:
        there = os.open(Path(path), os.O_RDONLY)
    except OSError as error:
        raise NoHosts(str(error)) from error
    try:
        _setns(there)
    finally:
        os.close(there)


def _setns(descriptor: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET):
        raise NoHosts(f"setns: {os.strerror(ctypes.get_errno())}")
