"""Full disks, folders that cannot be written, many at once, and programs killed in the middle."""

import gzip
import hashlib
import io
import os
import resource
import signal
import stat
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from faulty_server import Fault

import data_fetch
from data_fetch import disk
from data_fetch.errors import CannotWrite, FetchError, NotEnoughSpace
from data_fetch.unfinished import Unfinished


@pytest.fixture
def big(server, register, noise):
    """Register a set of one file of 4 MB whose size nobody published."""
    body = noise(4_000_000)
    server.files["/big.bin"] = body
    register(
        "big",
        files=[{"name": "big.bin", "urls": [server.url("/big.bin")], "md5": hashlib.md5(body).hexdigest()}],
    )
    return body


FULL_DISK = """
mkdir -p "$DISK"; mount -t tmpfs -o size=2m tmpfs "$DISK"
export MEDIEDU_DATA="$DISK/data"
set +e
"$PYTHON" -m data_fetch fetch "$NAME" --quiet
code=$?
ls -A "$DISK/data/$NAME" >&2
exit $code
"""


def test_a_disk_that_runs_full_in_the_middle(server, big, in_sandbox, tmp_path):
    # No length: the room cannot be checked beforehand, so the write itself fails with a real ENOSPC.
    server.always["/big.bin"] = Fault(no_length=True)
    done = in_sandbox(FULL_DISK, DISK=str(tmp_path / "disk"), NAME="big")
    assert done.returncode == 4
    assert "is full. Make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert ".big.bin.part" in done.stderr
    assert "\nbig.bin\n" not in done.stderr


def test_a_disk_too_small_is_told_before_the_download(server, big, in_sandbox, tmp_path):
    server.always["/big.bin"] = Fault(pause=0.01)
    done = in_sandbox(FULL_DISK, DISK=str(tmp_path / "disk"), NAME="big")
    assert done.returncode == 4
    assert "big.bin needs 4 MB, and the disk of " in done.stderr
    assert "MB free" in done.stderr


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([{"name": "a.bin"}, {"name": "b.bin"}], "z needs 2.4 MB, and the disk of "),
        ([{"name": "a.tgz", "unpack": True}], "z, unpacked files included, needs 2.4 MB, and the disk of "),
    ],
)
def test_room_for_the_whole_set_is_asked_for_before_the_first_byte(
    server, register, noise, in_sandbox, tmp_path, files, says
):
    server.files["/f"] = noise(1_200_000)
    size = {"size": 1_200_000, "urls": [server.url("/f")], "md5": hashlib.md5(server.files["/f"]).hexdigest()}
    register("z", files=[size | file for file in files])
    done = in_sandbox(FULL_DISK, DISK=str(tmp_path / "disk"), NAME="z")
    assert done.returncode == 4
    assert says in done.stderr
    assert server.asked == []


def test_room_to_unpack_is_asked_for_once_the_server_tells_the_size(
    server, register, noise, in_sandbox, tmp_path
):
    server.files["/f"] = noise(1_200_000)
    register("z", files=[{"name": "a.tgz", "urls": [server.url("/f")], "unpack": True}])
    done = in_sandbox(FULL_DISK, DISK=str(tmp_path / "disk"), NAME="z")
    assert done.returncode == 4
    assert "a.tgz, with its unpacking, needs 2.4 MB" in done.stderr


def test_a_data_folder_on_a_drive_that_is_not_there_is_told(server, big, monkeypatch, hurried):
    # The kernel lets nobody make a folder here, and says ENOENT, as Windows does for a missing drive.
    monkeypatch.setenv("MEDIEDU_DATA", "/proc/no_such_drive")
    with pytest.raises(CannotWrite, match=r"cannot be made, or is gone .* Is its drive connected\?"):
        data_fetch.fetch("big", patience=hurried, quiet=True)
    assert server.asked == []


def test_a_disk_that_runs_full_while_unpacking(server, register, in_sandbox, tmp_path):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        info = tarfile.TarInfo("zeros")
        info.size = 8_000_000
        archive.addfile(info, io.BytesIO(bytes(info.size)))
    server.files["/a.tgz"] = gzip.compress(raw.getvalue())
    register("z", files=[{"name": "a.tgz", "urls": [server.url("/a.tgz")], "unpack": True}])
    done = in_sandbox(FULL_DISK, DISK=str(tmp_path / "disk"), NAME="z")
    assert done.returncode == 4
    assert "is full. Make room" in done.stderr
    assert ".a.unpacking" not in done.stderr


def test_a_file_larger_than_the_file_system_takes(server, big, alone, command):
    # As FAT32 does beyond 4 GB: the kernel answers EFBIG. Python ignores the signal that comes with it.
    server.always["/big.bin"] = Fault(no_length=True)
    limit = 1_000_000
    child = command(
        "fetch",
        "big",
        "--quiet",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    _, said = child.communicate(timeout=30)
    assert child.returncode == 4
    assert "takes no file that large" in said
    # The last write went in only half: what is kept must still be the beginning of the file.
    assert (alone / "big" / ".big.bin.part").read_bytes() == big[:limit]


def test_room_is_compared_with_the_disk_itself(tmp_path):
    with pytest.raises(NotEnoughSpace, match=r"needs 1e\+04 TB|needs 10000 TB"):
        disk.make_room(tmp_path, 10**16, "everything")
    disk.make_room(tmp_path, 1, "a byte")


READ_ONLY = """
mount --bind "$MEDIEDU_DATA" "$MEDIEDU_DATA"; mount -o remount,ro,bind "$MEDIEDU_DATA"
! touch "$MEDIEDU_DATA/x" 2>/dev/null
set +e
"$PYTHON" -c "import data_fetch; print(data_fetch.path('big'))"
"$PYTHON" -m data_fetch fetch big || exit 90
"$PYTHON" -m data_fetch verify big || exit 91
"$PYTHON" -m data_fetch fetch other
"""


def test_a_read_only_cache_is_read_and_never_written(server, big, register, alone, hurried, in_sandbox):
    data_fetch.fetch("big", patience=hurried, quiet=True)
    register("other", files=[{"name": "o.bin", "urls": [server.url("/big.bin")]}])
    server.asked.clear()
    done = in_sandbox(READ_ONLY)
    assert str(alone / "big") in done.stdout
    assert "big: 1 files, all as they should be" in done.stdout
    assert done.returncode == 4, done.stderr
    assert "cannot be written (Read-only file system)" in done.stderr
    assert "Set MEDIEDU_DATA to a folder of your own" in done.stderr
    assert server.asked == []


def test_a_corrupted_file_in_a_read_only_cache_is_found(server, big, alone, hurried, in_sandbox):
    folder = data_fetch.fetch("big", patience=hurried, quiet=True)
    (folder / "big.bin").write_bytes(bytes(4_000_000))
    done = in_sandbox(READ_ONLY)
    assert done.returncode == 91
    assert "is not what was fetched" in done.stdout
    assert "cannot be written" in done.stdout


def test_a_folder_shared_by_a_class_stays_open_to_it(server, register, alone, hurried):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in ("outer/deep/f", "outer/g"):
            archive.addfile(tarfile.TarInfo(name))
    server.files["/a.tar"] = packed.getvalue()
    register("pack", files=[{"name": "a.tar", "urls": [server.url("/a.tar")], "unpack": True}])
    alone.mkdir()
    alone.chmod(0o1777)
    old = os.umask(0o077)
    try:
        folder = data_fetch.fetch("pack", patience=hurried, quiet=True)
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert modes.pop("pack") == modes.pop("a") == modes.pop("deep") == 0o777
    assert set(modes) >= {"a.tar", ".a.tar.json", ".a.listing.json", "f"}
    assert set(modes.values()) == {0o666}


def test_eight_threads_and_two_processes_make_one_download(server, big, alone, command, hurried):
    server.always["/big.bin"] = Fault(pause=0.02)
    children = [command("fetch", "big") for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        places = set(pool.map(lambda _: data_fetch.fetch("big", patience=hurried, quiet=True), range(8)))
    for child in children:
        out, said = child.communicate(timeout=60)
        assert child.returncode == 0, said
        assert str(alone / "big") in out
    assert places == {alone / "big"}
    assert (alone / "big" / "big.bin").read_bytes() == big
    assert len(server.asked_for("/big.bin")) == 1


def test_who_waits_is_told(server, big, alone, command, hurried, capsys):
    server.always["/big.bin"] = Fault(pause=0.02)
    child = command("fetch", "big", "--quiet")
    _until(lambda: server.asked)
    data_fetch.fetch("big", patience=hurried)
    assert child.wait(timeout=30) == 0
    assert "Another program is fetching big.bin; waiting for it." in capsys.readouterr().err
    assert len(server.asked) == 1


def test_a_set_being_fetched_is_not_removed(server, big, alone, command, hurried):
    server.always["/big.bin"] = Fault(pause=0.03)
    child = command("fetch", "big", "--quiet")
    _until(lambda: server.asked)
    with pytest.raises(FetchError, match=r"Another program is fetching big\.bin now"):
        data_fetch.remove("big")
    assert child.wait(timeout=30) == 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_download_killed_in_the_middle_goes_on(server, big, alone, command, hurried, how):
    server.faults["/big.bin"] = [Fault(pause=0.05)]
    child = command("fetch", "big")
    part = alone / "big" / ".big.bin.part"
    _until(lambda: part.exists() and part.stat().st_size > 600_000)
    child.send_signal(how)
    _, said = child.communicate(timeout=30)
    assert child.returncode == (130 if how == signal.SIGINT else -how)
    if how == signal.SIGINT:
        assert "Stopped. What came is kept; the same command goes on from there." in said
        assert "Traceback" not in said
    kept = part.stat().st_size
    assert part.read_bytes() == big[:kept]
    folder = data_fetch.fetch("big", patience=hurried, quiet=True)
    assert (folder / "big.bin").read_bytes() == big
    assert server.asked[1].headers["Range"] == f"bytes={kept}-"


def _until(true, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)


def test_a_piece_that_is_taken_in_halves_is_written_whole():
    class Halves(io.BytesIO):
        def write(self, piece) -> int:
            return super().write(piece[: (len(piece) + 1) // 2])

    stream = Halves()
    Unfinished.write(stream, b"all of it, in order")
    assert stream.getvalue() == b"all of it, in order"
