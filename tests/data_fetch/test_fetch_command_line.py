"""The commands: what they print, what they return, what they cost."""

import json
import os
import pty
import subprocess
import sys

import pytest
from faulty_server import Fault
from typer.testing import CliRunner

import data_fetch
from data_fetch.arguments import EXIT_CODES
from data_fetch.command_line import main
from data_fetch.progress import Lines


@pytest.fixture
def tiny(server, register, noise):
    """Register a set of one file of 300 000 bytes."""
    server.files["/t"] = noise(300_000)
    register("tiny", files=[{"name": "t.bin", "urls": [server.url("/t")], "size": 300_000}])


def _run(capsys, *arguments):
    code = main(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_fetch_verify_list_remove(tiny, alone, capsys):
    assert _run(capsys, "fetch", "tiny")[:2] == (0, f"tiny: {alone / 'tiny'}\n")
    assert _run(capsys, "verify") == (0, "tiny: 1 files, all as they should be\n", "")
    code, out, _ = _run(capsys, "list", "--here")
    assert code == 0
    assert out.splitlines()[1].split()[:4] == ["tiny", "300", "kB", "CC0-1.0"]
    (alone / "tiny" / "t.bin").write_bytes(bytes(300_000))
    code, out, _ = _run(capsys, "verify", "tiny")
    assert code == 5
    assert "tiny: not in order" in out
    assert _run(capsys, "remove", "tiny")[1].endswith("freed\n")
    assert _run(capsys, "remove", "tiny", "--forget")[0] == 0
    assert _run(capsys, "list", "--here")[1].startswith("No data set is on this machine yet.")
    assert _run(capsys, "verify")[1] == "No data set is on this machine yet.\n"


def test_json_is_one_document_on_stdout(tiny, alone, capsys):
    code, out, err = _run(capsys, "fetch", "tiny", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == [{"name": "tiny", "folder": str(alone / "tiny"), "was_here": False}]
    rows = json.loads(_run(capsys, "list", "--json", "--all")[1])
    assert len(rows) == len(data_fetch.list())
    assert next(row for row in rows if row["name"] == "tiny")["here"] is True
    table = json.loads(_run(capsys, "info", "tiny", "breastmnist", "--json")[1])
    assert table[1]["splits"]["train"] == 546
    assert table[0]["folder"] == str(alone / "tiny")
    assert json.loads(_run(capsys, "verify", "--json")[1])[0]["ok"] is True
    assert json.loads(_run(capsys, "remove", "tiny", "--json")[1])[0]["freed"] >= 300_000


def test_errors_are_json_too(capsys):
    code, out, err = _run(capsys, "fetch", "tinny", "--json")
    assert code == 7
    assert err == ""
    assert json.loads(out)["error"]["kind"] == "UnknownSet"
    assert json.loads(out)["error"]["exit_code"] == 7


@pytest.mark.parametrize(
    ("code", "fields", "fault"),
    [
        (3, {"urls": ["http://127.0.0.1:9/x"]}, None),
        (3, {}, Fault(status=404)),
        (5, {"md5": "0" * 32}, None),
        (6, {"urls": []}, None),
    ],
)
def test_exit_codes(server, register, capsys, code, fields, fault):
    server.files["/f"] = b"x"
    if fault:
        server.always["/f"] = fault
    register("f", files=[{"name": "f.bin", "urls": [server.url("/f")]} | fields])
    got, out, err = _run(capsys, "fetch", "f")
    assert got == code
    assert out == ""
    assert err.strip().endswith((".", ")", "f"))
    assert "Traceback" not in err
    assert f"\n  {code}  " in EXIT_CODES


def test_a_misspelt_last_name_stops_before_the_first_download(tiny, server, capsys):
    assert _run(capsys, "fetch", "tiny", "tinny")[0] == 7
    assert server.asked == []


def test_data_folder_from_the_command_line(tiny, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("MEDIEDU_DATA", "")
    assert _run(capsys, "fetch", "tiny", "--data", str(tmp_path / "there"))[0] == 0
    assert (tmp_path / "there" / "tiny" / "t.bin").exists()


def test_mirror_from_the_command_line(tiny, tmp_path, capsys):
    code, out, _ = _run(capsys, "mirror", str(tmp_path / "m"), "tiny")
    assert code == 0
    assert f"MEDIEDU_MIRROR={tmp_path / 'm'}" in out
    assert f"http.server 8000 --directory {tmp_path / 'm'}" in out
    main(["remove", "tiny"])
    assert _run(capsys, "fetch", "tiny", "--mirror", str(tmp_path / "m"), "--quiet")[2] == ""


def test_help_names_every_command_exit_code_and_variable(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    words = ["list", "info", "fetch", "verify", "remove", "mirror", "MEDIEDU_DATA", "MEDIEDU_MIRROR"]
    for word in [*words, "MEDIEDU_REGISTRY", "130"]:
        assert word in text
    assert max(map(len, text.splitlines())) <= 100


def test_the_name_of_the_program_can_be_ours(capsys):
    with pytest.raises(SystemExit):
        main(["fetch"], program="mediedu")
    assert "usage: mediedu fetch" in capsys.readouterr().err


def test_info_for_people(capsys):
    out = _run(capsys, "info", "nih_chest_xray14")[1]
    for text in ("112 120", "mined from reports", "LicenseRef-NIH-CC", "Data_Entry_2017*.csv", "md5 known"):
        assert text in out


def test_without_a_terminal_there_are_plain_lines(tiny, command):
    out, err = command("fetch", "tiny").communicate(timeout=30)
    assert err.splitlines() == [
        "tiny: fetching t.bin (300 kB; CC0-1.0).",
        "tiny: t.bin, 300 kB, its publisher gives no hash, so this one is noted for next time.",
    ]
    assert "\r" not in out + err


def test_a_long_fetch_without_a_terminal_says_how_far_it_is(capsys):
    lines = Lines(sys.stderr, every=0.0)
    lines.begin("f.bin", 1_000_000, 250_000)
    lines.began -= 2.0
    lines.advance(250_000)
    assert capsys.readouterr().err == "f.bin: 50% of 1 MB, 125 kB/s, 4 s left\n"
    lines.begin("g.bin", None)
    lines.began -= 1.0
    lines.advance(2_000)
    assert capsys.readouterr().err == "g.bin: 2 kB, 2 kB/s\n"


def test_in_a_terminal_there_is_a_bar_with_rate_and_time_left(tiny, server):
    server.always["/t"] = Fault(pause=0.15)
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "data_fetch", "fetch", "tiny"],
        stderr=theirs,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"COLUMNS": "100", "LINES": "30"},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 4096)
        except OSError:
            break
    os.close(ours)
    assert child.wait(timeout=30) == 0
    text = shown.decode()
    assert "t.bin:" in text
    assert "kB/s" in text or "MB/s" in text
    assert "<00:" in text


def test_importing_and_listing_is_light():
    script = "import sys, data_fetch; data_fetch.list(); data_fetch.path('breastmnist'); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"numpy", "requests", "pooch", "tqdm", "filelock", "mediedu", "urllib3", "tarfile", "email"}
    assert heavy & set(loaded) == set()


def test_a_reader_that_stops_early_is_no_error():
    script = f"{sys.executable} -m data_fetch list --all --json | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_verify_without_names_leaves_out_what_never_came(tiny, register, alone, capsys):
    register("gone", files=[{"name": "g.bin", "urls": ["http://127.0.0.1:9/g"]}])
    assert _run(capsys, "fetch", "tiny")[0] == 0
    assert _run(capsys, "fetch", "gone")[0] == 3
    assert not (alone / "gone").exists()
    # As an older version, or a transfer that was stopped, leaves it.
    (alone / "gone").mkdir()
    (alone / "gone" / ".g.bin.lock").touch()
    (alone / "gone" / ".g.bin.part").write_bytes(b"half")
    assert _run(capsys, "verify")[:2] == (0, "tiny: 1 files, all as they should be\n")
    # The note of an unverified file outlives its removal, and is no set.
    main(["remove", "tiny"])
    assert _run(capsys, "verify")[1].endswith("No data set is on this machine yet.\n")


def test_fetch_without_a_name_is_not_understood_whoever_is_asked(capsys):
    from mediedu.cli import app

    with pytest.raises(SystemExit) as caught:
        main(["fetch"])
    assert caught.value.code == 2
    assert CliRunner().invoke(app, ["fetch"]).exit_code == 2


def test_sizes_say_what_must_come_by_hand(capsys):
    out = _run(capsys, "list")[1]
    assert "2.11 MB, and the images by hand" in out
    assert "about 45.1 GB, and three tables by hand" in out
    assert data_fetch.info("nih_chest_xray14").size_text == "about 45.1 GB, and three tables by hand"
    assert "GB" not in data_fetch.info("nih_chest_xray14").terms
