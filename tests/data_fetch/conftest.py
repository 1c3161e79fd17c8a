"""A data folder, a registry and a server of its own for each test; nothing outside loopback is ever asked."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from faulty_server import Server, md5

from data_fetch.patience import Patience

# Quick enough for a test, long enough for a busy machine.
HURRIED = Patience(
    reach=2.0,
    answer=3.0,
    silence=1.5,
    window=0.6,
    least=20_000,
    tries=4,
    first_pause=0.01,
    longest_pause=0.05,
    longest_wait=3.0,
)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give the data folder, and let no test see this machine's own settings or another machine."""
    for name in (
        "MEDIEDU_MIRROR",
        "MEDIEDU_REGISTRY",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "SSL_CERT_FILE",
    ):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    data = tmp_path / "data"
    monkeypatch.setenv("MEDIEDU_DATA", str(data))
    connect = socket.socket.connect

    def only_loopback(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1"):
            pytest.fail(f"a test asked {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_loopback)
    return data


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running
        running.shutdown()


@pytest.fixture
def secure_server() -> Iterator[Server]:
    with Server(secure=True) as running:
        yield running
        running.shutdown()


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., str]:
    """Write sets into an instructor's own registry: ``register("tiny", files=[{...}], access="terms")``."""
    tables: dict[str, dict[str, Any]] = {}

    def add(name: str = "tiny", **fields: Any) -> str:
        tables[name] = {
            "title": f"The set {name}",
            "holds": "random bytes",
            "modality": "none",
            "task": "none",
            "labels": [],
            "licence": "CC0-1.0",
            "licence_url": "https://example.org/licence",
            "redistribution": True,
            "citation": "nobody",
            "page": "https://example.org/page",
        } | fields
        place = tmp_path / "registry.toml"
        place.write_text(
            "\n".join(f"[{name}]\n{_toml(table)}" for name, table in tables.items()), encoding="utf-8"
        )
        # Files written within one tick of the clock would look unchanged.
        os.utime(place, ns=(0, random.getrandbits(50)))
        monkeypatch.setenv("MEDIEDU_REGISTRY", str(place))
        return name

    return add


def _toml(table: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {_value(value)}" for key, value in table.items()) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(inside)}" for key, inside in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(inside) for inside in value) + "]"
    return repr(value) if isinstance(value, int) else '"' + value.replace("\\", "\\\\") + '"'


@pytest.fixture
def noise() -> Callable[[int], bytes]:
    """Give seeded random bytes, which no transfer can compress."""
    return lambda size: random.Random(size).randbytes(size)


@pytest.fixture
def tiny(server: Server, register: Callable[..., str], noise: Callable[[int], bytes]) -> bytes:
    """Register a set of one file of 200 000 bytes with its MD5, and put it on the server."""
    body = noise(200_000)
    server.files["/tiny.bin"] = body
    register("tiny", files=[{"name": "tiny.bin", "urls": [server.url("/tiny.bin")], "md5": md5(body)}])
    return body


@pytest.fixture
def deaf() -> Iterator[str]:
    """Give the address of a server that neither accepts nor refuses, as on a network that swallows all."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        # Its queue is full: nobody else gets in.
        fillers = []
        for _ in range(8):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
            fillers.append(filler)
        time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        for filler in fillers:
            filler.close()


@pytest.fixture
def command() -> Callable[..., "subprocess.Popen[str]"]:
    """Start ``python -m data_fetch …`` as a process of its own."""

    def start(*arguments: str, before: tuple[str, ...] = (), **keywords: Any) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*before, sys.executable, "-m", "data_fetch", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **keywords,
        )

    return start


@pytest.fixture
def hurried() -> Patience:
    return HURRIED


def sandbox_missing() -> str:
    """Say why no file system of our own can be mounted; empty if it can."""
    try:
        done = subprocess.run([*SANDBOX, "mount -t tmpfs tmpfs /mnt"], capture_output=True, text=True)
    except FileNotFoundError:
        return "There is no unshare on this machine."
    return "" if done.returncode == 0 else f"No file system can be mounted here ({done.stderr.strip()})."


# A mount namespace of its own: what is mounted there vanishes with the process, whatever happens to the test.
SANDBOX = ("unshare", "--map-root-user", "--mount", "sh", "-ec")


@pytest.fixture(scope="session")
def in_sandbox() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run a shell script that may mount things; ``$PYTHON`` is this Python."""
    if reason := sandbox_missing():
        if "mount" in os.environ.get("MEDIEDU_REQUIRE", "").split(","):
            pytest.fail(f"{reason} MEDIEDU_REQUIRE asks for 'mount'.")
        pytest.skip(f"{reason} A full and a read-only disk cannot be tested.")

    def run(script: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        environment = os.environ | {"PYTHON": sys.executable} | variables
        return subprocess.run([*SANDBOX, script], capture_output=True, text=True, env=environment, timeout=60)

    return run
