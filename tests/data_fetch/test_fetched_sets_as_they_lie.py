"""Sets as publishers really write them, and as disks lose them."""

import io
import tarfile

import numpy as np
import PIL.Image
import pytest

import data_fetch
from mediedu.data import load
from mediedu.data.lazy import LazyImages

# Rows of the publisher's table: the notes stand in the rows of mdb216, mdb233 and mdb245.
ROWS = """\
mdb001 G CIRC B 535 425 197
mdb002 G CIRC B 522 280 69
mdb003 D NORM
mdb005 F CIRC B 477 133 30
mdb005 F CIRC B 500 168 26
mdb059 F CIRC B
mdb216 D CALC M *NOTE 3*
mdb233 G CALC M *NOTE 3*
mdb245 F CALC M *NOTE 3*
"""


@pytest.fixture
def mammograms(server, register, hurried):
    """Fetch a set of empty mammograms with a table of the given rows."""

    def fetch(rows: str, names: tuple[str, ...]):
        raw, picture = io.BytesIO(), io.BytesIO()
        PIL.Image.new("L", (1024, 1024)).save(picture, "PPM")
        with tarfile.open(fileobj=raw, mode="w:gz") as archive:
            members = {f"{name}.pgm": picture.getvalue() for name in names} | {"Info.txt": rows.encode()}
            for name, body in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(body)
                archive.addfile(info, io.BytesIO(body))
        server.files["/m"] = raw.getvalue()
        register(
            "mini_mias",
            labels=["CALC", "CIRC", "SPIC", "MISC", "ARCH", "ASYM", "NORM"],
            files=[{"name": "all-mias.tar.gz", "urls": [server.url("/m")], "unpack": True}],
        )
        return data_fetch.fetch("mini_mias", patience=hurried, quiet=True)

    return fetch


def test_rows_with_a_note_count(mammograms):
    names = tuple(dict.fromkeys(row[:6] for row in ROWS.splitlines()))
    mammograms(ROWS, names)
    dataset = load("mini_mias")
    assert [dataset.class_names[label] for label in dataset.labels] == [
        *("CIRC", "CIRC", "NORM", "CIRC", "CIRC", "CALC", "CALC", "CALC")
    ]
    assert dataset.masks[0].sum() == pytest.approx(np.pi * 197**2, rel=0.01)
    assert not any(dataset.masks[i].any() for i in (2, 4, 5, 6, 7))


@pytest.mark.parametrize("row", ["", "mdb002 G CIRC B 522 280"])
def test_an_image_without_a_row_is_told(mammograms, row):
    mammograms(f"mdb001 G CIRC B 535 425 197\n{row}\n", ("mdb001", "mdb002"))
    with pytest.raises(
        ValueError, match=r"Info\.txt has no row, .* 1 of 2 images \(mdb002\)\. .*verify mini_mias"
    ):
        load("mini_mias")


def test_a_file_that_went_missing_is_told_with_the_command_that_finds_more(mammograms):
    folder = mammograms("mdb001 D NORM\nmdb002 D NORM\n", ("mdb001", "mdb002"))
    (folder / "all-mias" / "mdb002.pgm").rename(folder / "all-mias" / "elsewhere.bin")
    dataset = load("mini_mias")
    images = LazyImages([folder / "all-mias" / "mdb002.pgm"], dataset.images.read)
    says = r"mdb002\.pgm is missing, .*mediedu data verify mini_mias\. Then fetch the set again"
    with pytest.raises(FileNotFoundError, match=says):
        images[0]
    with pytest.raises(FileNotFoundError, match=says):
        list(images)
    # And that is what helps.
    assert not data_fetch.verify("mini_mias", quiet=True).ok
    data_fetch.fetch("mini_mias", quiet=True)
    assert images[0].shape == (1024, 1024)


def test_a_file_of_no_set_is_told_too(tmp_path):
    images = LazyImages([tmp_path / "no.pgm"], lambda path: np.frombuffer(path.read_bytes(), np.uint8))
    with pytest.raises(FileNotFoundError, match=r"mediedu data verify\. Then"):
        images[0]
