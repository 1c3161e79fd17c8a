"""Fetching whole files, and all that servers do wrong."""

import gzip
import hashlib
import random
import time
from email.utils import formatdate

import pytest
from faulty_server import CERTIFICATE, Fault

import data_fetch
from data_fetch.errors import CannotWrite, HashMismatch, Offline, ServerTrouble, UnsafeRedirect


def _md5(body: bytes) -> str:
    return hashlib.md5(body).hexdigest()


@pytest.fixture
def tiny(server, register, noise):
    """Register a set of one file of 200 000 bytes with its MD5, and put it on the server."""
    body = noise(200_000)
    server.files["/tiny.bin"] = body
    register("tiny", files=[{"name": "tiny.bin", "urls": [server.url("/tiny.bin")], "md5": _md5(body)}])
    return body


def test_breastmnist_comes_whole_and_matches_the_official_md5(server, register, real_data, hurried):
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
    assert _md5((folder / "breastmnist.npz").read_bytes()) == official.md5
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


def test_twenty_drops_at_random_bytes_give_the_same_bytes(server, register, noise, hurried):
    body = noise(3_000_000)
    chance = random.Random(20)
    server.files["/big.bin"] = body
    # Each attempt goes on where the last one stopped, so that 20 drops of at most 140 kB never reach the end.
    server.faults["/big.bin"] = [Fault(cut_after=chance.randrange(1, 140_000)) for _ in range(20)]
    register("big", files=[{"name": "big.bin", "urls": [server.url("/big.bin")], "md5": _md5(body)}])
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


def test_a_data_folder_that_is_a_file_is_told(tiny, alone, hurried):
    alone.write_text("not a folder")
    with pytest.raises(CannotWrite, match=r"Set MEDIEDU_DATA to a folder of your own"):
        data_fetch.fetch("tiny", patience=hurried, quiet=True)


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
        "f", files=[{"name": "f.bin", "urls": [server.url("/bad"), server.url("/good")], "md5": _md5(body)}]
    )
    folder = data_fetch.fetch("f", patience=hurried)
    assert (folder / "f.bin").read_bytes() == body
    assert "Trying the next address" in capsys.readouterr().err


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
    register("f", files=[{"name": "f.bin", "urls": urls, "md5": _md5(body)}])
    began = time.monotonic()
    folder = data_fetch.fetch("f", patience=hurried, quiet=True)
    assert (folder / "f.bin").read_bytes() == body
    assert time.monotonic() - began < 8


def test_a_slow_loris_alone_is_told(server, tiny, hurried):
    server.always["/tiny.bin"] = Fault(piece=20, pause=0.05)
    with pytest.raises(ServerTrouble, match="sends less than 20 kB a second"):
        data_fetch.fetch("tiny", patience=hurried, quiet=True)


def test_a_server_silent_in_the_middle_is_left(server, tiny, hurried):
    server.faults["/tiny.bin"] = [Fault(piece=100_000, pause=30)]
    began = time.monotonic()
    folder = data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert (folder / "tiny.bin").read_bytes() == tiny
    assert time.monotonic() - began < 5
    assert server.asked[1].headers["Range"] == "bytes=100000-"


def test_a_head_that_drips_is_left(server, tiny, hurried):
    server.faults["/tiny.bin"] = [Fault(head_pause=0.3)]
    began = time.monotonic()
    data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert time.monotonic() - began < 6


def test_redirects_are_followed(server, tiny, hurried):
    server.always["/old"] = Fault(status=302, headers={"Location": "/tiny.bin"})
    server.faults["/tiny.bin"] = [Fault(status=301, headers={"Location": server.url("/old")})]
    folder = data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert (folder / "tiny.bin").read_bytes() == tiny


def test_redirects_in_a_circle_are_told(server, tiny, hurried):
    server.always["/tiny.bin"] = Fault(status=302, headers={"Location": "/tiny.bin"})
    with pytest.raises(UnsafeRedirect, match="round in circles"):
        data_fetch.fetch("tiny", patience=hurried, quiet=True)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_redirects_to_other_than_the_web_are_refused(server, tiny, hurried, target):
    server.always["/tiny.bin"] = Fault(status=302, headers={"Location": target})
    with pytest.raises(UnsafeRedirect, match="no web address"):
        data_fetch.fetch("tiny", patience=hurried, quiet=True)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_https_with_a_certificate_from_the_environment(
    secure_server, register, noise, hurried, monkeypatch, variable
):
    body = noise(1000)
    secure_server.files["/f"] = body
    register("f", files=[{"name": "f.bin", "urls": [secure_server.url("/f")]}])
    with pytest.raises(ServerTrouble, match=r"certificate of .* is not trusted.*REQUESTS_CA_BUNDLE"):
        data_fetch.fetch("f", patience=hurried, quiet=True)
    monkeypatch.setenv(variable, str(CERTIFICATE))
    assert (data_fetch.fetch("f", patience=hurried, quiet=True) / "f.bin").read_bytes() == body


def test_https_is_not_left_for_http(secure_server, server, register, noise, hurried, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    server.files["/f"] = noise(1000)
    secure_server.always["/f"] = Fault(status=302, headers={"Location": server.url("/f")})
    register("f", files=[{"name": "f.bin", "urls": [secure_server.url("/f")]}])
    with pytest.raises(UnsafeRedirect, match=r"from https to http .* refused"):
        data_fetch.fetch("f", patience=hurried, quiet=True)
    assert server.asked == []


def test_http_may_lead_to_https(secure_server, server, register, noise, hurried, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    body = noise(1000)
    secure_server.files["/f"] = body
    server.always["/f"] = Fault(status=307, headers={"Location": secure_server.url("/f")})
    register("f", files=[{"name": "f.bin", "urls": [server.url("/f")]}])
    assert (data_fetch.fetch("f", patience=hurried, quiet=True) / "f.bin").read_bytes() == body


def test_a_log_in_page_is_not_taken_for_the_file(server, tiny, hurried):
    page = b"<html>log in</html>"
    server.always["/tiny.bin"] = Fault(body=page, headers={"Content-Type": "text/html; charset=utf-8"})
    with pytest.raises(ServerTrouble, match=r"sends a web page in place of tiny\.bin"):
        data_fetch.fetch("tiny", patience=hurried, quiet=True)


@pytest.mark.parametrize("name", ["f.bin", "f.tar.gz"])
def test_a_compressed_transfer_is_refused_unless_the_file_itself_is_meant(server, register, hurried, name):
    server.files["/f"] = gzip.compress(b"as it is on the server")
    server.always["/f"] = Fault(headers={"Content-Encoding": "gzip"})
    register("f", files=[{"name": name, "urls": [server.url("/f")]}])
    if name == "f.bin":
        with pytest.raises(ServerTrouble, match=r"insists on sending f\.bin compressed"):
            data_fetch.fetch("f", patience=hurried, quiet=True)
    else:
        folder = data_fetch.fetch("f", patience=hurried, quiet=True)
        assert (folder / name).read_bytes() == server.files["/f"]


def test_a_form_is_sent_by_post(server, register, noise, hurried):
    body = noise(1000)
    server.files["/cgi"] = body
    register("f", files=[{"name": "f.bin", "urls": [server.url("/cgi")], "form": {"alias": "t1 normal"}}])
    assert (data_fetch.fetch("f", patience=hurried, quiet=True) / "f.bin").read_bytes() == body
    assert [(one.method, one.body) for one in server.asked] == [("POST", b"alias=t1+normal")]


def test_a_proxy_from_the_environment_is_used(server, register, noise, hurried, monkeypatch):
    body = noise(1000)
    # A proxy is asked for the whole address.
    server.files["http://data.example/f"] = body
    monkeypatch.setenv("http_proxy", server.url(""))
    register("f", files=[{"name": "f.bin", "urls": ["http://data.example/f"]}])
    assert (data_fetch.fetch("f", patience=hurried, quiet=True) / "f.bin").read_bytes() == body


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
    register("tiny", files=[{"name": "tiny.bin", "urls": [url], "md5": _md5(server.files["/tiny.bin"])}])
    assert data_fetch.path("tiny") is None
    folder = data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert (folder / "tiny.bin").stat().st_size == 150_000


def test_offline_is_known_at_once_where_connections_are_refused(register, hurried):
    register("f", files=[{"name": "f.bin", "urls": ["http://127.0.0.1:9/f", "http://localhost:9/f"]}])
    began = time.monotonic()
    with pytest.raises(
        Offline, match=r"No server that holds f.bin can be reached \(127.0.0.1:9, localhost:9\)"
    ):
        data_fetch.fetch("f", quiet=True)
    assert time.monotonic() - began < 1.5
