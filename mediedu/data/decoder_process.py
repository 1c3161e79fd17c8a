"""gdcm in a process of its own: damaged JPEG-lossless pixels end that process and never the reader's."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from contextlib import suppress
from io import BytesIO
from threading import Lock, Timer
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

TIMEOUT = 60.0
"""Seconds granted to a file, and one more for each mebibyte of its unpacked pixels."""

LONGEST = 3600.0
"""Seconds after which any file is given up: a damaged header may promise more pixels than there are."""

_NEEDED = (
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "PlanarConfiguration",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths",
    "PixelData",
)


def decode_apart(dataset: Any, timeout: float | None = None) -> tuple[NDArray[Any], str]:
    """Decompress the pixels of a DICOM data set with gdcm, in a process kept for that.

    gdcm answers some damaged data by ending its whole program (it throws through C++ what nobody catches, or
    reads where it must not), which no ``except`` can stop. The process starts with the first file, serves all
    later ones, and is replaced after each failure.

    Parameters
    ----------
    dataset : pydicom.Dataset
        With packed pixels and its file meta information.
    timeout : float, optional
        Seconds after which decoding is given up; by default enough for the size of the pixels.

    Returns
    -------
    array : ndarray
        As `pydicom` shapes it.
    photometric : str
        Its photometric interpretation.

    Raises
    ------
    ValueError
        If the pixels can't be decoded; one sentence, without the file's name.
    """
    packed = _packed(dataset)
    if timeout is None:
        frames = int(dataset.get("NumberOfFrames") or 1)
        size = int(dataset.Rows) * int(dataset.Columns) * int(dataset.SamplesPerPixel) * frames
        timeout = min(TIMEOUT + size * (int(dataset.BitsAllocated) // 8) / 2**20, LONGEST)
    with _lock:
        try:
            return _asked(packed, timeout)
        except BaseException:  # after a failure, or a stop by the user, nothing is known of its state
            _end()
            raise


_lock = Lock()
_process: subprocess.Popen[bytes] | None = None
_owner = 0


def _renew_lock() -> None:
    """Give a forked child a lock of its own: the one it inherits may be held for ever."""
    global _lock
    _lock = Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def _asked(packed: bytes, timeout: float) -> tuple[NDArray[Any], str]:
    """Send one file to the process and take its answer."""
    process = _started()
    assert process.stdin is not None
    assert process.stdout is not None
    overdue = []

    def give_up() -> None:
        overdue.append(True)
        process.kill()

    alarm = Timer(timeout, give_up)
    alarm.daemon = True
    alarm.start()
    try:
        try:
            process.stdin.write(len(packed).to_bytes(8, "little") + packed)
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:  # it has ended
            line = b""
        if not line.endswith(b"\n"):
            raise ValueError(_broken(bool(overdue), timeout))
        answer = json.loads(line)
        if "error" in answer:
            raise ValueError(answer["error"])
        content = bytearray(process.stdout.read(answer["bytes"]))
        if len(content) != answer["bytes"]:
            raise ValueError(_broken(bool(overdue), timeout))
        array = np.frombuffer(content, answer["dtype"]).reshape(answer["shape"])
        return array, answer["photometric"]
    finally:
        alarm.cancel()


def _broken(overdue: bool, timeout: float) -> str:
    return f"the decoder did not end within {timeout:.0f} s" if overdue else "the decoder broke down on them"


def _packed(dataset: Any) -> bytes:
    """Write what the decoder needs, and nothing about the patient, as a small DICOM file."""
    from pydicom import Dataset, dcmwrite
    from pydicom.dataset import FileMetaDataset

    part = Dataset()
    for name in _NEEDED:
        if name in dataset:
            part[name] = dataset[name]
    part.file_meta = FileMetaDataset()
    part.file_meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
    part["PixelData"].is_undefined_length = True
    buffer = BytesIO()
    dcmwrite(buffer, part)
    return buffer.getvalue()


def _started() -> subprocess.Popen[bytes]:
    """Give the running process, or start one; a forked child of ours starts its own."""
    global _process, _owner
    if _process is None or _owner != os.getpid() or _process.poll() is not None:
        _process = subprocess.Popen(
            [sys.executable, "-P", __file__],  # -P: the folder of this file is no place to import from
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        _owner = os.getpid()
    return _process


@atexit.register
def _end() -> None:
    """End the process, if there is one and it is ours."""
    global _process
    process, _process = _process, None
    if process is None or _owner != os.getpid():
        return
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what was still to be sent has nobody to read it
                pipe.close()
    process.wait()


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Decode what comes in until nothing more does: this is the other process."""
    import warnings

    from pydicom import dcmread
    from pydicom.pixels.decoders.base import get_decoder

    warnings.simplefilter("ignore")
    while len(size := requests.read(8)) == 8:
        dataset = dcmread(BytesIO(requests.read(int.from_bytes(size, "little"))), force=True)
        try:
            decoder = get_decoder(dataset.file_meta.TransferSyntaxUID)
            array, facts = decoder.as_array(dataset, decoding_plugin="gdcm")
        except Exception as error:
            told: dict[str, Any] = {"error": str(error) or type(error).__name__}
            content = b""
        else:
            content = array.tobytes()
            photometric = str(facts["photometric_interpretation"])
            told = {"shape": array.shape, "dtype": array.dtype.str, "photometric": photometric}
        answers.write(json.dumps({**told, "bytes": len(content)}).encode() + b"\n" + content)
        answers.flush()


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
