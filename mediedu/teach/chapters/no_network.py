"""Refuse outside addresses: put on the path of the kernel that runs a chapter, as ``sitecustomize``.

The kernel's own messages travel by ZeroMQ and do not pass here.
"""

import socket
from typing import Any


def refuse_outside_addresses() -> None:
    """Let sockets of this process reach this machine only."""
    look_up = socket.getaddrinfo

    def local_look_up(host: Any, *rest: Any, **named: Any) -> Any:
        if host not in (None, "", "localhost", b"localhost", "::1") and not str(host).startswith("127."):
            raise socket.gaierror(
                "Chapters are executed without a network; this one looked an outside name up."
            )
        return look_up(host, *rest, **named)

    socket.getaddrinfo = local_look_up
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _kept_home(getattr(socket.socket, name)))


def _kept_home(original: Any) -> Any:
    def connect(self: socket.socket, address: Any, *rest: Any) -> Any:
        if not _is_local(address):
            raise OSError("Chapters are executed without a network; this one asked for an outside address.")
        return original(self, address, *rest)

    return connect


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    return host in ("localhost", "::1", "") or host.startswith("127.")


if __name__ == "sitecustomize":
    refuse_outside_addresses()
