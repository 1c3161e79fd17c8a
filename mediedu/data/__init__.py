"""Where arrays come from: files, embedded sets, phantoms, fetched sets."""

from mediedu.data import noise, phantom
from mediedu.data.cine import Cine
from mediedu.data.dataset import Dataset
from mediedu.data.errors import SeriesProblem, UnreadableFile
from mediedu.data.image import Image
from mediedu.data.load import load
from mediedu.data.not_fetched import NotFetched
from mediedu.data.patients import on_real_patients
from mediedu.data.read import read
from mediedu.data.sample import sample, sample_path, samples
from mediedu.data.table import Table
from mediedu.data.volume import Volume

__all__ = [
    "Cine",
    "Dataset",
    "Image",
    "NotFetched",
    "SeriesProblem",
    "Table",
    "UnreadableFile",
    "Volume",
    "load",
    "noise",
    "on_real_patients",
    "phantom",
    "read",
    "sample",
    "sample_path",
    "samples",
]
