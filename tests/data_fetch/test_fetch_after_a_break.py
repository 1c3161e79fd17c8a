"""Transfers that break: what came is kept, and nothing is glued together that does not belong together."""

import random
import time

import pytest
from faulty_server import Fault, md5

import data_fetch
from data_fetch.errors import HashMismatch, ServerTrouble


def test_twenty_drops_at_random_bytes_give_the_same_bytes(server, register, noise, hurried):
    body = noise(3_000_000)
    chance = random.Random(20)
    server.files["/big.bin"] = body
    # Each attempt goes on where the last one stopped, so that 20 drops of at most 140 kB never reach the end.
    server.faults["/big.bin"] = [Fault(cut_after=chance.randrange(1, 140_000)) for _ in range(20)]
    register("big", files=[{"name": "big.bin", "urls": [server.url("/big.bin")], "md5": md5(body)}])
    folder = data_fetch.fetch("big", patience=hurried, quiet=True)
    assert (folder / "big.bin").read_bytes() == body
    asked = server.asked_for("/big.bin")
    assert len(asked) == 21
    starts = [int(one.headers["Range"][6:-1]) for one in asked[1:]]
    assert starts == sorted(starts)
    assert starts[0] > 0
    assert all("If-Range" in one.headers for one in asked[1:])


def test_drops_without_ranges_start_anew_and_still_end_well(server, tiny, hurried):
    server.faults["/tiny.bin"] = [Fault(cut_after=90_000, ignore_range=True), Fault(ignore_range=True)]
    folder = data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert (folder / "tiny.bin").read_bytes() == tiny


def test_a_file_that_changed_on_the_server_is_not_glued_together(server, register, noise, hurried):
    old, new = noise(200_000), noise(199_999)
    server.files["/f.bin"] = new
    server.faults["/f.bin"] = [Fault(body=old, cut_after=80_000)]
    register("f", files=[{"name": "f.bin", "urls": [server.url("/f.bin")]}])
    folder = data_fetch.fetch("f", patience=hurried, quiet=True)
    assert (folder / "f.bin").read_bytes() == new


def test_a_server_deaf_to_if_range_does_not_mix_two_versions(server, register, noise, hurried):
    old, new = noise(200_000), noise(199_999)
    server.files["/f.bin"] = new
    server.faults["/f.bin"] = [Fault(body=old, cut_after=80_000), Fault(deaf=True)]
    register("f", files=[{"name": "f.bin", "urls": [server.url("/f.bin")]}])
    folder = data_fetch.fetch("f", patience=hurried, quiet=True)
    assert (folder / "f.bin").read_bytes() == new
    assert [one.headers.get("Range") for one in server.asked] == [None, "bytes=80000-", None]


def test_a_resumed_part_of_another_version_is_fetched_anew(server, tiny, alone, hurried):
    (alone / "tiny").mkdir(parents=True)
    (alone / "tiny" / ".tiny.bin.part").write_bytes(b"x" * 70_000)
    folder = data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert (folder / "tiny.bin").read_bytes() == tiny
    assert [one.headers.get("Range") for one in server.asked] == ["bytes=70000-", None]


def test_a_part_that_is_already_whole_needs_no_second_download(server, tiny, alone, hurried):
    (alone / "tiny").mkdir(parents=True)
    (alone / "tiny" / ".tiny.bin.part").write_bytes(tiny)
    folder = data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert (folder / "tiny.bin").read_bytes() == tiny
    assert [one.headers.get("Range") for one in server.asked] == ["bytes=200000-"]


def test_a_wrong_stretch_is_not_written(server, tiny, hurried):
    server.faults["/tiny.bin"] = [Fault(cut_after=80_000), Fault(shift_range=5)]
    folder = data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert (folder / "tiny.bin").read_bytes() == tiny


@pytest.mark.parametrize(
    "fault", [Fault(cut_after=150_000, ignore_range=True), Fault(lie_about_length=7, ignore_range=True)]
)
def test_a_truncated_file_is_an_error_in_a_sentence_and_its_part_is_kept(server, tiny, alone, hurried, fault):
    server.always["/tiny.bin"] = fault
    server.validators = False
    with pytest.raises(ServerTrouble, match=r"(broke|ended) after .* Gave up after 4 tries"):
        data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert not (alone / "tiny" / "tiny.bin").exists()


def test_a_body_without_length_that_is_cut_off_is_found_by_its_hash(server, tiny, alone, hurried):
    server.always["/tiny.bin"] = Fault(no_length=True, cut_after=1000, ignore_range=True)
    with pytest.raises(HashMismatch):
        data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert not (alone / "tiny" / "tiny.bin").exists()


def test_a_chunked_body_comes_whole_and_one_cut_off_is_noticed(server, register, noise, hurried):
    body = noise(200_000)
    server.files["/f.bin"] = body
    server.faults["/f.bin"] = [Fault(chunked=True, cut_after=66_000)]
    server.always["/f.bin"] = Fault(chunked=True)
    register("f", files=[{"name": "f.bin", "urls": [server.url("/f.bin")]}])
    folder = data_fetch.fetch("f", patience=hurried, quiet=True)
    assert (folder / "f.bin").read_bytes() == body


def test_a_server_silent_in_the_middle_is_left(server, tiny, hurried):
    server.faults["/tiny.bin"] = [Fault(piece=100_000, pause=30)]
    began = time.monotonic()
    folder = data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert (folder / "tiny.bin").read_bytes() == tiny
    assert time.monotonic() - began < 5
    assert server.asked[1].headers["Range"] == "bytes=100000-"


@pytest.mark.parametrize("published", [True, False])
def test_a_server_without_ranges_never_makes_the_part_shorter(
    server, register, noise, alone, hurried, published
):
    body = noise(400_000)
    server.files["/f"] = body
    register(
        "f", files=[{"name": "f.bin", "urls": [server.url("/f")]} | ({"md5": md5(body)} if published else {})]
    )
    part = alone / "f" / ".f.bin.part"
    sizes = []
    for cut in (300_000, 100_000):
        server.always["/f"] = Fault(cut_after=cut, ignore_range=True)
        with pytest.raises(ServerTrouble):
            data_fetch.fetch("f", patience=hurried, quiet=True)
        sizes.append(part.stat().st_size)
    assert sizes == [300_000, 300_000]
    assert part.read_bytes() == body[:300_000]
    server.always.clear()
    server.asked.clear()
    folder = data_fetch.fetch("f", patience=hurried, quiet=True)
    assert (folder / "f.bin").read_bytes() == body
    assert server.asked[0].headers["Range"] == "bytes=300000-"


def test_without_ranges_a_shorter_or_different_file_takes_the_place_of_the_part(
    server, register, noise, hurried
):
    server.validators = False
    old, new = noise(200_000), noise(150_001)
    # The same beginning, as two versions of an archive have.
    new = old[:50_000] + new[50_000:]
    server.files["/f"] = new
    server.faults["/f"] = [Fault(body=old, cut_after=180_000)]
    server.always["/f"] = Fault(ignore_range=True)
    register("f", files=[{"name": "f.bin", "urls": [server.url("/f")]}])
    folder = data_fetch.fetch("f", patience=hurried, quiet=True)
    assert (folder / "f.bin").read_bytes() == new


def test_without_ranges_a_file_that_is_the_beginning_of_the_part_ends_where_it_ends(
    server, register, noise, hurried
):
    server.validators = False
    old = noise(200_000)
    server.files["/f"] = old[:120_000]
    server.faults["/f"] = [Fault(body=old, cut_after=180_000)]
    server.always["/f"] = Fault(ignore_range=True)
    register("f", files=[{"name": "f.bin", "urls": [server.url("/f")]}])
    folder = data_fetch.fetch("f", patience=hurried, quiet=True)
    assert (folder / "f.bin").read_bytes() == old[:120_000]
