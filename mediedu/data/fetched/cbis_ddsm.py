"""CBIS-DDSM: scanned mammograms with their pathology, described by four tables."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.fetched.folder import only
from mediedu.data.lazy import LazyImages

TABLES = {
    "train": ("mass_case_description_train_set.csv", "calc_case_description_train_set.csv"),
    "test": ("mass_case_description_test_set.csv", "calc_case_description_test_set.csv"),
}


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the whole mammograms with the worst pathology found in each.

    Patients who are in "test" with another finding are taken out of "train" unless `as_published`.

    Returns
    -------
    Dataset
        Images of different sizes, read one by one; `groups` the patient; splits "train" and "test".
    """
    cases: dict[str, tuple[str, str, int]] = {}
    for name, tables in TABLES.items():
        for table in tables:
            with (folder / table).open(encoding="utf-8-sig", newline="") as file:
                for row in csv.DictReader(file):
                    case, label = Path(row["image file path"].strip()).parts[0], row["pathology"].strip()
                    worst = max(entry.labels.index(label), cases.get(case, ("", "", 0))[2])
                    cases[case] = (name, row["patient_id"], worst)
    files: dict[str, Path] = {}
    for path in only(folder, "*.dcm"):
        for part in path.relative_to(folder).parts:
            if part in cases:
                files.setdefault(part, path)
    names = sorted(files)
    groups = np.array([cases[case][1] for case in names])
    tested = {cases[case][1] for case in names if cases[case][0] == "test"}
    splits, left_out = {}, 0
    for name in TABLES:
        rows = [i for i, case in enumerate(names) if cases[case][0] == name]
        if name == "train" and not as_published:
            kept = [i for i in rows if groups[i] not in tested]
            rows, left_out = kept, len(rows) - len(kept)
        splits[name] = np.array(rows, dtype=np.intp)
    return Dataset(
        entry.name,
        LazyImages([files[case] for case in names], _pixels),
        np.array([cases[case][2] for case in names], dtype=np.int64),
        groups=groups,
        class_names=entry.labels,
        splits=splits,
        licence=entry.licence,
        citation=entry.citation,
        description=f"{entry.holds}. Here: the whole mammograms, each with the worst pathology found in it.",
        notes=(
            *entry.defects,
            f"{left_out} images are left out of the train split: their patients are in the test split too.",
            "Outlines are not loaded; read them with mediedu.data.read.",
        ),
    )


def _pixels(path: Path) -> NDArray[Any]:
    from mediedu.data.read import read

    return np.asarray(read(path))
