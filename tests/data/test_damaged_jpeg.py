"""DICOM files whose JPEG or JPEG 2000 pixels are damaged: told in a sentence, never shown, never the end."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate, generate_frames

from mediedu.data import UnreadableFile, decoder_process, read

LOSSLESS = "SC_rgb_jpeg_gdcm.dcm"


def bundled(name: str) -> Path:
    return Path(get_testdata_file(name, download=False))


def with_frames(path: Path, name: str, change) -> Path:
    """Write a copy of a bundled file whose packed frames are changed."""
    data = pydicom.dcmread(bundled(name))
    count = int(data.get("NumberOfFrames") or 1)
    frames = [bytearray(one) for one in generate_frames(data.PixelData, number_of_frames=count)]
    for number, frame in enumerate(frames):
        change(number, frame)
    data.PixelData = encapsulate([bytes(one) for one in frames])
    data["PixelData"].is_undefined_length = True
    data.save_as(path)
    return path


# gdcm 3.2.6 ends its program by SIGABRT or SIGSEGV where this byte of the frame is changed to this value.
@pytest.mark.parametrize(
    ("place", "value"), [(2, 0), (3, 0xFF), (5, 0), (17, 0xFF), (22, 0xFF), (37, 0), (38, 0xFF)]
)
def test_a_byte_that_ends_gdcm_does_not_end_the_program(tmp_path, place, value) -> None:
    def change(number, frame):
        frame[place] = value

    with pytest.raises(UnreadableFile, match=r"x\.dcm could not be decoded .*broke down on them"):
        read(with_frames(tmp_path / "x.dcm", LOSSLESS, change))
    np.testing.assert_array_equal(read(bundled(LOSSLESS)).array, read(bundled("SC_rgb_rle.dcm")).array)


def test_random_damage_is_read_or_told_and_later_files_are_sound(tmp_path) -> None:
    rng = np.random.default_rng(5)
    sound = read(bundled("SC_rgb_rle.dcm")).array
    for _ in range(12):

        def change(number, frame):
            frame[int(rng.integers(2, 120))] = int(rng.integers(256))

        with suppress(UnreadableFile):
            read(with_frames(tmp_path / "x.dcm", LOSSLESS, change))
        np.testing.assert_array_equal(read(bundled(LOSSLESS)).array, sound)


def test_a_decoder_that_hangs_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(decoder_process, "__file__", str(Path(__file__).parent / "no_such_decoder.py"))
    decoder_process._end()
    data = pydicom.dcmread(bundled(LOSSLESS))
    with pytest.raises(ValueError, match="broke down"):
        decoder_process.decode_apart(data)
    monkeypatch.undo()
    with pytest.raises(ValueError, match="did not end within 0 s"):
        decoder_process.decode_apart(data, timeout=0.001)  # it takes longer to start
    assert decoder_process.decode_apart(data)[0].shape == (100, 100, 3)


def test_the_process_serves_many_files_and_ends_with_the_program() -> None:
    program = (
        "from mediedu.data import decoder_process as apart, read\n"
        f"path = {str(bundled(LOSSLESS))!r}\n"
        "read(path)\n"
        "first = apart._process.pid\n"
        "read(path)\n"
        "assert apart._process.pid == first\n"
        "print(first)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)


def test_no_word_about_the_patient_goes_to_the_decoder() -> None:
    data = pydicom.dcmread(bundled(LOSSLESS))
    data.PatientName = "Doe^Jane"
    assert b"Doe" not in decoder_process._packed(data)


@pytest.mark.parametrize(
    "name",
    [
        LOSSLESS,
        "SC_rgb_jpeg_dcmtk.dcm",
        "MR_small_jp2klossless.dcm",
        "JPEG2000.dcm",
        "MR_small_jpeg_ls_lossless.dcm",
    ],
)
@pytest.mark.parametrize("share", [0.4, 0.02])
def test_a_frame_that_breaks_off_is_told(tmp_path, name, share) -> None:
    def change(number, frame):
        frame[-int(share * len(frame)) :] = bytes(int(share * len(frame)))

    with pytest.raises(UnreadableFile, match=r"x\.dcm could not be decoded .*breaks off before its end"):
        read(with_frames(tmp_path / "x.dcm", name, change))


def test_one_broken_frame_of_many_is_named(tmp_path) -> None:
    def change(number, frame):
        if number == 17:
            frame[-200:] = bytes(200)

    with pytest.raises(UnreadableFile, match=r"frame 17 \(counted from 0\) breaks off"):
        read(with_frames(tmp_path / "x.dcm", "examples_ybr_color.dcm", change))


@pytest.mark.parametrize("padding", [b"", b"\0", b"\0" * 64, b"\xff"])
def test_padding_after_the_end_is_no_damage(tmp_path, padding) -> None:
    def change(number, frame):
        frame += padding

    name = "MR_small_jp2klossless.dcm"
    image = read(with_frames(tmp_path / "x.dcm", name, change))
    np.testing.assert_array_equal(image.array, read(bundled("MR_small.dcm")).array)


@pytest.mark.parametrize("name", ["JPEG-lossy.dcm", "JPGExtended.dcm"])
def test_twelve_bit_jpeg_names_the_decoder_that_is_missing(name) -> None:
    with pytest.raises(UnreadableFile, match="decoder built for 12 bits") as caught:
        read(bundled(name))
    assert "cut short" not in str(caught.value)
    assert "dcmdjpeg" in str(caught.value)
