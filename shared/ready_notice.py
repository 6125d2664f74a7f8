"""A process says that it is ready, to whoever started it and asked to be told.

The words are systemd's (``sd_notify(3)``), so a unit of ``Type=notify`` understands them as well
as ``taskyard up`` does.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

VARIABLE = "NOTIFY_SOCKET"
READY = b"READY=1\n"


def tell_ready(environ: Mapping[str, str] = os.environ) -> bool:
    """Say that this process is ready; whether there was anybody to tell."""
    address = environ.get(VARIABLE, "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notice:
            notice.sendto(READY, address)
    except OSError:
        return False
    return True
