"""The registry: complete, well-formed, and outspoken about mistakes."""

import re
from pathlib import Path

import pytest

import data_fetch
from data_fetch.errors import RegistryError, UnknownSet
from data_fetch.registry import OWN, read

GOOD = """
[mine]
title = "Mine"
holds = "three scans"
modality = "CT"
task = "segmentation"
labels = ["background", "bone"]
licence = "CC0-1.0"
licence_url = "https://example.org/licence"
redistribution = true
citation = "me"
page = "https://example.org"
[[mine.files]]
name = "mine.zip"
urls = ["https://example.org/mine.zip"]
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
size = 3
unpack = true
[mine.variants]
small = { files = [{ name = "small.zip", urls = [] }] }
"""

MEDMNIST_2D = (
    *("path", "chest", "derma", "oct", "pneumonia", "retina"),
    *("breast", "blood", "tissue", "organa", "organc", "organs"),
)
MEDMNIST_3D = ("organ", "nodule", "adrenal", "fracture", "vessel", "synapse")
OTHERS = (
    *("brain_tumour", "heart", "liver", "hippocampus", "prostate"),
    *("lung", "pancreas", "hepatic_vessel", "spleen", "colon"),
    *("chase_db1", "busi", "bbbc038", "bbbc039", "malaria", "kather_histology", "patch_camelyon"),
    *("ixi_t1", "ibsr18", "brainweb", "cbis_ddsm", "nih_chest_xray14", "mini_mias"),
)


def test_every_promised_set_is_there():
    names = {entry.name for entry in data_fetch.list()}
    expected = set(OTHERS)
    for stem in MEDMNIST_2D:
        expected |= {f"{stem}mnist{size}" for size in ("", "_64", "_128", "_224")}
    for stem in MEDMNIST_3D:
        expected |= {f"{stem}mnist3d", f"{stem}mnist3d_64"}
    assert expected <= names


@pytest.mark.parametrize("entry", data_fetch.list(), ids=lambda entry: entry.name)
def test_each_set_says_what_a_user_must_know(entry):
    for text in (entry.title, entry.holds, entry.modality, entry.task, entry.citation):
        assert len(text) >= 2
    assert re.fullmatch(r"(CC0|CC-BY(-NC)?(-SA)?)-[1-4]\.0|LicenseRef-[A-Za-z-]+", entry.licence)
    # Terms of its own are told, in a sentence, where they are not a well-known licence's.
    assert entry.terms or not entry.licence.startswith("LicenseRef-")
    assert entry.licence_url.startswith(("https://", "http://"))
    assert entry.page.startswith(("https://", "http://"))
    assert not entry.doi or re.fullmatch(r"10\.\d{4,}/\S+", entry.doi)
    assert all(defect.endswith(".") for defect in entry.defects)
    for file in entry.files:
        assert file.urls, f"{file.name} has no address"
        # A size is exact, rough or a bound, but only one of them.
        assert sum(size is not None for size in (file.size, file.about, file.at_most)) <= 1
    assert entry.size_text
    assert (entry.access == "page") == bool(entry.by_hand)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("breastmnist", "both train and test, with conflicting labels"),
        ("pneumoniamnist", "8 images are in both train and validation"),
        ("mini_mias", "from the bottom"),
        ("busi", "burned into"),
        ("busi", "duplicates"),
    ],
)
def test_known_defects_are_told(name, says):
    assert says in " ".join(data_fetch.info(name).defects)


def test_facts_of_a_few_sets():
    breast = data_fetch.info("breastmnist")
    assert breast.splits == {"train": 546, "val": 78, "test": 156}
    assert breast.labels[0] == "malignant"
    assert breast.verified
    assert data_fetch.info("dermamnist").licence == "CC-BY-NC-4.0"
    assert data_fetch.info("hippocampus").size_text == "about 28.4 MB"
    assert not data_fetch.info("busi").redistribution
    assert not data_fetch.info("busi").verified
    assert data_fetch.info("breastmnist_64").variant_of == "breastmnist"
    assert data_fetch.info("chestmnist_224").files[0].md5 == "45bd33e6f06c3e8cdb481c74a89152aa"
    assert (
        data_fetch.info("patch_camelyon").size
        == 6_421_353_462 + 805_965_320 + 800_875_929 + 21_378 + 3_038 + 3_040
    )


def test_names_that_are_not_there_get_their_neighbours_told():
    with pytest.raises(UnknownSet) as caught:
        data_fetch.info("BreastMnist")
    assert str(caught.value).startswith("There is no data set called 'BreastMnist'. Did you mean breastmnist")
    assert isinstance(caught.value, KeyError)
    with pytest.raises(UnknownSet, match="shows all of them"):
        data_fetch.path("zzz")


def test_an_own_registry_adds_and_replaces(register):
    register("breastmnist", title="Ours now", files=[{"name": "x.npz", "urls": ["http://127.0.0.1/x"]}])
    register("extra", files=[{"name": "x.npz", "urls": ["http://127.0.0.1/x"]}])
    assert data_fetch.info("breastmnist").title == "Ours now"
    assert data_fetch.info("extra").licence == "CC0-1.0"
    assert data_fetch.info("hippocampus").title.startswith("Medical Segmentation Decathlon")


def test_an_own_registry_that_is_not_there_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("MEDIEDU_REGISTRY", str(tmp_path / "none.toml"))
    with pytest.raises(RegistryError, match=r"MEDIEDU_REGISTRY names .*none\.toml, which cannot be read"):
        data_fetch.list()


def _read(tmp_path: Path, text: str):
    (tmp_path / "r.toml").write_text(text, encoding="utf-8")
    return read(tmp_path / "r.toml")


def test_the_form_as_documented_is_read(tmp_path):
    sets = _read(tmp_path, GOOD)
    assert set(sets) == {"mine", "mine_small"}
    assert sets["mine"].files[0].folder == "mine"
    assert sets["mine_small"].labels == ("background", "bone")


@pytest.mark.parametrize(
    "field", ["title", "holds", "modality", "task", "labels", "licence", "redistribution", "citation", "page"]
)
def test_a_missing_field_is_told_in_a_sentence(tmp_path, field):
    text = re.sub(rf"(?m)^{field} = .*\n", "", GOOD)
    with pytest.raises(
        RegistryError, match=rf"r\.toml, set 'mine'.*: the field '{field}' is missing. It must be "
    ):
        _read(tmp_path, text)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('name = "mine.zip"\n', "", "file 1: the field 'name' is missing"),
        ("urls = [", "url = [", "the field 'urls' is missing"),
        ("citation =", 'citaton = ""\ncitation =', "no field 'citaton'. Did you mean 'citation'?"),
        (
            "redistribution = true",
            'redistribution = "yes"',
            "'redistribution' must be true or false, not 'yes'",
        ),
        ("size = 3", "size = true", "'size' must be a whole number"),
        ("size = 3", "size = -3", "cannot be negative"),
        ("size = 3", 'md5 = "ABC"', "md5 must be 32 small hexadecimal digits"),
        ("https://example.org/mine.zip", "ftp://example.org/mine.zip", "must start with https:// or http://"),
        ('name = "mine.zip"', 'name = "../mine.zip"', "a file name holds letters"),
        ('name = "mine.zip"', 'name = ".mine.zip"', "does not start with a dot"),
        ('name = "mine.zip"', 'name = "mine.npz"', "unpack works for"),
        ("[mine]", "[Mine-1]", "cannot name a set"),
        ('page = "https', 'access = "free"\npage = "https', '"open", "terms" or "page"'),
        ('labels = ["background"', 'labels = [1, "background"', "is not a text"),
        ("[mine]\n", 'mine_is = "text"\n[mine]\n', "stands alone"),
        ("small = {", "Small = {", "a variant is written"),
        ("[mine]\n", "[mine\n", "cannot be read"),
        (
            "[mine.variants]",
            '[[mine.files]]\nname = "MINE.zip"\nurls = []\n[mine.variants]',
            "would have the same name",
        ),
        ("[mine.variants]", '[[mine.by_hand]]\npattern = "../x"\n[mine.variants]', "stay inside"),
    ],
)
def test_each_mistake_gets_its_own_sentence(tmp_path, old, new, says):
    assert old in GOOD
    with pytest.raises(RegistryError) as caught:
        _read(tmp_path, GOOD.replace(old, new))
    assert says in str(caught.value)
    assert "r.toml" in str(caught.value)


def test_a_set_without_files_is_told(tmp_path):
    text = GOOD[: GOOD.index("[[mine.files]]")]
    with pytest.raises(RegistryError, match="there is nothing to fetch"):
        _read(tmp_path, text)


def test_the_registry_of_the_instructors_page_works(tmp_path, project_root):
    page = (project_root / "book" / "classroom.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    knees = _read(tmp_path, example)["our_knees"]
    assert knees.files[0].unpack
    assert not knees.verified


def test_the_registry_names_no_package_host():
    text = OWN.read_text(encoding="utf-8")
    assert not re.search(r"pypi|npmjs|conda|debian", text)


def test_every_hash_is_the_one_that_was_published():
    # Taken from the publishers' sources, not from the registry.
    lines = Path(__file__).with_name("published_hashes.tsv").read_text(encoding="utf-8").splitlines()[1:]
    published = {(name, kind): digest for name, kind, digest, _ in (line.split("\t") for line in lines)}
    assert len(published) == len(lines)
    registered = {
        (file.name, kind): digest
        for entry in data_fetch.list()
        for file in entry.files
        for kind, digest in (("md5", file.md5), ("sha256", file.sha256))
        if digest
    }
    assert registered == published
