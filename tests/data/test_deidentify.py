"""What a header tells about a patient, and files without it."""

import re
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.data import get_testdata_file

from mediedu.data import UnreadableFile, deidentify, list_series, patient_facts, read
from mediedu.data.confidential import new_uid

SECRETS = {
    "PatientName": "Doe^Jane^Roberta",
    "PatientID": "HOSPITAL-4711",
    "PatientBirthDate": "19610704",
    "PatientAddress": "12 Elm Street",
    "PatientSex": "F",
    "PatientAge": "063Y",
    "OtherPatientIDs": "SSN-123-45-6789",
    "ReferringPhysicianName": "House^Gregory",
    "OperatorsName": "Nurse^Nora",
    "InstitutionName": "Princeton General",
    "InstitutionAddress": "1 Hospital Road",
    "StationName": "SCANNER-WARD-9",
    "StudyDate": "20240229",
    "AcquisitionDateTime": "20240229123456.000",
    "StudyTime": "123456",
    "AccessionNumber": "ACC-998877",
    "StudyID": "STUDY-55",
    "StudyDescription": "Jane Doe follow-up",
    "SeriesDescription": "for Dr House",
    "ProtocolName": "DOE PROTOCOL",
    "DeviceSerialNumber": "SN-31415926",
    "ImageComments": "call Jane at home",
    "PatientComments": "lives alone",
    "AdditionalPatientHistory": "fell off a horse",
}


@pytest.fixture
def telling(tmp_path, write_dicom) -> Path:
    """Give a file that holds the patient's identity in every corner that a file has."""
    path = write_dicom(
        tmp_path / "Doe_Jane.dcm",
        np.arange(48, dtype=np.int16).reshape(6, 8),
        BodyPartExamined="CHEST",
        KVP=120,
        WindowCenter=40,
        WindowWidth=400,
        RescaleSlope=1,
        RescaleIntercept=-1024,
        RescaleType="HU",
        **SECRETS,
    )
    data = pydicom.dcmread(path)
    code = Dataset()
    code.CodeMeaning, code.ReferencedSOPInstanceUID = "Jane's hidden note", "1.2.3.4.5.6.7"
    person = Dataset()
    person.PersonName = "Hidden^Nested"
    request = Dataset()
    request.RequestedProcedureDescription = "nested secret text"
    request.RequestAttributesSequence = [person]
    data.ReferencedImageSequence = [code]
    data.RequestAttributesSequence = [request]
    dose = Dataset()
    dose.ExposureTime, dose.AcquisitionDate, dose.DateOfLastCalibration = 100, "20240229", "20230101"
    data.CTExposureSequence = [dose]  # stays, for its number
    block = data.private_block(0x0029, "ACME SECRET MAKER", create=True)
    block.add_new(1, "LO", "private Jane")
    data.add_new(0x60000010, "US", 6)
    data.add_new(0x60003000, "OW", b"overlay says Jane ")
    data.add_new(0x50003000, "OW", b"curve says Jane ")
    data.FrameOfReferenceUID = "1.2.3.4.777"
    data.file_meta.SourceApplicationEntityTitle = "JANES_SCANNER"
    data.file_meta.PrivateInformationCreatorUID = "1.2.3.888"
    data.file_meta.PrivateInformation = b"meta Jane "
    data.preamble = b"Jane Doe in the preamble".ljust(128, b"\0")
    data.save_as(path)
    return path


def test_facts_are_listed_in_words_patient_first(telling) -> None:
    facts = patient_facts(telling)
    assert next(iter(facts)).startswith("Patient")
    assert facts["Patient's Name"] == "Doe^Jane^Roberta"
    assert facts["Institution Name"] == "Princeton General"
    assert facts["Study Date"] == "20240229"
    assert int(facts["Private entries of the maker"].split()[0]) >= 1
    assert any("Hidden^Nested" in value for value in facts.values())
    for value in SECRETS.values():
        assert value in facts.values()
    assert "KVP" not in facts


def test_nothing_telling_is_left_in_any_byte(telling, tmp_path) -> None:
    before = telling.read_bytes()
    report = deidentify(telling, tmp_path / "out" / "copy.dcm")
    assert telling.read_bytes() == before
    (copy,) = report.files
    data = copy.read_bytes()
    for value in [
        *SECRETS.values(),
        "Jane",
        "Hidden",
        "nested secret",
        "ACME",
        "JANES",
        "HOSPITAL",
        "1.2.3.4",
    ]:
        if len(value) > 1:
            assert value.encode() not in data, value
    assert not re.search(rb"20240229|19610704|20230101", data)
    assert "Patient's Address" in report.removed
    assert "Private entries of the maker" in report.removed
    assert set(patient_facts(copy)) == {"Patient's Name", "Patient ID", "Identifiers (UIDs)"}


def test_pixels_place_and_meaning_stay(telling, tmp_path) -> None:
    report = deidentify(telling, tmp_path / "copy.dcm")
    one, two = read(telling), read(report.files[0])
    np.testing.assert_array_equal(one.array, two.array)
    np.testing.assert_array_equal(one.affine, two.affine)
    assert (one.units, one.window, one.spacing, one.modality) == (
        two.units,
        two.window,
        two.spacing,
        two.modality,
    )
    data = pydicom.dcmread(report.files[0])
    assert data.PatientIdentityRemoved == "YES"
    assert data.PatientName == data.PatientID == "ANONYMOUS"
    assert data.KVP == 120
    assert data.CTExposureSequence[0].ExposureTime == 100
    assert data.StudyDate == data.AccessionNumber == ""


@pytest.mark.parametrize(
    "name",
    ["CT_small.dcm", "MR_small_bigendian.dcm", "693_J2KI.dcm", "examples_palette.dcm",
     "examples_ybr_color.dcm",
     "image_dfl.dcm", "liver_1frame.dcm", "rtdose_rle.dcm", "SC_rgb_rle_2frame.dcm"],
)  # fmt: skip
def test_bundled_files_read_the_same_afterwards(tmp_path, name) -> None:
    path = Path(get_testdata_file(name))
    report = deidentify(path, tmp_path / "copy.dcm")
    one, two = read(path), read(report.files[0])
    assert type(one) is type(two)
    np.testing.assert_array_equal(one.array, two.array)
    assert (one.units, one.window, one.spacing) == (two.units, two.window, two.spacing)
    original = pydicom.dcmread(path)
    copy = pydicom.dcmread(report.files[0])
    assert str(original.get("SOPInstanceUID", "?")) not in str(copy)
    assert str(original.get("PatientName") or "?!") not in str(copy)


def test_identifiers_are_replaced_alike_within_a_folder_and_with_a_key(tmp_path, write_dicom) -> None:
    folder = tmp_path / "Doe"
    folder.mkdir()
    for number in range(3):
        write_dicom(
            folder / f"Jane{number}.dcm", np.full((2, 2), number, np.int16), SeriesNumber=1,
            ImagePositionPatient=[0, 0, 2 * number], FrameOfReferenceUID="1.2.3.9",
        )  # fmt: skip
    (folder / "letter.txt").write_text("Dear Jane")
    report = deidentify(folder, tmp_path / "copy", key=b"k" * 16, pseudonym="CASE-7")
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == [
        "000001.dcm",
        "000002.dcm",
        "000003.dcm",
    ]
    assert len(list_series(tmp_path / "copy")) == 1
    np.testing.assert_array_equal(read(tmp_path / "copy").array, read(folder).array)
    heads = [pydicom.dcmread(path) for path in report.files]
    assert len({head.SOPInstanceUID for head in heads}) == 3
    assert {head.FrameOfReferenceUID for head in heads} == {new_uid("1.2.3.9", b"k" * 16)}
    assert {str(head.PatientID) for head in heads} == {"CASE-7"}
    again = deidentify(folder, tmp_path / "again", key=b"k" * 16)
    assert [pydicom.dcmread(path).SOPInstanceUID for path in again.files] == [
        head.SOPInstanceUID for head in heads
    ]
    other = deidentify(folder, tmp_path / "other")
    assert pydicom.dcmread(other.files[0]).SOPInstanceUID != heads[0].SOPInstanceUID


def test_nothing_is_overwritten_and_nothing_half_done_is_left(telling, tmp_path) -> None:
    with pytest.raises(FileExistsError, match="exists already"):
        deidentify(telling, telling)
    (tmp_path / "there.dcm").write_bytes(b"mine")
    with pytest.raises(FileExistsError, match="exists already"):
        deidentify(telling, tmp_path / "there.dcm")
    assert (tmp_path / "there.dcm").read_bytes() == b"mine"
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.dcm").write_bytes(telling.read_bytes())
    (folder / "b.dcm").write_bytes(telling.read_bytes()[:200])
    with pytest.raises(UnreadableFile):
        deidentify(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".deidentify")] == []
    with pytest.raises(ValueError, match="inside the folder"):
        deidentify(folder, folder / "out")


def test_characteristics_are_kept_on_request_but_not_a_great_age(telling, tmp_path) -> None:
    report = deidentify(telling, tmp_path / "a.dcm", keep=["PatientSex", "PatientAge"])
    data = pydicom.dcmread(report.files[0])
    assert (data.PatientSex, data.PatientAge) == ("F", "063Y")
    original = pydicom.dcmread(telling)
    original.PatientAge = "092Y"
    original.save_as(telling)
    report = deidentify(telling, tmp_path / "b.dcm", keep=["PatientAge"])
    assert "PatientAge" not in pydicom.dcmread(report.files[0])
    assert "Patient's Age" in report.removed


def test_arguments_are_checked(telling, tmp_path) -> None:
    for wrong in ({"keep": ["PatientName"]}, {"keep": "PatientSex"}, {"pseudonym": " "}, {"key": b"short"}):
        with pytest.raises(ValueError, match=r"[Kk]eep|pseudonym|key"):
            deidentify(telling, tmp_path / "x.dcm", **wrong)
    with pytest.raises(FileNotFoundError, match=r"nowhere\.dcm"):
        deidentify(tmp_path / "nowhere.dcm", tmp_path / "x.dcm")
    with pytest.raises(FileNotFoundError, match="no file"):
        patient_facts(tmp_path / "none.dcm")
    with pytest.raises(UnreadableFile, match="is a folder"):
        patient_facts(tmp_path)
    (tmp_path / "a.txt").write_text("text")
    with pytest.raises(UnreadableFile, match="no DICOM"):
        patient_facts(tmp_path / "a.txt")
    with pytest.raises(UnreadableFile, match="no DICOM image"):
        deidentify(tmp_path / "a.txt", tmp_path / "x.dcm")
    with pytest.raises(UnreadableFile, match="no pixels"):
        deidentify(get_testdata_file("rtplan.dcm"), tmp_path / "x.dcm")


def test_burned_in_letters_and_faces_are_warned_of(tmp_path, write_dicom) -> None:
    array = np.ones((2, 2), np.uint8)
    yes = write_dicom(tmp_path / "a.dcm", array, Modality="US", BurnedInAnnotation="YES")
    assert any("cover them" in words for words in deidentify(yes, tmp_path / "a2.dcm").warnings)
    perhaps = write_dicom(tmp_path / "b.dcm", array, Modality="US")
    assert any("may have names" in words for words in deidentify(perhaps, tmp_path / "b2.dcm").warnings)
    head = write_dicom(tmp_path / "c.dcm", array, BodyPartExamined="HEAD")
    assert any("face" in words for words in deidentify(head, tmp_path / "c2.dcm").warnings)
    leg = write_dicom(tmp_path / "d.dcm", array, BodyPartExamined="LEG", BurnedInAnnotation="NO")
    assert deidentify(leg, tmp_path / "d2.dcm").warnings == ()


@pytest.mark.parametrize(("kind", "low"), [("u2", 0), ("i2", -2048)])
def test_an_overlay_hidden_in_unused_bits_goes_and_the_picture_stays(
    tmp_path, write_dicom, kind, low
) -> None:
    array = np.random.default_rng(1).integers(low, low + 4096, (6, 6)).astype(kind)
    hidden = (array.view("u2") & 0x0FFF | 0x5000).astype("u2")
    path = write_dicom(tmp_path / "a.dcm", hidden.view(kind), bits=12)
    report = deidentify(path, tmp_path / "b.dcm")
    np.testing.assert_array_equal(read(path).array, array)
    np.testing.assert_array_equal(read(report.files[0]).array, array)
    np.testing.assert_array_equal(
        np.frombuffer(pydicom.dcmread(report.files[0]).PixelData, kind), array.ravel()
    )
    assert any("hidden" in words for words in report.warnings)


def test_free_text_in_a_code_string_does_not_stay(tmp_path, write_dicom) -> None:
    path = write_dicom(tmp_path / "a.dcm", np.ones((2, 2), np.uint8), BodyPartExamined="ABDOMEN")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"ABDOMEN ", b"Jane Doe"))
    assert "Jane Doe" in patient_facts(path).values()
    report = deidentify(path, tmp_path / "b.dcm")
    assert b"Jane" not in report.files[0].read_bytes()


def test_real_series(real_data, tmp_path) -> None:
    part = next((real_data("dicom-mr-brain-tumor-progression") / "Study3").glob("11-*"))
    one = read(part)
    report = deidentify(part, tmp_path / "copy")
    two = read(tmp_path / "copy")
    assert len(report.files) == 22
    np.testing.assert_array_equal(one.array, two.array)
    np.testing.assert_allclose(one.affine, two.affine)
    assert set(patient_facts(report.files[0])) == {"Patient's Name", "Patient ID", "Identifiers (UIDs)"}


def test_a_comment_inside_a_packed_picture_is_warned_of(tmp_path) -> None:
    path = Path(get_testdata_file("SC_rgb_jpeg_dcmtk.dcm"))
    assert not any("comment" in words for words in deidentify(path, tmp_path / "a.dcm").warnings)
    data = pydicom.dcmread(path)
    start = data.PixelData.index(b"\xff\xd8") + 2
    note = b"\xff\xfe\x00\x0aJane Doe"
    length = int.from_bytes(data.PixelData[start - 6 : start - 2], "little")
    data.PixelData = (
        data.PixelData[: start - 6]
        + (length + len(note)).to_bytes(4, "little")
        + data.PixelData[start - 2 : start]
        + note
        + data.PixelData[start:]
    )
    data.save_as(tmp_path / "noted.dcm")
    assert read(tmp_path / "noted.dcm").shape == (100, 100, 3)
    report = deidentify(tmp_path / "noted.dcm", tmp_path / "b.dcm")
    assert any("comment" in words for words in report.warnings)
