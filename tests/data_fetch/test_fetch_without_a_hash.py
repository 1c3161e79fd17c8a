"""Files whose publisher gives no hash: what cannot be opened never counts, and never sticks."""

import gzip
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from faulty_server import Fault, md5

import data_fetch
from data_fetch import opening
from data_fetch.errors import ServerTrouble, UnsafeArchive


def _zip(**members: bytes) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return raw.getvalue()


WHOLE = _zip(one=b"1" * 1000, two=b"2")
KINDS = {
    "a.zip": (WHOLE, True),
    "f.raws.gz": (gzip.compress(bytes(range(256)) * 40), False),
    "f.npz": (WHOLE, False),
}


@pytest.mark.parametrize("damage", ["cut", "empty", "a wrong byte"])
@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_file_is_thrown_away_and_asked_for_again(server, register, alone, hurried, name, damage):
    whole, unpack = KINDS[name]
    wrong = bytearray(whole)
    wrong[60] ^= 0xFF
    server.files["/f"] = whole
    server.faults["/f"] = [
        Fault(body={"cut": whole[: len(whole) // 2], "empty": b"", "a wrong byte": bytes(wrong)}[damage])
    ]
    # As BrainWeb does: by a form, with no hash.
    file = {"name": name, "urls": [server.url("/f")], "form": {"alias": "x"}}
    register("f", files=[file | ({"unpack": True} if unpack else {})])
    with pytest.raises(UnsafeArchive, match=r"(damaged|empty).* thrown away; the same command asks for it"):
        data_fetch.fetch("f", patience=hurried, quiet=True)
    assert not (alone / "f").exists()
    folder = data_fetch.fetch("f", patience=hurried, quiet=True)
    assert (folder / name).read_bytes() == whole
    assert len(server.asked) == 2


def test_an_archive_has_no_final_name_before_it_is_unpacked(server, register, alone, hurried, monkeypatch):
    server.files["/a"] = WHOLE
    register("f", files=[{"name": "a.zip", "urls": [server.url("/a")], "unpack": True}])
    seen = []
    unpack = opening.unpack

    def watched(*arguments, **keywords):
        seen.append((alone / "f" / "a.zip").exists())
        return unpack(*arguments, **keywords)

    monkeypatch.setattr(opening, "unpack", watched)
    data_fetch.fetch("f", patience=hurried, quiet=True)
    assert seen == [False]
    assert (alone / "f" / "a.zip").exists()


def test_a_damaged_archive_at_one_address_leads_to_the_next(server, register, hurried):
    server.files |= {"/bad": WHOLE[:300], "/good": WHOLE}
    urls = [server.url("/bad"), server.url("/good")]
    register("f", files=[{"name": "a.zip", "urls": urls, "unpack": True}])
    folder = data_fetch.fetch("f", patience=hurried, quiet=True)
    assert (folder / "a" / "one").read_bytes() == b"1" * 1000


def test_every_address_gives_a_damaged_archive(server, register, hurried):
    server.files["/bad"] = WHOLE[:300]
    urls = [server.url("/bad"), server.url("/none")]
    register("f", files=[{"name": "a.zip", "urls": urls, "unpack": True}])
    with pytest.raises(UnsafeArchive, match=r"No address gave a.zip:(.|\n)*damaged(.|\n)*404"):
        data_fetch.fetch("f", patience=hurried, quiet=True)


def test_a_damaged_archive_on_a_stick_leads_to_the_publisher(server, register, hurried, tmp_path):
    server.files["/a"] = WHOLE
    register("f", files=[{"name": "a.zip", "urls": [server.url("/a")], "unpack": True}])
    (tmp_path / "stick" / "f").mkdir(parents=True)
    (tmp_path / "stick" / "f" / "a.zip").write_bytes(WHOLE[:300])
    folder = data_fetch.fetch("f", mirror=tmp_path / "stick", patience=hurried, quiet=True)
    assert (folder / "a.zip").read_bytes() == WHOLE


def test_a_damaged_archive_that_lies_there_is_fetched_again(server, register, alone, hurried):
    server.files["/a"] = WHOLE
    register("f", files=[{"name": "a.zip", "urls": [server.url("/a")], "unpack": True}])
    (alone / "f").mkdir(parents=True)
    (alone / "f" / "a.zip").write_bytes(WHOLE[:300])
    folder = data_fetch.fetch("f", patience=hurried, quiet=True)
    assert (folder / "a.zip").read_bytes() == WHOLE


def test_a_damaged_archive_that_only_a_person_can_get_stays_and_is_told(register, alone, hurried):
    register("f", files=[{"name": "a.zip", "urls": [], "unpack": True}])
    (alone / "f").mkdir(parents=True)
    (alone / "f" / "a.zip").write_bytes(WHOLE[:300])
    with pytest.raises(UnsafeArchive, match=r"damaged.* Replace .*a\.zip, then run: mediedu fetch f"):
        data_fetch.fetch("f", patience=hurried, quiet=True)
    assert (alone / "f" / "a.zip").exists()


def test_a_damaged_archive_with_the_published_hash_is_not_fetched_in_vain(server, register, hurried):
    server.files["/a"] = WHOLE[:300]
    file = {"name": "a.zip", "urls": [server.url("/a")], "md5": md5(WHOLE[:300]), "unpack": True}
    register("f", files=[file])
    for _ in range(2):
        with pytest.raises(UnsafeArchive, match=r"was published like this.* https://example.org/page"):
            data_fetch.fetch("f", patience=hurried, quiet=True)
    assert len(server.asked) == 1


def test_a_fetch_that_brings_nothing_leaves_nothing(server, register, alone, hurried):
    register("f", files=[{"name": "f.bin", "urls": [server.url("/none")]}])
    with pytest.raises(ServerTrouble):
        data_fetch.fetch("f", patience=hurried, quiet=True)
    assert not (alone / "f").exists()


def test_many_who_all_get_nothing_are_all_told_the_same(server, register, alone, hurried):
    # Each takes its lock and the empty folder away while the others come.
    register("f", files=[{"name": "f.bin", "urls": [server.url("/none")]}])

    def fetch(_: int) -> str:
        try:
            data_fetch.fetch("f", patience=hurried, quiet=True)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return "fetched"

    with ThreadPoolExecutor(8) as pool:
        told = set(pool.map(fetch, range(16)))
    assert {one.partition(":")[0] for one in told} == {"ServerTrouble"}, told
    assert not (alone / "f").exists()
