"""The benchmark command: ratios, verdicts, and no silence about a missing peer."""

import subprocess
import sys

import pytest


@pytest.fixture
def measuring(project_root, monkeypatch):
    monkeypatch.syspath_prepend(str(project_root))
    import benchmarks.measuring

    return benchmarks.measuring


def test_verdicts_say_what_was_asked_and_what_came(measuring):
    result = measuring.Result(
        "task",
        {"ours": [2.0, 1.0, 3.0], "slow": [19.0, 21.0, 20.0], "quick": [1.0, 1.0, 1.0]},
        [measuring.Target("slow", at_least=10), measuring.Target("quick", at_most=1.5)],
    )
    ours, slow, quick = result.lines()
    assert measuring.Target("slow").verdict(result.medians, "ours") == "10.00× the first"
    assert ours.split()[-1] == "2.00"
    assert slow.endswith("10.0× faster, asked 10×: met")
    assert quick.endswith("2.00× its time, allowed 1.5×: MISSED")


def test_contestants_take_turns(measuring):
    seen = []
    times = measuring.take_turns(
        {"a": lambda: seen.append("a"), "b": lambda: seen.append("b")}, rounds=3, least_ms=0
    )
    assert seen == ["a", "a", "b", "b", *"ababab"]
    assert {name: len(values) for name, values in times.items()} == {"a": 3, "b": 3}


def test_a_missing_peer_ends_the_run_with_a_sentence(project_root):
    program = (
        "import sys; sys.modules['cv2'] = None; sys.argv = ['benchmarks', 'equalization', '--discard'];"
        "import runpy; runpy.run_module('benchmarks', run_name='__main__')"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project_root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 2
    assert "compares with cv2" in run.stderr
    assert "Install the extra 'bench'" in run.stderr


def test_the_machine_is_described_without_its_name(measuring):
    import platform

    facts = measuring.machine()
    assert facts["cores"] >= 1
    assert platform.node() not in map(str, facts.values())


def test_without_real_images_the_diagnosis_says_what_it_needs(project_root, tmp_path):
    command = [sys.executable, "-m", "benchmarks.diagnose_masses", "--discard", "--ultrasound"]
    run = subprocess.run(
        [*command, str(tmp_path / "nowhere")],
        cwd=project_root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 2
    assert "<image>_mask.png" in run.stderr
    assert not run.stdout
