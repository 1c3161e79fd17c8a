"""Where arrays come from: files, embedded sets, phantoms, fetched sets."""

from mediedu.data import noise, phantom
from mediedu.data.cine import Cine
from mediedu.data.dataset import Dataset
from mediedu.data.deidentify import Deidentified, deidentify
from mediedu.data.dicom_series import Series, list_series
from mediedu.data.errors import SeriesProblem, UnreadableFile
from mediedu.data.image import Image
from mediedu.data.labelled_volumes import labelled_volumes
from mediedu.data.lazy import LazyImages
from mediedu.data.load import load
from mediedu.data.not_fetched import NotFetched
from mediedu.data.orientation import axis_letters
from mediedu.data.patient_facts import patient_facts
from mediedu.data.patients import on_real_patients
from mediedu.data.phantom import Phantom
from mediedu.data.read import read
from mediedu.data.sample import sample, sample_path, samples
from mediedu.data.table import Table
from mediedu.data.volume import Volume

__all__ = [
    "Cine",
    "Dataset",
    "Deidentified",
    "Image",
    "LazyImages",
    "NotFetched",
    "Phantom",
    "Series",
    "SeriesProblem",
    "Table",
    "UnreadableFile",
    "Volume",
    "axis_letters",
    "deidentify",
    "labelled_volumes",
    "list_series",
    "load",
    "noise",
    "on_real_patients",
    "patient_facts",
    "phantom",
    "read",
    "sample",
    "sample_path",
    "samples",
]
