"""Fetching whole files: the right ones, the wrong ones, and those of another version."""

import pytest
from faulty_server import Fault, md5

import data_fetch
from data_fetch.errors import CannotWrite, HashMismatch, ServerTrouble


def test_breastmnist_comes_whole_and_matches_the_officialmd5(server, register, real_data, hurried):
    official = data_fetch.info("breastmnist").files[0]
    server.files["/breastmnist.npz"] = (real_data("breastmnist") / "breastmnist.npz").read_bytes()
    register(
        "breastmnist",
        files=[
            {
                "name": official.name,
                "urls": [server.url("/breastmnist.npz") + "?download=1"],
                "md5": official.md5,
                "sha256": official.sha256,
                "size": official.size,
            }
        ],
    )
    assert official.md5 == "750601b1f35ba3300ea97c75c52ff8f6"
    assert data_fetch.path("breastmnist") is None
    folder = data_fetch.fetch("breastmnist", patience=hurried, quiet=True)
    assert (folder / "breastmnist.npz").stat().st_size == 559_580
    assert md5((folder / "breastmnist.npz").read_bytes()) == official.md5
    assert data_fetch.path("breastmnist") == folder
    assert data_fetch.verify("breastmnist", quiet=True).ok


def test_a_complete_set_asks_no_server(server, tiny, hurried):
    first = data_fetch.fetch("tiny", patience=hurried, quiet=True)
    server.asked.clear()
    assert data_fetch.fetch("tiny", patience=hurried, quiet=True) == first
    assert server.asked == []


def test_nothing_is_left_but_the_file_and_its_note(tiny, hurried):
    folder = data_fetch.fetch("tiny", patience=hurried, quiet=True)
    left = {path.name for path in folder.iterdir()} - {".tiny.bin.lock"}
    assert left == {"tiny.bin", ".tiny.bin.json"}


def test_a_data_folder_that_is_a_file_is_told(tiny, alone, hurried):
    alone.write_text("not a folder")
    with pytest.raises(CannotWrite, match=r"Set MEDIEDU_DATA to a folder of your own"):
        data_fetch.fetch("tiny", patience=hurried, quiet=True)


def test_a_wrong_hash_is_never_visible(server, tiny, alone, hurried):
    server.always["/tiny.bin"] = Fault(body=b"y" * 200_000)
    with pytest.raises(HashMismatch, match=r"another tiny\.bin than the expected one"):
        data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert not (alone / "tiny" / "tiny.bin").exists()
    assert not (alone / "tiny" / ".tiny.bin.part").exists()
    assert data_fetch.path("tiny") is None


def test_a_wrong_hash_goes_on_to_the_next_address(server, register, noise, hurried, capsys):
    body = noise(1000)
    server.files |= {"/bad": b"z" * 1000, "/good": body}
    register(
        "f", files=[{"name": "f.bin", "urls": [server.url("/bad"), server.url("/good")], "md5": md5(body)}]
    )
    folder = data_fetch.fetch("f", patience=hurried)
    assert (folder / "f.bin").read_bytes() == body
    assert "Trying the next address" in capsys.readouterr().err


def test_a_wrong_size_is_refused_before_the_download(server, register, hurried):
    server.files["/f.bin"] = bytes(5000)
    register("f", files=[{"name": "f.bin", "urls": [server.url("/f.bin")], "size": 4999}])
    with pytest.raises(ServerTrouble, match="a file of 5000 bytes, and the registry says 4999"):
        data_fetch.fetch("f", patience=hurried, quiet=True)


def test_a_server_that_sends_without_end_is_stopped(server, register, alone, hurried):
    server.files["/f.bin"] = bytes(5_000_000)
    server.always["/f.bin"] = Fault(no_length=True)
    register("f", files=[{"name": "f.bin", "urls": [server.url("/f.bin")], "size": 1000}])
    with pytest.raises(ServerTrouble, match="sends more than the 1000 bytes"):
        data_fetch.fetch("f", patience=hurried, quiet=True)
    assert not (alone / "f" / ".f.bin.part").exists()


@pytest.mark.parametrize("status", [404, 403, 410, 500])
def test_a_missing_file_goes_on_to_the_next_address(server, register, noise, hurried, status):
    body = noise(1000)
    server.files["/second"] = body
    server.always["/first"] = Fault(status=status)
    register("f", files=[{"name": "f.bin", "urls": [server.url("/first"), server.url("/second")]}])
    folder = data_fetch.fetch("f", patience=hurried, quiet=True)
    assert (folder / "f.bin").read_bytes() == body
    assert len(server.asked_for("/first")) == (4 if status == 500 else 1)


def test_every_address_is_named_when_none_works(server, register, hurried):
    register("f", files=[{"name": "f.bin", "urls": [server.url("/a"), server.url("/b")]}])
    with pytest.raises(ServerTrouble, match=r"No address gave f.bin:\n  - .*404.*\n  - .*404"):
        data_fetch.fetch("f", patience=hurried, quiet=True)


def test_an_unverified_hash_is_noted_and_must_match_later(server, register, noise, hurried):
    server.files["/f.bin"] = noise(1000)
    register("f", files=[{"name": "f.bin", "urls": [server.url("/f.bin")]}])
    data_fetch.fetch("f", patience=hurried, quiet=True)
    data_fetch.remove("f")
    server.files["/f.bin"] = noise(1001)
    with pytest.raises(HashMismatch, match="expected sha256"):
        data_fetch.fetch("f", patience=hurried, quiet=True)
    data_fetch.remove("f", forget=True)
    folder = data_fetch.fetch("f", patience=hurried, quiet=True)
    assert (folder / "f.bin").read_bytes() == server.files["/f.bin"]


def test_a_file_put_there_by_hand_is_verified_and_kept(server, tiny, alone, hurried):
    (alone / "tiny").mkdir(parents=True)
    (alone / "tiny" / "tiny.bin").write_bytes(tiny)
    assert data_fetch.path("tiny") is None
    assert data_fetch.fetch("tiny", patience=hurried, quiet=True) == data_fetch.path("tiny")
    assert server.asked == []


def test_a_wrong_file_put_there_by_hand_is_replaced(server, tiny, alone, hurried):
    (alone / "tiny").mkdir(parents=True)
    (alone / "tiny" / "tiny.bin").write_bytes(b"something else")
    folder = data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert (folder / "tiny.bin").read_bytes() == tiny


def test_a_registry_that_moved_on_to_another_version_fetches_it(server, tiny, register, noise, hurried):
    data_fetch.fetch("tiny", patience=hurried, quiet=True)
    server.files["/tiny.bin"] = noise(150_000)
    url = server.url("/tiny.bin")
    register("tiny", files=[{"name": "tiny.bin", "urls": [url], "md5": md5(server.files["/tiny.bin"])}])
    assert data_fetch.path("tiny") is None
    folder = data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert (folder / "tiny.bin").stat().st_size == 150_000
