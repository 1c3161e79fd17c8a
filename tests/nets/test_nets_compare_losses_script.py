"""The script that compares chapter 18's losses from several first weights."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


def test_every_loss_is_trained_and_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    script = import_module("benchmarks.compare_losses")
    images, masks = script.slices(0, 2)
    assert images.shape == (2, 48, 48, 1)
    assert masks.dtype == np.uint8
    done = []

    def trained(terms: str, seed: int, *_: object) -> dict[str, float]:
        done.append((terms, seed))
        found = 0 if (terms, seed) == ("dice", 1) else 40
        return {"seed": seed, "dice_mean": 0.2 if not found else 0.8, "lesion_pixels_found": found}

    monkeypatch.setattr(script, "train_one", trained)
    assert script.main(["--seeds", "2", "--slices", "2", "--discard"]) == 0
    assert done == [(terms, seed) for terms in script.LOSSES for seed in (0, 1)]
    told = capsys.readouterr().out.splitlines()
    assert told[1].startswith("dice                Dice 0.500  (0.800 0.200)")
    assert [line.split()[-3] for line in told] == ["0", "1", "0", "0", "0"]


def test_one_training_gives_its_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    script = import_module("benchmarks.compare_losses")
    learnt, judged = script.slices(0, 32), script.slices(0, 4)
    found = script.train_one("cross_entropy+dice", 0, learnt, judged, 20)
    assert found["dice_mean"] > 0.5, "it finds what it learnt"
    assert 0 < found["lesion_pixels_found"] <= judged[1].sum()
    again = script.train_one("cross_entropy+dice", 0, learnt, judged, 20)
    assert again | {"cpu_seconds": 0} == found | {"cpu_seconds": 0}
