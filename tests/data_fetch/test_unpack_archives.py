"""Archives: the honest ones land whole, the hostile ones not at all."""

import gzip
import io
import os
import resource
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

import data_fetch
from data_fetch.errors import UnsafeArchive
from data_fetch.unpack import unpack


def _tar(place: Path, *members: tarfile.TarInfo | tuple[str, bytes]) -> Path:
    with tarfile.open(place, "w:gz" if place.suffix in (".gz", ".tgz") else "w") as archive:
        for member in members:
            if isinstance(member, tuple):
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
            else:
                archive.addfile(member)
    return place


def _special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def _zip(place: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members:
            archive.writestr(name, body)
    return place


def _zip_special(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.create_system = 3
    return info


def _everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_hippocampus_as_a_tar_comes_and_unpacks_whole(server, register, real_data, hurried, tmp_path):
    source = real_data("msd-hippocampus")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for part, official in (("images", "imagesTr"), ("labels", "labelsTr")):
            archive.add(source / part, f"Task04_Hippocampus/{official}")
            # The official archive was packed on a Mac, and carries such files too.
            info = tarfile.TarInfo(f"Task04_Hippocampus/{official}/._hippocampus_001.nii.gz")
            archive.addfile(info)
    server.files["/t.tar"] = packed.getvalue()
    register(
        "hippocampus",
        files=[{"name": "Task04_Hippocampus.tar", "urls": [server.url("/t.tar")], "unpack": True}],
    )
    folder = data_fetch.fetch("hippocampus", patience=hurried, quiet=True)
    images = sorted((folder / "Task04_Hippocampus" / "imagesTr").iterdir())
    originals = sorted((source / "images").iterdir())
    assert [path.name for path in images] == [path.name for path in originals]
    assert len(images) == 260
    assert all(one.read_bytes() == other.read_bytes() for one, other in zip(images, originals, strict=True))
    verdict = data_fetch.verify("hippocampus", quiet=True)
    assert verdict.ok
    assert verdict.files == 521


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tgz", "a.zip"])
def test_one_outer_folder_is_peeled_and_what_a_mac_adds_is_left_out(tmp_path, name):
    members = [
        ("outer/one.txt", b"1"),
        ("outer/deep/two.txt", b"22"),
        ("__MACOSX/outer/._one.txt", b"x"),
        ("outer/._one.txt", b"x"),
        ("outer/.DS_Store", b"x"),
    ]
    archive = (_zip if name.endswith(".zip") else _tar)(tmp_path / name, *members)
    listing = unpack(archive, tmp_path / "a")
    assert _everything(tmp_path / "a") == {"one.txt", "deep", "deep/two.txt"}
    assert {path: size for path, (size, _) in listing.items()} == {"one.txt": 1, "deep/two.txt": 2}


def test_several_outer_names_stay_as_they_are(tmp_path):
    listing = unpack(_zip(tmp_path / "a.zip", ("x/1", b"1"), ("y/2", b"2"), ("3", b"3")), tmp_path / "a")
    assert set(listing) == {"x/1", "y/2", "3"}


def test_an_older_folder_is_replaced(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "old").write_text("old")
    unpack(_tar(tmp_path / "a.tar", ("new", b"n"), ("other", b"o")), tmp_path / "a")
    assert _everything(tmp_path / "a") == {"new", "other"}


def test_modes_of_the_archive_are_not_taken_over(tmp_path):
    info = tarfile.TarInfo("f")
    info.mode = 0o6777
    unpack(_tar(tmp_path / "a.tar", info, ("g", b"")), tmp_path / "a")
    assert stat.S_IMODE((tmp_path / "a" / "f").stat().st_mode) & 0o7111 == 0


HOSTILE_TARS = {
    "absolute": ("OUTSIDE/escaped", b"x"),
    "parent": ("../escaped", b"x"),
    "parent inside": ("a/../../escaped", b"x"),
    "backslash": ("..\\escaped", b"x"),
    "drive": ("C:\\escaped", b"x"),
    "symlink": _special("link", tarfile.SYMTYPE, "/etc"),
    "symlink inside": _special("link", tarfile.SYMTYPE, "fine"),
    "hardlink": _special("link", tarfile.LNKTYPE, "fine"),
    "character device": _special("device", tarfile.CHRTYPE),
    "block device": _special("device", tarfile.BLKTYPE),
    "pipe": _special("pipe", tarfile.FIFOTYPE),
    "folder outside": _special("../outside", tarfile.DIRTYPE),
}
HOSTILE_ZIPS = {
    "absolute": ("OUTSIDE/escaped", b"x"),
    "parent": ("../escaped", b"x"),
    "parent inside": ("a/../../escaped", b"x"),
    "backslash": ("..\\escaped", b"x"),
    "drive": ("C:/escaped", b"x"),
    "symlink": (_zip_special("link", stat.S_IFLNK | 0o777), b"/etc"),
    "device": (_zip_special("device", stat.S_IFCHR | 0o666), b""),
    "pipe": (_zip_special("pipe", stat.S_IFIFO | 0o666), b""),
    "folder outside": ("../outside/", b""),
}


def _placed(member, tmp_path: Path):
    """Let an absolute path point to where the test can see what was written."""
    if isinstance(member, tuple) and isinstance(member[0], str):
        return member[0].replace("OUTSIDE", str(tmp_path)), member[1]
    return member


def _refused(archive: Path, tmp_path: Path) -> None:
    before = _everything(tmp_path)
    with pytest.raises(UnsafeArchive, match="refused"):
        unpack(archive, tmp_path / "inside" / "a")
    assert _everything(tmp_path) == before


@pytest.mark.parametrize("kind", HOSTILE_TARS)
def test_a_hostile_tar_leaves_nothing(tmp_path, kind):
    (tmp_path / "inside").mkdir()
    # An honest member first: what was written before the hostile one must go too.
    hostile = _placed(HOSTILE_TARS[kind], tmp_path)
    _refused(_tar(tmp_path / "inside" / "a.tar", ("fine", b"fine"), hostile), tmp_path)


@pytest.mark.parametrize("kind", HOSTILE_ZIPS)
def test_a_hostile_zip_leaves_nothing(tmp_path, kind):
    (tmp_path / "inside").mkdir()
    hostile = _placed(HOSTILE_ZIPS[kind], tmp_path)
    _refused(_zip(tmp_path / "inside" / "a.zip", ("fine", b"fine"), hostile), tmp_path)


def test_a_link_then_a_file_through_it_stays_inside(tmp_path):
    (tmp_path / "inside").mkdir()
    archive = _tar(
        tmp_path / "inside" / "a.tar", _special("x", tarfile.SYMTYPE, str(tmp_path)), ("x/escaped", b"x")
    )
    _refused(archive, tmp_path)


class _Zeros(io.RawIOBase):
    """So many zeros, never held in memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        size = min(self.left, size if size >= 0 else self.left)
        self.left -= size
        return bytes(size)


TEN_GB = 10_000_000_000


def _ten_gb_of_zeros_gzipped() -> bytes:
    """Give a gzip stream of a tar header and 10 GB of zeros: one compressed piece, repeated."""
    info = tarfile.TarInfo("zeros")
    info.size = TEN_GB
    head = info.tobuf(tarfile.GNU_FORMAT)
    # gzip allows members in a row; each of ours is 100 MB of zeros.
    return gzip.compress(head) + gzip.compress(bytes(100_000_000), 9) * 101


def test_ten_gb_of_zeros_in_a_tar_are_refused_before_they_are_written(tmp_path):
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(_ten_gb_of_zeros_gzipped())
    with tarfile.open(archive) as whole:
        assert whole.next().size == TEN_GB
    written = []
    with pytest.raises(UnsafeArchive, match="bomb"):
        unpack(archive, tmp_path / "a", written.append)
    assert sum(written) == 0
    assert _everything(tmp_path) == {"a.tar.gz"}


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE])
def test_ten_gb_of_zeros_as_a_name_are_not_read_into_memory(tmp_path, kind):
    info = _special("x", kind)
    info.size = TEN_GB
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(
        gzip.compress(info.tobuf(tarfile.GNU_FORMAT)) + gzip.compress(bytes(100_000_000)) * 101
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnsafeArchive, match="bomb"):
        unpack(archive, tmp_path / "a")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize("names", [("a", "a/b"), ("a/b", "a"), ("n" * 300,), (".",)])
def test_impossible_names_are_told(tmp_path, names):
    members = [("fine", b"1"), *((name, b"2") for name in names)]
    with pytest.raises(UnsafeArchive, match="no file can be called"):
        unpack(_tar(tmp_path / "x.tar", *members), tmp_path / "x")
    assert _everything(tmp_path) == {"x.tar"}


@pytest.mark.parametrize("mode", ["w:bz2", "w:xz"])
def test_other_compressions(tmp_path, mode):
    archive = tmp_path / f"a.tar.{mode[2:]}"
    with tarfile.open(archive, mode) as packed:
        for name in ("x", "y"):
            packed.addfile(tarfile.TarInfo(name))
    assert set(unpack(archive, tmp_path / "a")) == {"x", "y"}


def test_ten_gb_of_zeros_in_a_zip_are_refused_even_if_the_zip_lies(tmp_path):
    archive = tmp_path / "a.zip"
    _zip(archive, ("zeros", bytes(200_000_000)))
    written = []
    with pytest.raises(UnsafeArchive, match="bomb"):
        unpack(archive, tmp_path / "a", written.append)
    assert sum(written) == 0
    # The size in both heads set to a lie: what comes is counted, not believed.
    raw = archive.read_bytes()
    size, lie = (200_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert raw.count(size) == 2
    archive.write_bytes(raw.replace(size, lie))
    with pytest.raises(UnsafeArchive):
        unpack(archive, tmp_path / "a", written.append)
    assert sum(written) <= 50_000_000
    assert _everything(tmp_path) == {"a.zip"}


def test_a_many_member_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("data_fetch.unpack.MOST_MEMBERS", 10)
    archive = _tar(tmp_path / "a.tar", *[(f"f{number}", b"") for number in range(11)])
    with pytest.raises(UnsafeArchive, match="bomb"):
        unpack(archive, tmp_path / "a")


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.zip"])
@pytest.mark.parametrize("damage", ["cut", "noise"])
def test_a_damaged_archive_is_told_in_a_sentence(tmp_path, name, damage, noise):
    archive = (_zip if name.endswith(".zip") else _tar)(
        tmp_path / name, ("f", noise(50_000)), ("g", noise(50_001))
    )
    whole = archive.read_bytes()
    archive.write_bytes(whole[:60_000] if damage == "cut" else noise(100_000))
    with pytest.raises(UnsafeArchive, match=f"{name} is damaged"):
        unpack(archive, tmp_path / "a")
    assert _everything(tmp_path) == {name}


def test_an_encrypted_member_is_refused(tmp_path):
    archive = _zip(tmp_path / "a.zip", ("f", b"secret"))
    raw = bytearray(archive.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(raw)
    with pytest.raises(UnsafeArchive, match="encrypted"):
        unpack(archive, tmp_path / "a")


def test_a_bomb_from_a_server_leaves_the_set_missing(server, register, alone, hurried):
    server.files["/a.tgz"] = _ten_gb_of_zeros_gzipped()
    register("f", files=[{"name": "a.tgz", "urls": [server.url("/a.tgz")], "unpack": True}])
    with pytest.raises(UnsafeArchive):
        data_fetch.fetch("f", patience=hurried, quiet=True)
    assert data_fetch.path("f") is None
    # Nobody gives a hash for it, so nothing of it stays: the next fetch asks again.
    assert not (alone / "f").exists()


def test_a_set_killed_while_unpacking_is_completed_next_time(server, register, alone, hurried, tmp_path):
    archive = _tar(tmp_path / "a.tar", ("x", b"1"), ("y", b"2"))
    server.files["/a.tar"] = archive.read_bytes()
    register("f", files=[{"name": "a.tar", "urls": [server.url("/a.tar")], "unpack": True}])
    # As SIGKILL leaves it: the file in place, a half-made folder, no note.
    (alone / "f" / ".a.unpacking").mkdir(parents=True)
    (alone / "f" / ".a.unpacking" / "half").write_bytes(b"?")
    os.link(archive, alone / "f" / "a.tar")
    folder = data_fetch.fetch("f", patience=hurried, quiet=True)
    assert _everything(folder / "a") == {"x", "y"}
    assert not (folder / ".a.unpacking").exists()
