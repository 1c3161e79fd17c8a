"""Samples: all are there with no network, tell the truth about themselves, and belong to the caller."""

import socket

import numpy as np
import pytest

from mediedu.data import Cine, Image, Volume, load, read, sample, sample_path, samples
from mediedu.data.embedded.catalogue import FILES, File
from mediedu.data.load import EMBEDDED

SHAPES = {
    "ct_small": (128, 128),
    "ct_slice": (512, 512),
    "mr_small": (64, 64),
    "mr_abdomen": (300, 484),
    "ultrasound": (480, 640, 3),
    "cine": (30, 240, 320, 3),
    "bone_scan": (1024, 256),
    "retina": (1411, 1411, 3),
    "microaneurysms": (102, 102),
    "histology": (512, 512, 3),
    "cell": (660, 550),
    "brain_t1": (189, 233, 197),
    "brain_gray_matter": (189, 233, 197),
    "brain_white_matter": (189, 233, 197),
    "brain_tissue": (189, 233, 197),
    "brain_slice": (233, 197),
    "breast_mass": (256, 256),
    "ct_section": (512, 512),
    "nuclei": (256, 256),
    "shepp_logan": (400, 400),
}


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("A sample asked for the network.")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_every_sample_is_listed_and_has_its_shape():
    assert set(samples()) == set(SHAPES)
    for name, shape in SHAPES.items():
        assert sample(name).shape == shape, name


@pytest.mark.parametrize("name", SHAPES)
def test_every_sample_tells_licence_source_and_what_it_is(name):
    one = sample(name)
    assert isinstance(one, Image | Volume | Cine)
    assert one.licence
    assert one.citation
    assert one.source
    assert len(one.description) > 30
    assert one.synthetic is ("synthetic" in samples()[name])
    assert one.synthetic is (name in {"brain_slice", "breast_mass", "ct_section", "nuclei", "shepp_logan"})
    assert one.array.size > 1
    assert np.ptp(one.array) > 0


def test_the_ct_samples_are_in_hounsfield_units():
    for name in ("ct_small", "ct_slice"):
        ct = sample(name)
        assert (ct.modality, ct.units) == ("CT", "HU")
        assert ct.spacing is not None
        assert -200 < np.median(ct.array[ct.array > -300]) < 200


def test_the_average_brain_says_that_it_is_an_average_and_is_symmetric():
    brain = sample("brain_t1")
    assert "152" in brain.description
    assert "no single patient" in brain.description
    assert brain.spacing == (1, 1, 1)
    np.testing.assert_array_equal(brain.array, brain.array[:, :, ::-1])  # the description says so


def test_the_brain_lies_as_the_contract_says():
    brain = sample("brain_t1")
    np.testing.assert_array_equal(brain.position((0, 0, 0)), [-98, -134, -72])
    np.testing.assert_array_equal(brain.position((188, 232, 196)), [98, 98, 116])


def test_tissue_labels_are_the_most_probable_tissue():
    tissue, grey, white = (
        sample(n).array for n in ("brain_tissue", "brain_gray_matter", "brain_white_matter")
    )
    head = sample("brain_t1").array > 0
    assert set(np.unique(tissue)) == {0, 1, 2, 3}
    assert not tissue[~head].any()
    assert (tissue[head] > 0).all()
    assert (tissue[(grey > 128) & head] == 2).all()
    assert (tissue[(white > 128) & head] == 3).all()
    assert (tissue[(grey == 0) & (white == 0) & head] == 1).all()


def test_tissues_get_brighter_from_csf_to_white_matter():
    t1, tissue = sample("brain_t1").array, sample("brain_tissue").array
    means = [t1[tissue == value].mean() for value in (1, 2, 3)]
    assert means == sorted(means)


def test_a_change_in_one_copy_does_not_reach_the_next():
    first = sample("brain_tissue")
    first.array[:] = 9
    first.affine[:] = 0
    second = sample("brain_tissue")
    assert second.array.max() == 3
    assert second.affine[3, 3] == 1


@pytest.mark.parametrize("name", FILES)
def test_the_path_leads_to_the_same_pixels(name):
    path = sample_path(name)
    assert path.is_file()
    np.testing.assert_array_equal(np.asarray(read(path)), np.asarray(sample(name)))


def test_the_files_cover_the_formats_of_chapter_01():
    suffixes = {"".join(sample_path(name).suffixes[-2:]) for name in FILES}
    assert suffixes >= {".dcm", ".jpg", ".png", ".nii.gz"}


def test_unknown_and_computed_names_get_sentences():
    with pytest.raises(ValueError, match="Did you mean 'ct_small'"):
        sample("ct_smal")
    with pytest.raises(ValueError, match="samples are: ct_small"):
        sample(7)
    with pytest.raises(ValueError, match="is computed and has no file"):
        sample_path("shepp_logan")


def test_a_file_missing_from_its_package_is_told():
    gone = File("pydicom", "data/test_files/gone.dcm", "", "", "", "")
    with pytest.raises(FileNotFoundError, match=r"gone\.dcm should have come with the package pydicom"):
        gone.path()


def test_every_sample_draws_itself_with_alt_text():
    for name in ("ct_slice", "histology", "cine", "brain_t1"):
        bundle = sample(name)._repr_mimebundle_()
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        assert '<img alt="' in data["text/html"] or ' alt="' in data["text/html"]


def test_the_types_told_for_samples_and_sets_are_those_given():
    from typing import get_args, get_overloads, get_type_hints

    for function, names in ((sample, list(samples())), (load, list(EMBEDDED))):
        told = {}
        for overloaded in get_overloads(function):
            hints = get_type_hints(overloaded)
            told |= dict.fromkeys(get_args(hints["name"]), hints["return"])
        assert sorted(told) == sorted(names)
        for name in names:
            assert type(function(name)) is told[name]


def test_signatures_are_short():
    import inspect

    from mediedu import data

    for name in data.__all__:
        thing = getattr(data, name)
        if inspect.isfunction(thing):
            assert "mediedu." not in str(inspect.signature(thing)), name
            assert "Any" not in str(inspect.signature(thing).return_annotation), name
