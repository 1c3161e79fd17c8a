"""A web server on loopback that can be told to misbehave, request by request."""

import hashlib
import re
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("loopback.pem")


def md5(body: bytes) -> str:
    """Give the MD5 as a registry holds it."""
    return hashlib.md5(body).hexdigest()


@dataclass(frozen=True)
class Fault:
    """What to do in place of a plain answer."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    cut_after: int | None = None  # drop the connection after so many bytes of the body
    pause: float = 0.0  # seconds between pieces
    piece: int = 65536
    head_pause: float = 0.0  # seconds between the bytes of the head
    no_length: bool = False  # neither Content-Length nor chunks: only the end of the connection ends the body
    chunked: bool = False
    lie_about_length: int = 0  # added to Content-Length
    ignore_range: bool = False
    deaf: bool = False  # to If-Range
    shift_range: int = 0  # answers a range with another one


@dataclass
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    method: str
    body: bytes


class Server(ThreadingHTTPServer):
    """``files`` by path, ``faults`` in turn, ``always`` for every further request, ``asked`` as they came."""

    daemon_threads = True

    def __init__(self, secure: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.faults: dict[str, list[Fault]] = {}
        self.always: dict[str, Fault] = {}
        self.asked: list[Asked] = []
        self.validators = True
        self.scheme = "https" if secure else "http"
        if secure:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, path: str) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}{path}"

    def asked_for(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def handle_error(self, request, client_address) -> None:
        """Dropped connections are the point here: no traceback."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *args) -> None:
        pass

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        server, path = self.server, self.path.partition("?")[0]
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server.asked.append(Asked(path, dict(self.headers), self.command, sent))
        waiting = server.faults.get(path)
        fault = waiting.pop(0) if waiting else server.always.get(path, Fault())
        body = fault.body if fault.body is not None else server.files.get(path)
        if fault.status is not None or body is None:
            return self.answer(fault.status or 404, fault.headers, fault.body or b"no", fault)
        etag = f'"{hashlib.md5(body).hexdigest()}"'
        headers = {"ETag": etag} if server.validators else {}
        span = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        fresh = fault.deaf or self.headers.get("If-Range", etag) == etag
        if span and fresh and not fault.ignore_range:
            start = int(span[1])
            if start >= len(body):
                return self.answer(416, {"Content-Range": f"bytes */{len(body)}"}, b"nothing there", fault)
            start += fault.shift_range
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
            return self.answer(206, headers | fault.headers, body[start:], fault)
        return self.answer(200, headers | fault.headers, body, fault)

    def answer(self, status: int, headers: dict[str, str], body: bytes, fault: Fault) -> None:
        lines = [f"HTTP/1.1 {status} x", "Connection: close"]
        if fault.chunked:
            lines.append("Transfer-Encoding: chunked")
        elif not fault.no_length:
            lines.append(f"Content-Length: {len(body) + fault.lie_about_length}")
        lines += [f"{key}: {value}" for key, value in headers.items()]
        self.close_connection = True
        head = "\r\n".join([*lines, "", ""]).encode()
        for start in range(0, len(head), 1 if fault.head_pause else len(head)):
            self.wfile.write(head[start : start + 1] if fault.head_pause else head)
            time.sleep(fault.head_pause)
        end = len(body) if fault.cut_after is None else min(fault.cut_after, len(body))
        for start in range(0, end, fault.piece):
            piece = body[start : min(start + fault.piece, end)]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if fault.chunked else piece)
            time.sleep(fault.pause)
        if fault.chunked and end == len(body):
            self.wfile.write(b"0\r\n\r\n")
