"""NIH ChestX-ray14: radiographs with fourteen findings, read out of reports by software."""

import csv
from pathlib import Path

import numpy as np

from data_fetch.registered_set import RegisteredSet
from mediedu.data.dataset import Dataset
from mediedu.data.fetched import pictures
from mediedu.data.fetched.folder import only
from mediedu.data.lazy import LazyImages


def dataset(folder: Path, entry: RegisteredSet, split: str | None, as_published: bool) -> Dataset:
    """Load the radiographs with their findings, patients and the official split.

    Returns
    -------
    Dataset
        Labels ``(n, 14)`` of 0 and 1, `groups` the patient, splits "train" (officially train_val) and "test".
    """
    paths = {path.name: path for path in only(folder, "*_*.png")}
    with only(folder, "Data_Entry_2017*.csv")[0].open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Image Index"] in paths]
    names = [row["Image Index"] for row in rows]
    findings = [set(row["Finding Labels"].split("|")) for row in rows]
    places = {name: i for i, name in enumerate(names)}
    splits = {}
    for name, listed in (("train", "train_val_list.txt"), ("test", "test_list.txt")):
        official = only(folder, listed)[0].read_text(encoding="utf-8").split()
        splits[name] = np.array([places[one] for one in official if one in places], dtype=np.intp)
    return Dataset(
        entry.name,
        LazyImages([paths[name] for name in names], pictures.grey),
        np.array([[label in found for label in entry.labels] for found in findings], dtype=np.int64),
        groups=np.array([int(row["Patient ID"]) for row in rows]),
        class_names=entry.labels,
        splits=splits,
        licence=entry.licence,
        citation=entry.citation,
        description=entry.holds + ".",
        notes=(*entry.defects, 'The split "train" is the official list train_val_list.txt.'),
    )
