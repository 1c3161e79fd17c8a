"""Looking again, making room, and the classroom mirror."""

import functools
import hashlib
import http.server
import io
import json
import tarfile
import threading

import pytest

import data_fetch
from data_fetch.errors import (
    CannotWrite,
    FetchError,
    HashMismatch,
    ManualStep,
    MayNotBePassedOn,
    TermsNotAccepted,
)


def _packed(**members: bytes) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name, body in members.items():
            info = tarfile.TarInfo(f"outer/{name}")
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return raw.getvalue()


@pytest.fixture
def pack(server, register, hurried):
    """Fetch a set of an archive and a plain file."""
    server.files |= {"/a.tar": _packed(one=b"1" * 100, two=b"2" * 200), "/b.bin": b"plain"}
    register(
        "pack",
        files=[
            {"name": "a.tar", "urls": [server.url("/a.tar")], "unpack": True},
            {"name": "b.bin", "urls": [server.url("/b.bin")], "md5": hashlib.md5(b"plain").hexdigest()},
        ],
    )
    return data_fetch.fetch("pack", patience=hurried, quiet=True)


def test_verify_counts_and_finds_all_well(pack):
    verdict = data_fetch.verify("pack", quiet=True)
    assert verdict.ok
    assert verdict.files == 4


@pytest.mark.parametrize("victim", ["b.bin", "a.tar", "a/one"])
def test_verify_finds_one_changed_byte_and_fetch_renews_it(pack, server, victim, hurried):
    body = bytearray((pack / victim).read_bytes())
    body[-1] ^= 1
    (pack / victim).write_bytes(body)
    # Same size: only reading it finds the change.
    assert data_fetch.path("pack") == pack
    verdict = data_fetch.verify("pack", quiet=True)
    assert not verdict.ok
    assert str(pack / victim) in verdict.problems[0]
    assert data_fetch.path("pack") is None
    server.asked.clear()
    data_fetch.fetch("pack", patience=hurried, quiet=True)
    assert data_fetch.verify("pack", quiet=True).ok
    # An unpacked file comes out of the archive again, without the network.
    assert len(server.asked) == (0 if victim == "a/one" else 1)
    note = json.loads((pack / (".a.tar.json" if victim != "b.bin" else ".b.bin.json")).read_text())
    assert note["source"].startswith("http://127.0.0.1")
    assert note["damaged"] is False


def test_verify_finds_missing_files(pack):
    (pack / "a" / "two").unlink()
    (pack / "b.bin").unlink()
    problems = data_fetch.verify("pack", quiet=True).problems
    assert f"{pack / 'a' / 'two'} is missing." in problems
    assert "b.bin is not on this machine. Run: mediedu fetch pack" in problems
    assert data_fetch.path("pack") is None


def test_a_truncated_file_is_noticed_without_reading_it(pack):
    (pack / "b.bin").write_bytes(b"pla")
    assert data_fetch.path("pack") is None


def test_a_note_that_is_garbage_is_as_none(pack, hurried):
    (pack / ".b.bin.json").write_text("{")
    assert data_fetch.path("pack") is None
    assert data_fetch.fetch("pack", patience=hurried, quiet=True) == pack


def test_remove_frees_what_was_fetched_and_keeps_what_is_needed(pack):
    (pack / "mine.txt").write_text("put here by a person")
    freed = data_fetch.remove("pack")
    assert freed >= 300 + 5
    assert data_fetch.path("pack") is None
    # The note of the unverified archive stays, to compare a later fetch with.
    assert {path.name for path in pack.iterdir()} == {"mine.txt", ".a.tar.json"}
    data_fetch.remove("pack", forget=True)
    assert {path.name for path in pack.iterdir()} == {"mine.txt"}
    (pack / "mine.txt").unlink()
    data_fetch.remove("pack")
    assert not pack.exists()
    assert data_fetch.remove("pack") == 0


def test_terms_must_be_accepted(server, register, hurried):
    server.files["/f"] = b"x"
    register("t", access="terms", terms="Ask first.", files=[{"name": "f.bin", "urls": [server.url("/f")]}])
    with pytest.raises(TermsNotAccepted, match=r"Ask first\. Read them at .* mediedu fetch t --accept-terms"):
        data_fetch.fetch("t", patience=hurried, quiet=True)
    assert server.asked == []
    assert (data_fetch.fetch("t", patience=hurried, quiet=True, accept_terms=True) / "f.bin").exists()
    # Asked once: a set that is here needs no further word.
    data_fetch.fetch("t", patience=hurried, quiet=True)


def test_what_must_be_got_by_hand_is_told_then_taken_then_verified(server, register, alone, hurried, capsys):
    server.files["/f"] = b"table"
    register(
        "hand",
        access="page",
        terms="Log in there.",
        files=[{"name": "f.csv", "urls": [server.url("/f")]}],
        by_hand=[{"pattern": "scans/**/*.dcm", "count": 2, "what": "the scans"}],
    )
    with pytest.raises(ManualStep) as caught:
        data_fetch.fetch("hand", patience=hurried)
    # Before the download, which may take hours.
    first = capsys.readouterr().err.splitlines()[0]
    assert first == "hand: the scans must be got by hand besides, from https://example.org/page."
    said = str(caught.value)
    assert "Log in there. Visit https://example.org/page" in said
    assert str(alone / "hand" / "scans") in said
    assert (alone / "hand" / "f.csv").exists()
    deep = alone / "hand" / "scans" / "a"
    deep.mkdir(parents=True)
    (deep / "1.dcm").write_bytes(b"1")
    with pytest.raises(ManualStep):
        data_fetch.fetch("hand", patience=hurried, quiet=True)
    (deep / "2.dcm").write_bytes(b"2")
    assert data_fetch.path("hand") is None
    assert data_fetch.fetch("hand", patience=hurried, quiet=True) == data_fetch.path("hand")
    assert data_fetch.verify("hand", quiet=True).files == 3
    (deep / "2.dcm").write_bytes(b"3")
    assert "2.dcm was changed" in data_fetch.verify("hand", quiet=True).problems[0]


def test_a_file_without_address_is_asked_for_by_hand(register, alone, hurried):
    register("f", files=[{"name": "f.bin", "urls": []}])
    with pytest.raises(ManualStep, match=r"can only be got by hand\. Visit .* and put it into"):
        data_fetch.fetch("f", patience=hurried, quiet=True)
    (alone / "f" / "f.bin").write_bytes(b"here it is")
    assert data_fetch.fetch("f", patience=hurried, quiet=True) == alone / "f"


@pytest.fixture
def stick(pack, tmp_path, monkeypatch):
    """Make a mirror of the set, then take the set and the publisher away."""
    manifest = data_fetch.mirror(tmp_path / "stick", ["pack"], quiet=True)
    assert manifest == tmp_path / "stick" / "manifest.json"
    data_fetch.remove("pack", forget=True)
    return tmp_path / "stick"


def test_a_mirror_holds_set_and_file_and_a_manifest(stick):
    assert {path.relative_to(stick).as_posix() for path in stick.rglob("*")} == {
        "manifest.json",
        "pack",
        "pack/a.tar",
        "pack/b.bin",
    }
    listed = json.loads((stick / "manifest.json").read_text())["sets"]["pack"]
    assert listed["licence"] == "CC0-1.0"
    assert listed["files"]["b.bin"] == {"size": 5, "sha256": hashlib.sha256(b"plain").hexdigest()}


def test_a_mirror_folder_serves_without_network(stick, server, hurried, monkeypatch):
    server.asked.clear()
    monkeypatch.setenv("MEDIEDU_MIRROR", str(stick))
    folder = data_fetch.fetch("pack", patience=hurried, quiet=True)
    assert (folder / "a" / "one").read_bytes() == b"1" * 100
    assert server.asked == []


def test_a_plain_web_server_serves_the_mirror(stick, server, hurried):
    # Python's own, which knows no ranges: what an instructor has at hand.
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=stick)
    server.asked.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        folder = data_fetch.fetch(
            "pack", mirror=f"http://127.0.0.1:{web.server_address[1]}/", patience=hurried, quiet=True
        )
        web.shutdown()
    assert (folder / "b.bin").read_bytes() == b"plain"
    assert server.asked == []


def test_what_the_mirror_lacks_comes_from_the_publisher(stick, server, hurried, capsys):
    (stick / "pack" / "b.bin").unlink()
    server.asked.clear()
    data_fetch.fetch("pack", mirror=stick, patience=hurried)
    assert [one.path for one in server.asked] == ["/b.bin"]
    assert "The mirror does not hold b.bin." in capsys.readouterr().err


def test_a_web_mirror_without_the_file_leads_to_the_publisher(stick, server, hurried):
    server.asked.clear()
    folder = data_fetch.fetch("pack", mirror=server.url("/mirror"), patience=hurried, quiet=True)
    assert (folder / "b.bin").read_bytes() == b"plain"
    assert "/mirror/pack/b.bin" in [one.path for one in server.asked]


def test_a_tampered_mirror_is_left_aside(stick, server, hurried):
    (stick / "pack" / "b.bin").write_bytes(b"evil!")
    (stick / "pack" / "a.tar").write_bytes(_packed(one=b"evil"))
    folder = data_fetch.fetch("pack", mirror=stick, patience=hurried, quiet=True)
    assert (folder / "b.bin").read_bytes() == b"plain"
    # Nobody publishes a hash of a.tar: the manifest's counts.
    assert (folder / "a" / "one").read_bytes() == b"1" * 100


def test_the_manifest_of_a_web_mirror_counts_for_unverified_files(stick, server, hurried):
    server.files |= {
        "/m/manifest.json": (stick / "manifest.json").read_bytes(),
        "/m/pack/a.tar": _packed(one=b"evil"),
        "/a.tar": _packed(one=b"evil too"),
        "/m/pack/b.bin": b"plain",
    }
    with pytest.raises(HashMismatch):
        data_fetch.fetch("pack", mirror=server.url("/m"), patience=hurried, quiet=True)


def test_a_mirror_grows_and_keeps_what_is_right(stick, server, register, hurried):
    server.files["/c"] = b"more"
    register("more", files=[{"name": "c.bin", "urls": [server.url("/c")]}])
    before = (stick / "pack" / "b.bin").stat().st_ino
    (stick / "pack" / "a.tar").write_bytes(b"broken")
    data_fetch.mirror(stick, ["more", "pack"], quiet=True, patience=hurried)
    assert (stick / "pack" / "b.bin").stat().st_ino == before
    assert (stick / "pack" / "a.tar").read_bytes() == server.files["/a.tar"]
    assert set(json.loads((stick / "manifest.json").read_text())["sets"]) == {"more", "pack"}


def test_a_set_that_may_not_be_passed_on_stays_out(server, register, tmp_path, hurried):
    server.files["/f"] = b"x"
    url = server.url("/f")
    register("closed", redistribution=False, terms="Do not share.", files=[{"name": "f", "urls": [url]}])
    with pytest.raises(MayNotBePassedOn, match="closed may not be passed on: Do not share"):
        data_fetch.mirror(tmp_path / "m", ["closed"], quiet=True)
    assert not (tmp_path / "m").exists()
    data_fetch.mirror(tmp_path / "m", ["closed"], with_permission=True, quiet=True, patience=hurried)
    assert (tmp_path / "m" / "closed" / "f").exists()


def test_a_mirror_that_is_no_folder_is_told(pack, tmp_path, monkeypatch, hurried, capsys):
    data_fetch.remove("pack")
    with pytest.raises(FetchError, match=r"There is no folder .*nowhere"):
        data_fetch.fetch("pack", mirror=tmp_path / "nowhere")
    monkeypatch.setenv("MEDIEDU_MIRROR", "usb stick")
    # A variable that names a stick left at home must not stand in the way.
    assert data_fetch.fetch("pack", patience=hurried) == pack
    assert "usb stick (MEDIEDU_MIRROR) is not there; asking the publisher." in capsys.readouterr().err


def test_a_part_is_kept_until_the_copy_on_the_stick_has_proved_right(stick, server, alone, hurried):
    (stick / "pack" / "b.bin").write_bytes(b"evil!")
    (alone / "pack").mkdir(parents=True)
    (alone / "pack" / ".b.bin.part").write_bytes(b"pla")
    server.asked.clear()
    folder = data_fetch.fetch("pack", mirror=stick, patience=hurried, quiet=True)
    assert (folder / "b.bin").read_bytes() == b"plain"
    assert [one.headers.get("Range") for one in server.asked if one.path == "/b.bin"] == ["bytes=3-"]
    assert not [path for path in folder.iterdir() if path.name.endswith((".copy", ".part"))]


@pytest.mark.parametrize("where", ["192.168.1.20:8000", "192.168.1.20", "laptop:8000/data"])
def test_an_address_without_http_is_recognised(pack, where, monkeypatch, hurried, capsys):
    data_fetch.remove("pack")
    with pytest.raises(FetchError, match=rf"Did you mean http://{where}\?"):
        data_fetch.fetch("pack", mirror=where, quiet=True)
    monkeypatch.setenv("MEDIEDU_MIRROR", where)
    data_fetch.fetch("pack", patience=hurried)
    assert f"Did you mean http://{where}?" in capsys.readouterr().err


def test_a_windows_path_is_not_taken_for_an_address(pack, tmp_path):
    data_fetch.remove("pack")
    with pytest.raises(FetchError) as caught:
        data_fetch.fetch("pack", mirror="E:\\course-data", quiet=True)
    assert "Did you mean" not in str(caught.value)


def test_a_mirror_into_a_file_speaks_of_the_mirror(pack, tmp_path):
    (tmp_path / "m").write_text("a file")
    with pytest.raises(CannotWrite, match=r"Make the mirror in another folder\.") as caught:
        data_fetch.mirror(tmp_path / "m", ["pack"], quiet=True)
    assert "MEDIEDU_DATA" not in str(caught.value)
