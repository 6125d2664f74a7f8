"""What a telephone does for those who reach it: files, the shell, uiautomator2's server."""

from __future__ import annotations

import re
import socket
import struct

from tests.adb import shell, sync
from tests.adb.phone import Phone
from tests.adb.wire import Cut, read

SYNC = "sync:"
SHELL = re.compile(r"shell(?P<version>,v2)?(?:,[^:]*)?:(?P<line>.+)", re.DOTALL)
EXIT = re.compile(r"; echo X4EXIT:\$\?$")
"""How a client without shell_v2 learns of the exit status."""
CONTROL_PORT = "tcp:9008"
"""Where uiautomator2's server listens."""


def is_known(service: str, phone: Phone) -> bool:
    """Whether the telephone has such a service."""
    found = SHELL.fullmatch(service)
    if found and found["version"]:
        return "shell_v2" in phone.features
    return found is not None or service in (SYNC, CONTROL_PORT)


def serve(link: socket.socket, phone: Phone, service: str) -> None:
    """Do what the service does, for the other end of ``link``."""
    if service == SYNC:
        sync.serve(link, phone)
    elif service == CONTROL_PORT:
        _serve_control(link, phone)
    else:
        found = SHELL.fullmatch(service)
        assert found
        (_serve_shell_v2 if found["version"] else _serve_shell)(link, phone, found["line"])


def _serve_shell_v2(link: socket.socket, phone: Phone, line: str) -> None:
    status, output = _run(phone, line)
    data = output.encode("utf-8")
    if data:
        link.sendall(struct.pack("<BI", 1, len(data)) + data)
    link.sendall(struct.pack("<BIB", 3, 1, status & 0xFF))


def _serve_shell(link: socket.socket, phone: Phone, line: str) -> None:
    command, is_asked = EXIT.subn("", line)
    status, output = _run(phone, command)
    link.sendall(output.encode("utf-8") + (f"X4EXIT:{status}\n".encode() if is_asked else b""))


def _run(phone: Phone, line: str) -> shell.Answer:
    answer = shell.run(phone, line)
    if phone.cut_after and " ".join(phone.commands[-1]).startswith(phone.cut_after):
        raise Cut
    return answer


def _serve_control(link: socket.socket, phone: Phone) -> None:
    """One HTTP request to uiautomator2's server."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += read(link, 1)
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    body = read(link, int(length[1])) if length else b""
    status, answer = phone.screen.answer(head.split(b"\r\n")[0].decode(), body)
    lines = f"HTTP/1.1 {status} -\r\nContent-Length: {len(answer)}\r\nConnection: close\r\n\r\n"
    link.sendall(lines.encode() + answer)
