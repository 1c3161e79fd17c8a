"""A training killed in mid-epoch goes on with the same bits.

The environment of each backend runs this file: here it is the one that Keras uses in this process.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from training_to_kill import SIGN, go

from mediedu.nets import load_keras


def test_training_killed_in_mid_epoch_goes_on_bit_for_bit(tmp_path: Path, project_root: Path) -> None:
    environment = os.environ | {
        "KERAS_BACKEND": load_keras().backend.backend(),
        "PYTHONPATH": str(project_root),
    }
    broken_folder, whole_folder = tmp_path / "broken", tmp_path / "whole"
    program = Path(__file__).with_name("training_to_kill.py")
    broken = subprocess.Popen(
        [sys.executable, str(program), str(broken_folder), "2"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    whole, whole_state = go(whole_folder)
    until = time.monotonic() + 240
    while not (broken_folder / SIGN).exists() and time.monotonic() < until and broken.poll() is None:
        time.sleep(0.05)
    assert (broken_folder / SIGN).exists(), broken.communicate()
    os.kill(broken.pid, signal.SIGKILL)
    broken.communicate()
    assert broken.returncode == -signal.SIGKILL
    before = (broken_folder / "curves.csv").read_text().splitlines()
    assert len(before) == 3, "two whole epochs were done before the kill"

    resumed, resumed_state = go(broken_folder)
    assert list(resumed.curves) == list(whole.curves)
    assert {"loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"} == set(whole.curves)
    for name, curve in whole.curves.items():
        assert len(curve) == 5
        assert curve.tobytes() == resumed.curves[name].tobytes(), name
    assert resumed.best_epoch == whole.best_epoch
    assert len(whole_state) == len(resumed_state) > 20
    for i, (one, other) in enumerate(zip(whole_state, resumed_state, strict=True)):
        assert one.tobytes() == other.tobytes(), i
    after = (broken_folder / "curves.csv").read_text()
    assert after == (whole_folder / "curves.csv").read_text()
    assert after.splitlines()[:3] == before
    assert [line.split(",")[0] for line in after.splitlines()] == ["epoch", *"12345"]
