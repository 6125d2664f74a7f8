"""A telephone's own end of the ADB transport, for a real ADB server to connect to.

https://android.googlesource.com/platform/packages/modules/adb/+/HEAD/docs/dev/protocol.md
"""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from tests.adb import services
from tests.adb.phone import Phone
from tests.adb.wire import Cut, read

VERSION = 0x01000001
"""From it on, sums are not checked."""
MOST_BYTES = 256 * 1024
HEADER = struct.Struct("<4s5I")


@dataclass
class Stream:
    """One service that somebody uses: ``inside`` is its end, ``outside`` ours."""

    local: int
    remote: int
    inside: socket.socket
    outside: socket.socket
    may_write: Event = field(default_factory=Event)


class Adbd:
    """Listens on a port, as a telephone with ADB over TCP does."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.complaints: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = Lock()
        self._streams: dict[int, Stream] = {}
        self._link: socket.socket | None = None
        self._threads = [Thread(target=self._accept, daemon=True)]

    @property
    def serial(self) -> str:
        """What the ADB server calls the telephone: its address."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def start(self) -> None:
        """Wait for an ADB server."""
        self._threads[0].start()

    def stop(self) -> None:
        """Go away, in the middle of whatever it is."""
        self.phone.may_receive.set()
        self.phone.state = "gone"
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(10)

    def hang_up(self) -> None:
        """Lose the connection, as a pulled cable does."""
        if self._link is not None:
            with suppress(OSError):
                self._link.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            self._link = link
            with link, suppress(Cut, OSError):
                if self.phone.state != "gone":
                    self._converse(link)
            for stream in list(self._streams.values()):
                self._drop(stream)

    def _converse(self, link: socket.socket) -> None:
        while True:
            word, first, second, size, _sum, magic = HEADER.unpack(read(link, HEADER.size))
            assert magic == int.from_bytes(word, "little") ^ 0xFFFFFFFF
            data = read(link, size)
            if word == b"CNXN":
                banner = f"device::ro.product.model=Phone;features={self.phone.features}"
                self._write(b"CNXN", VERSION, MOST_BYTES, banner.encode())
            elif word == b"OPEN":
                self._open(first, data.rstrip(b"\0").decode("utf-8"))
            elif second in self._streams:
                self._hear(word, self._streams[second], data)

    def _open(self, remote: int, service: str) -> None:
        if not services.is_known(service, self.phone):
            self.complaints.append(f"unknown service {service!r}")
            self._write(b"CLSE", 0, remote)
            return
        inside, outside = socket.socketpair()
        stream = Stream(len(self._threads), remote, inside, outside)
        self._streams[stream.local] = stream
        self._write(b"OKAY", stream.local, remote)
        stream.may_write.set()
        for work in (lambda: self._serve(stream, service), lambda: self._tell(stream)):
            self._threads.append(Thread(target=work, daemon=True))
            self._threads[-1].start()

    def _hear(self, word: bytes, stream: Stream, data: bytes) -> None:
        """What the host says within a stream."""
        if word == b"WRTE":
            with suppress(OSError):
                stream.outside.sendall(data)
            self._write(b"OKAY", stream.local, stream.remote)
        elif word == b"OKAY":
            stream.may_write.set()
        else:
            assert word == b"CLSE", word
            self._drop(stream)

    def _serve(self, stream: Stream, service: str) -> None:
        try:
            services.serve(stream.inside, self.phone, service)
        except (Cut, OSError):
            pass
        except Exception as error:
            self.complaints.append(repr(error))
        finally:
            if self.phone.state == "gone":
                self.hang_up()
            with suppress(OSError):
                stream.inside.shutdown(socket.SHUT_RDWR)

    def _tell(self, stream: Stream) -> None:
        """Pass on what the service writes, part by part, each when the last one was taken."""
        with stream.inside, stream.outside, suppress(OSError):
            while part := stream.outside.recv(MOST_BYTES):
                if not stream.may_write.wait(10):
                    break
                stream.may_write.clear()
                self._write(b"WRTE", stream.local, stream.remote, part)
            self._write(b"CLSE", stream.local, stream.remote)

    def _drop(self, stream: Stream) -> None:
        self._streams.pop(stream.local, None)
        stream.may_write.set()
        for end in (stream.inside, stream.outside):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _write(self, word: bytes, first: int, second: int, data: bytes = b"") -> None:
        magic = int.from_bytes(word, "little") ^ 0xFFFFFFFF
        header = HEADER.pack(word, first, second, len(data), sum(data) & 0xFFFFFFFF, magic)
        assert self._link is not None
        with self._lock:
            self._link.sendall(header + data)
