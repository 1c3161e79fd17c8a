"""Servers that are busy, slow or not there: nobody waits longer than needed."""

import re
import time
from dataclasses import replace
from email.utils import formatdate

import pytest
from faulty_server import Fault, md5

import data_fetch
from data_fetch.errors import Offline, ServerTrouble


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_waited_for(server, tiny, hurried, status):
    server.faults["/tiny.bin"] = [Fault(status=status, headers={"Retry-After": "1"})]
    began = time.monotonic()
    data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert 1.0 <= time.monotonic() - began < 3.0
    assert len(server.asked) == 2


def test_retry_after_as_a_date_is_waited_for(server, tiny, hurried):
    when = time.time() + 2
    server.faults["/tiny.bin"] = [Fault(status=503, headers={"Retry-After": formatdate(when, usegmt=True)})]
    data_fetch.fetch("tiny", patience=hurried, quiet=True)
    # The header has whole seconds, so it may name a moment up to a second earlier.
    assert time.time() >= when - 1


def test_a_retry_after_beyond_patience_is_told_and_the_next_address_asked(server, register, noise, hurried):
    body = noise(1000)
    server.files["/second"] = body
    server.always["/first"] = Fault(status=429, headers={"Retry-After": "3600"})
    one, two = server.url("/first"), server.url("/second")
    register("alone", files=[{"name": "f.bin", "urls": [one]}])
    with pytest.raises(ServerTrouble, match="asks to wait 60 min"):
        data_fetch.fetch("alone", patience=hurried, quiet=True)
    register("both", files=[{"name": "f.bin", "urls": [one, two]}])
    assert (data_fetch.fetch("both", patience=hurried, quiet=True) / "f.bin").read_bytes() == body


def test_a_slow_loris_is_left_for_the_next_address(server, register, noise, hurried):
    body = noise(5000)
    server.files |= {"/slow": body, "/fast": body}
    server.always["/slow"] = Fault(piece=20, pause=0.05)
    urls = [server.url("/slow"), server.url("/fast")]
    register("f", files=[{"name": "f.bin", "urls": urls, "md5": md5(body)}])
    began = time.monotonic()
    folder = data_fetch.fetch("f", patience=replace(hurried, tries=2), quiet=True)
    assert (folder / "f.bin").read_bytes() == body
    assert time.monotonic() - began < 8


def test_a_slow_loris_alone_is_told(server, tiny, hurried):
    server.always["/tiny.bin"] = Fault(piece=20, pause=0.05)
    with pytest.raises(ServerTrouble, match="sends less than 20 kB a second"):
        data_fetch.fetch("tiny", patience=replace(hurried, tries=2), quiet=True)


def test_a_head_that_drips_is_left(server, tiny, hurried):
    server.faults["/tiny.bin"] = [Fault(head_pause=0.3)]
    began = time.monotonic()
    data_fetch.fetch("tiny", patience=replace(hurried, answer=1.5), quiet=True)
    assert time.monotonic() - began < 6


def test_offline_is_known_at_once_where_connections_are_refused(register, hurried):
    register("f", files=[{"name": "f.bin", "urls": ["http://127.0.0.1:9/f", "http://localhost:9/f"]}])
    began = time.monotonic()
    with pytest.raises(
        Offline, match=r"No server that holds f.bin can be reached \(127.0.0.1:9, localhost:9\)"
    ):
        data_fetch.fetch("f", quiet=True)
    assert time.monotonic() - began < 1.5


@pytest.fixture
def starting(command):
    """Measure what starting Python and finding no set costs, which is not the network's doing."""
    began = time.monotonic()
    command("info", "no_such_set").communicate(timeout=30)
    return time.monotonic() - began


def test_an_offline_machine_knows_within_three_seconds(register, deaf, command, starting):
    register("f", files=[{"name": "f.bin", "urls": [f"{deaf}/f"]}])
    began = time.monotonic()
    # A mirror that nobody answers for must not add its own waiting to the publisher's.
    child = command("fetch", "f", "--mirror", f"{deaf}/mirror")
    _, said = child.communicate(timeout=30)
    assert time.monotonic() - began - starting < 3.0
    assert child.returncode == 3
    assert "can be reached" in said
    assert "Is this machine online?" in said


def test_a_mirror_without_the_file_and_a_deaf_publisher_are_known_within_three_seconds(
    server, register, deaf, command, starting
):
    # The mirror answers at once, which ends the first search for dead servers.
    register("f", files=[{"name": "f.bin", "urls": [f"{deaf}/f", f"{deaf}/again"]}])
    began = time.monotonic()
    child = command("fetch", "f", "--mirror", server.url("/mirror"))
    _, said = child.communicate(timeout=30)
    assert time.monotonic() - began - starting < 3.0
    assert child.returncode == 3
    assert re.search(r"404[^\n]*\n.*cannot be reached(.|\n)*Is this machine online\?", said)
    assert "Trying the next address" not in said


def test_a_deaf_address_between_two_live_ones_is_passed_over(server, register, deaf, noise, hurried):
    server.files["/last"] = noise(1000)
    register("f", files=[{"name": "f.bin", "urls": [server.url("/no"), f"{deaf}/f", server.url("/last")]}])
    began = time.monotonic()
    folder = data_fetch.fetch("f", patience=replace(hurried, reach=0.7, answer=30.0), quiet=True)
    assert time.monotonic() - began < 5.0
    assert (folder / "f.bin").read_bytes() == server.files["/last"]
